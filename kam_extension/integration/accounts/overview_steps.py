"""What comes next with an account, as its form shows it (R45–R50, R9)."""

from collections.abc import Callable
from datetime import date

import frappe
from frappe.utils import getdate

from kam_extension.policy.codes import AgreementStatus

AWAITED = (
	"Tier Review",
	"Price Exception",
	"Rebate Agreement",
	"Rebate Request",
	"Access Request",
	"Key Account Agreement",
	"Risk Report",
)
_WAITING = "select %({key})s, count(*) from `tab{doctype}` where key_account = %(account)s and docstatus = 0"
_ACTIONS = """
	select count(*), sum(action.due_date < %(today)s), min(action.due_date)
	from `tabVisit Log Action` action join `tabVisit Log` visit on visit.name = action.parent
	where visit.key_account = %(account)s and action.status = 'Open'
"""


def next_visit(key_account: str) -> dict | None:
	"""The earliest planned visit: name, visit_date, visit_type; None when none is planned."""
	visits = frappe.get_list(
		"Visit Log",
		filters={"key_account": key_account, "status": "Planned"},
		fields=["name", "visit_date", "visit_type"],
		order_by="visit_date",
		limit=1,
	)
	return visits[0] if visits else None


def open_actions(key_account: str, today: date) -> dict:
	"""Actions agreed at visits that nobody has done: how many, how many too late, and the next due date."""
	[(number, overdue, due_date)] = frappe.db.sql(_ACTIONS, {"account": key_account, "today": today})
	return {"open": number, "overdue": int(overdue or 0), "due_date": due_date}


def waiting_approvals(key_account: str, may_read: Callable[[str], bool]) -> list[dict]:
	"""Drafts that wait to be approved, by DocType that the reader may read: one query for all."""
	readable = [doctype for doctype in AWAITED if may_read(doctype)]
	if not readable:
		return []
	keys = {f"doctype_{number}": doctype for number, doctype in enumerate(readable)}
	# DocTypes come from the constant above; every value is a parameter.
	statement = " union all ".join(_WAITING.format(key=key, doctype=doctype) for key, doctype in keys.items())
	rows = frappe.db.sql(statement, keys | {"account": key_account})
	return [{"doctype": doctype, "count": count} for doctype, count in rows if count]


def expiring_agreement(key_account: str) -> dict | None:
	"""The agreement that ends next and is not renewed: name, title, agreement_type, valid_to and how many days are left."""
	agreements = frappe.get_list(
		"Key Account Agreement",
		filters={
			"key_account": key_account,
			"docstatus": 1,
			"status": AgreementStatus.EXPIRING,
			"renewed_by": ("is", "not set"),
		},
		fields=["name", "title", "agreement_type", "valid_to"],
		order_by="valid_to",
		limit=1,
	)
	if not agreements:
		return None
	return agreements[0] | {"days": (getdate(agreements[0].valid_to) - getdate()).days}
