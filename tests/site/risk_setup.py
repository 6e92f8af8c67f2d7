"""Risk Reports, and what becomes of their accounts."""

import frappe
from frappe.utils import add_days, nowdate

from tests.site.factories import insert, make_key_account, make_user

REASON = "The overdue invoice was paid this morning"
EVIDENCE = "Minutes of the meeting"


def make_risk_report(account, level="Low", submit=True, **fields):
	values = {
		"key_account": account.name,
		"report_type": "Early Warning",
		"report_date": nowdate(),
		"risk_level": level,
	}
	return insert("Risk Report", submit=submit, **values | fields)


def state(account) -> tuple:
	"""Risk level and status of the account, risk level of its customer."""
	row = frappe.db.get_value("Key Account", account.name, ["risk_level", "status"])
	return (*row, frappe.db.get_value("Customer", account.customer, "kam_risk_level"))


def make_team(**fields) -> tuple:
	"""A KAM User, a KAM Manager, and an account that the first one manages."""
	seller, manager = make_user("KAM User"), make_user("KAM Manager")
	return seller, manager, make_key_account(account_manager=seller, **fields)


def follow_up(report) -> tuple:
	"""Status, step and deadline of a report as stored."""
	fields = ["status", "escalation_level", "escalation_due"]
	return tuple(frappe.db.get_value("Risk Report", report.name, fields))


def let_days_pass(report, days: int) -> None:
	"""The report's deadline was that much earlier."""
	due = frappe.db.get_value("Risk Report", report.name, "escalation_due")
	frappe.db.set_value("Risk Report", report.name, "escalation_due", add_days(due, -days))


def open_todos(report) -> list[tuple]:
	"""(user, text) of the open to-dos about a report."""
	filters = {"reference_type": "Risk Report", "reference_name": report.name, "status": "Open"}
	rows = frappe.get_all("ToDo", filters, ["allocated_to", "description"], order_by="creation, name")
	return [(row.allocated_to, row.description) for row in rows]


def told(report) -> list[str]:
	"""Users who have a notification about a report."""
	filters = {"document_type": "Risk Report", "document_name": report.name}
	return sorted(frappe.get_all("Notification Log", filters, pluck="for_user"))


def ready_to_close(report, **meeting):
	"""A measure with evidence, and the record of a special meeting."""
	report.reload()
	report.append("measures", {"measure": "Talk to the bank", "status": "Done", "evidence": EVIDENCE})
	report.append(
		"meetings",
		{"meeting_date": nowdate(), "participants": "Sales, finance", "resolution": "Deliver against cash"},
	)
	return report.save()


def set_settings(**values) -> None:
	"""Change KAM Settings as its form does."""
	settings = frappe.get_doc("KAM Settings")
	settings.update(values)
	settings.save()
