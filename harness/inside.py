"""Steps that need Frappe itself. Runs in the bench's Python, in a stage's sites folder: `inside.py STEP SITE`."""

import sys

import frappe
from frappe.utils import getdate

COMPANY = "Kam Test"
YEARS_BACK, YEARS_AHEAD = 3, 1


def complete_wizard() -> None:
	"""Do what a person does in the setup wizard: one Chinese company in CNY, and some fiscal years around now."""
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

	year = getdate().year
	outcome = setup_complete(
		{
			"language": "English",
			"country": "China",
			"timezone": "Asia/Shanghai",
			"currency": "CNY",
			"company_name": COMPANY,
			"company_abbr": "KT",
			"chart_of_accounts": "Standard",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
			"full_name": "Administrator",
			"email": "admin@example.com",
			"password": "admin",
			"bank_account": "Bank",
			"domains": ["Distribution"],
			"setup_demo": 0,
		}
	)
	if outcome.get("status") != "ok" or not frappe.db.exists("Company", COMPANY):
		raise SystemExit(f"the setup wizard did not end well: {outcome}")
	for other in range(year - YEARS_BACK, year + YEARS_AHEAD + 1):
		if not frappe.db.exists("Fiscal Year", str(other)):
			make_fiscal_year(other)


def make_fiscal_year(year: int) -> None:
	frappe.get_doc(
		doctype="Fiscal Year", year=str(year), year_start_date=f"{year}-01-01", year_end_date=f"{year}-12-31"
	).insert()


def print_logins() -> None:
	"""The people who work with the app on this site, and as what."""
	users = frappe.get_all(
		"User", {"enabled": 1, "user_type": "System User"}, pluck="name", order_by="creation"
	)
	for user in users:
		roles = sorted(role for role in frappe.get_roles(user) if role.startswith("KAM "))
		if roles and user not in ("Administrator", "admin@example.com"):
			print(f"  {user}: {', '.join(roles)}")


STEPS = {"wizard": complete_wizard, "logins": print_logins}


def main(step: str, site: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	STEPS[step]()
	frappe.db.commit()
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
