"""One completed visit of each account, spread over the ninety days before the book's last one."""

from datetime import date

import frappe
from frappe.utils import now_datetime

from book import tables
from book.accounts import HELPER
from kam_extension.integration.accounts.visits import next_visit_due

DAYS = 90
VISIT_LOG = {
	"name": "concat('VIS-', lpad(n, 6, '0'))",
	"key_account": "key_account",
	"customer": "customer",
	"customer_name": "customer",
	"status": "'Completed'",
	"visit_type": "'On-site'",
	"visit_date": "%(today)s - interval n mod %(days)s day",
	"visited_by": "'Administrator'",
	"discussion": "'Discussed the coming quarter'",
}


def load_visits(company: str, today: date) -> None:
	"""Fill Visit Log, and give accounts the dates that follow from it. Needs `load_accounts`."""
	values = {"now": now_datetime(), "today": today, "days": DAYS, "company": company}
	with tables.bulk_loading():
		tables.refill((("Visit Log", VISIT_LOG, f"`tab{HELPER}`"),), values)
	frappe.db.sql(
		"""
		update `tabKey Account` account join `tabVisit Log` visit on visit.key_account = account.name
		set account.last_visit_date = visit.visit_date
		"""
	)
	fields = [
		"company",
		"account_class",
		"tier",
		"tier_override",
		"tier_override_until",
		"creation",
		"last_visit_date",
	]
	# Accounts of the same class, tier and day have the same next visit.
	for row in frappe.get_all("Key Account", fields=fields, distinct=True):
		same = {
			field: row[field] or ("is", "not set") for field in ("account_class", "tier", "last_visit_date")
		}
		due = next_visit_due(row, row.last_visit_date)
		frappe.db.set_value("Key Account", same, "next_visit_due", due, update_modified=False)
	frappe.db.commit()
	tables.analyze("Visit Log", "Key Account")
