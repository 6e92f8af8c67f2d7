"""What going live adds: users, key accounts, the policy, rebate agreements, visits and something to try."""

import frappe
from frappe.utils import getdate

from kam_extension.demo_data.book import DemoBook, last_day_of_previous_month
from kam_extension.demo_data.history import History
from kam_extension.demo_data.manifest import Manifest
from kam_extension.integration.accounts.accounts import publish_account

DOMAIN = "kam-demo.example"
USERS = {
	"salesperson": ("KAM User", "Sales User"),
	"manager": ("KAM Manager", "Sales User", "Sales Manager"),
	"director": ("KAM Director", "Sales User", "Sales Manager"),
	"executive": ("KAM Executive", "Sales User", "Sales Manager"),
	"finance": ("KAM Finance", "Accounts User", "Accounts Manager"),
}


def email(name: str) -> str:
	return f"{name}@{DOMAIN}"


def make_users(book: DemoBook, manifest: Manifest, password: str) -> dict[str, str]:
	"""One user per role, all with the same password; returns {e-mail: password}."""
	for name, roles in USERS.items():
		user = frappe.get_doc({"doctype": "User", "email": email(name), "first_name": name.title()})
		user.update(
			{"send_welcome_email": 0, "new_password": password, "roles": [{"role": role} for role in roles]}
		)
		user.flags.ignore_password_policy = True
		user.insert()
		manifest.made.append(["User", user.name])
		# Their addresses belong to nobody.
		frappe.db.set_value("Notification Settings", user.name, "enable_email_notifications", 0)
		frappe.defaults.set_user_default("Company", book.company["name"], user.name)
	return {email(name): password for name in USERS}


def make_key_accounts(book: DemoBook, manifest: Manifest) -> None:
	"""Groups first, so that their members can name them; half of the accounts are the salesperson's."""
	rows = sorted(book.key_accounts, key=lambda row: (row["parent"] != "", row["customer"]))
	for number, row in enumerate(rows):
		manifest.make_missing("Industry Type", row["industry"], industry=row["industry"])
		account = manifest.make(
			"Key Account", f"account {row['customer']}", **_account_values(book, manifest, row)
		)
		account.db_set("account_manager", email("salesperson" if number % 2 == 0 else "manager"))


def make_policy(book: DemoBook, manifest: Manifest) -> None:
	policy = manifest.make("KAM Policy", **book.policy)
	policy.submit()
	for row in book.key_accounts:
		publish_account(frappe.get_doc("Key Account", manifest.names[f"account {row['customer']}"]))


def make_agreements(book: DemoBook, manifest: Manifest) -> None:
	for row in book.agreements:
		agreement = manifest.make(
			"Rebate Agreement",
			key_account=manifest.names[f"account {row['customer']}"],
			company=book.company["name"],
			valid_from=row["valid_from"],
			valid_to=row["valid_to"],
			rate_source=row["rate_source"],
			special_rate=float(row["special_rate"] or 0),
			orders=[
				{"reference_doctype": "Sales Order", "reference_name": manifest.names[name]}
				for name in row["orders"]
			],
		)
		agreement.submit()


def make_visits(book: DemoBook, manifest: Manifest) -> None:
	copied = ("visit_date", "visit_type", "status", "purpose", "discussion", "customer_feedback")
	for row in book.visits:
		manifest.make(
			"Visit Log",
			key_account=manifest.names[f"account {row['customer']}"],
			satisfaction=float(row["satisfaction"] or 0),
			is_executive_visit=int(row["is_executive_visit"]),
			visited_by=email("salesperson"),
			**{column: row[column] for column in copied},
		)


def make_things_to_try(book: DemoBook, manifest: Manifest) -> None:
	"""Draft orders that the policy refuses, and a rebate request that waits for its receipts to be verified."""
	history = History(book, manifest)
	for row in book.orders:
		if row["state"] == "Draft":
			history.draft_order(row)
	_make_rebate_request(book, manifest)


def _make_rebate_request(book: DemoBook, manifest: Manifest) -> None:
	"""A draft over all that was received until the end of last month, for the first account with receipts."""
	end = last_day_of_previous_month(getdate())
	for row in book.agreements:
		request = frappe.get_doc(
			{
				"doctype": "Rebate Request",
				"key_account": manifest.names[f"account {row['customer']}"],
				"company": book.company["name"],
				"period_start": end.replace(day=1),
				"period_end": end,
				"settlement_method": "Credit Customer",
			}
		)
		request.fetch_receipts()
		if request.receipts:
			request.insert()
			return


def _account_values(book: DemoBook, manifest: Manifest, row: dict) -> dict:
	copied = (
		"account_class",
		"tier",
		"account_level",
		"status",
		"industry",
		"strategic_value",
		"demand_type",
	)
	return {
		**{column: row[column] or None for column in copied},
		"customer": manifest.names[row["customer"]],
		"company": book.company["name"],
		"parent_key_account": manifest.names.get(f"account {row['parent']}"),
		"strategic_influence": int(row["strategic_influence"]),
		"responsible_unit": manifest.names[row["responsible_unit"]],
		"account_manager": frappe.session.user,
		"executive_sponsor": email("executive"),
		"team": [{"user": email("finance"), "function": "Finance"}],
	}
