"""What people do with an account between two orders: stakeholders, agreements, visits to come, a complaint, a warning."""

import frappe
from frappe.utils import add_days, add_months, getdate

from kam_extension.demo_data.accounts import email
from kam_extension.demo_data.book import DemoBook
from kam_extension.demo_data.manifest import Manifest
from kam_extension.integration.health.scores import score_company
from kam_extension.integration.health.settings import health_terms

STAKEHOLDERS = (
	{
		"full_name": "Chen Guang",
		"job_title": "General Manager",
		"decision_role": "Decision Maker",
		"influence": "High",
		"relationship_strength": "Good",
	},
	{
		"full_name": "Lin Yue",
		"job_title": "Head of Purchasing",
		"decision_role": "Purchaser",
		"influence": "Medium",
		"relationship_strength": "Strong",
	},
	{
		"full_name": "Zhao Ping",
		"job_title": "Chief Engineer",
		"decision_role": "Influencer",
		"influence": "High",
		"relationship_strength": "Weak",
	},
)


def make_relations(book: DemoBook, manifest: Manifest) -> None:
	"""For the first accounts of the salesperson, so that every form has something to show."""
	accounts = [
		frappe.get_doc("Key Account", manifest.names[f"account {row['customer']}"])
		for row in sorted(book.key_accounts, key=lambda row: (row["parent"] != "", row["customer"]))
	]
	served = [account for account in accounts if account.account_manager == email("salesperson")]
	for account in served[:3]:
		_add_stakeholders(account)
	_make_agreements(manifest, served[:2])
	_make_visit_with_follow_up(manifest, served[0])
	_make_complaint(manifest, served[0])
	_make_warning(manifest, served[1])
	# What the first night would say; later ones keep it in step.
	score_company(book.company["name"], health_terms(), getdate())


def _add_stakeholders(account) -> None:
	for row in STAKEHOLDERS:
		account.append("stakeholders", dict(row))
	account.save()


def _make_agreements(manifest: Manifest, accounts: list) -> None:
	"""One that runs on for long, one that ends soon."""
	today = getdate()
	kinds = (("Strategic Cooperation", 24), ("Service", 1))
	for account, (agreement_type, months_left) in zip(accounts, kinds, strict=False):
		agreement = manifest.make(
			"Key Account Agreement",
			key_account=account.name,
			company=account.company,
			title=agreement_type,
			agreement_type=agreement_type,
			signed_on=add_months(today, months_left - 36),
			valid_from=add_months(today, months_left - 36),
			valid_to=add_months(today, months_left),
			renewal="By New Agreement",
		)
		agreement.submit()


def _make_visit_with_follow_up(manifest: Manifest, account) -> None:
	today = getdate()
	manifest.make(
		"Visit Log",
		key_account=account.name,
		visit_date=add_days(today, -6),
		visit_type="On-site",
		status="Completed",
		purpose="Forecast for the next half year",
		discussion="Two new lines start in spring; they need shorter delivery times.",
		customer_feedback="Quality is fine, deliveries are late.",
		visited_by=email("salesperson"),
		needs=[
			{
				"need": "Delivery within two weeks",
				"feasibility": "Partly Feasible",
				"status": "Judged",
				"responsible": email("manager"),
				"due_date": add_days(today, 14),
			}
		],
		actions=[
			{
				"action": "Send the delivery plan",
				"responsible": email("salesperson"),
				"due_date": add_days(today, 3),
			}
		],
	)
	manifest.make(
		"Visit Log",
		key_account=account.name,
		visit_date=add_days(today, 10),
		visit_type="Meeting",
		status="Planned",
		purpose="Agree on the delivery plan",
		visited_by=email("salesperson"),
	)


def _make_complaint(manifest: Manifest, account) -> None:
	manifest.make(
		"Issue",
		subject="Delivered a week late",
		customer=account.customer,
		company=account.company,
		kam_kind="Complaint",
		kam_urgency="High",
		kam_importance="Medium",
		kam_responsible=email("manager"),
		description="The last two deliveries came a week after the date that was confirmed.",
	)


def _make_warning(manifest: Manifest, account) -> None:
	report = manifest.make(
		"Risk Report",
		key_account=account.name,
		report_type="Early Warning",
		report_date=getdate(),
		risk_level="High",
		indicators=[
			{
				"indicator": "Leadership Change",
				"level": "Medium",
				"evidence": "The general manager leaves at the end of the month.",
				"event_date": add_days(getdate(), -2),
				"person": "Chen Guang",
			}
		],
		measures=[
			{
				"measure": "Meet the successor",
				"responsible": email("salesperson"),
				"due_date": add_days(getdate(), 20),
			}
		],
	)
	report.submit()
