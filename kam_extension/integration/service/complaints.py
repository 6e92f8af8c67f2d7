"""Issues of key accounts: what they belong to, who handles them, when they are complete (R51)."""

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.utils import getdate, now_datetime

from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, has_any_role
from kam_extension.integration.service.complaint_closing import CLOSED, check_closing
from kam_extension.policy.codes import IssueKind

SOLVED = ("Resolved", CLOSED)


def before_validate(issue, method: str | None = None) -> None:
	"""Event of Issue: key account and tier of its customer, whatever a request sends; others have none."""
	account = account_of(issue.customer) if is_enabled() else None
	issue.kam_key_account = account
	issue.kam_tier = frappe.db.get_value("Customer", issue.customer, "kam_tier") if account else None
	_keep_derived(issue)
	if account:
		_take_priority(issue)


def validate(issue, method: str | None = None) -> None:
	"""Event of Issue; runs before ERPNext looks for its service level agreement."""
	if not issue.kam_key_account:
		return
	_refuse_belittling(issue)
	_check_repeat(issue)
	_check_confirmation(issue)
	check_closing(issue)
	_note_solution(issue)


def on_update(issue, method: str | None = None) -> None:
	"""Event of Issue: the responsible person has it in the ToDo list while it is open."""
	if not issue.kam_key_account:
		return
	before = issue.get_doc_before_save()
	earlier = before.kam_responsible if before else None
	is_solved = issue.status in SOLVED
	if earlier and (is_solved or earlier != issue.kam_responsible):
		_end_assignment(issue, earlier, is_solved)
	if issue.kam_responsible and not is_solved:
		_assign(issue)


def _keep_derived(issue) -> None:
	before = issue.get_doc_before_save()
	for field in ("kam_escalation", "kam_solved_on"):
		issue.set(field, before.get(field) if before else None)


def _take_priority(issue) -> None:
	urgency = issue.kam_urgency
	if urgency and not issue.priority and frappe.db.exists("Issue Priority", urgency):
		issue.priority = urgency


def _refuse_belittling(issue) -> None:
	"""Complaints count against the account and its manager, so only managers say that one was none (R70)."""
	before = issue.get_doc_before_save()
	was_complaint = before and before.kam_kind == IssueKind.COMPLAINT
	if was_complaint and issue.kam_kind != IssueKind.COMPLAINT and not has_any_role(MANAGER_AND_ABOVE):
		frappe.throw(
			_("Kind: {0} is recorded as a complaint. Ask a KAM Manager to make it something else.").format(
				frappe.bold(issue.name)
			),
			frappe.PermissionError,
			title=_("Complaint"),
		)


def _check_repeat(issue) -> None:
	if not issue.kam_repeat_of:
		return
	customer = frappe.db.get_value("Issue", issue.kam_repeat_of, "customer")
	if issue.kam_repeat_of == issue.name or customer != issue.customer:
		frappe.throw(
			_("Repeat Of: {0} is no earlier issue of this customer. Choose another.").format(
				frappe.bold(issue.kam_repeat_of)
			),
			title=_("Repeat Of"),
		)


def _check_confirmation(issue) -> None:
	if issue.kam_confirmed_on and getdate(issue.kam_confirmed_on) > getdate():
		frappe.throw(
			_("Confirmed On lies in the future. Enter the day on which the customer confirmed."),
			title=_("Confirmed On"),
		)


def _note_solution(issue) -> None:
	"""When it was solved, for the measures: ERPNext notes it only where a service level agreement applies."""
	if issue.status not in SOLVED:
		issue.kam_solved_on = None
		return
	before = issue.get_doc_before_save()
	if not issue.kam_solved_on or (before and before.status not in SOLVED):
		issue.kam_solved_on = now_datetime()


def _assign(issue) -> None:
	whose = {"reference_type": "Issue", "reference_name": issue.name, "allocated_to": issue.kam_responsible}
	open_todo = frappe.db.get_value("ToDo", whose | {"status": "Open"}, ["name", "date"], as_dict=True)
	if open_todo:
		if issue.kam_plan_due and open_todo.date != getdate(issue.kam_plan_due):
			frappe.db.set_value("ToDo", open_todo.name, "date", issue.kam_plan_due)
		return
	if not _is_assignment_due(issue):
		return
	subject = frappe.utils.escape_html(issue.subject)
	values = {"assign_to": [issue.kam_responsible], "doctype": "Issue", "name": issue.name}
	values |= {"description": _("Handle: {0}").format(subject), "priority": issue.kam_urgency or "Medium"}
	if issue.kam_plan_due:
		values["date"] = issue.kam_plan_due
	# Whoever may save the issue may say who handles it.
	assign_to.add(values, ignore_permissions=True)


def _is_assignment_due(issue) -> bool:
	"""A person who closed the ToDo by hand is not asked again until something changes."""
	before = issue.get_doc_before_save()
	if not before or before.kam_responsible != issue.kam_responsible or before.status in SOLVED:
		return True
	return not before.kam_key_account


def _end_assignment(issue, user: str, is_solved: bool) -> None:
	todo = {"reference_type": "Issue", "reference_name": issue.name, "allocated_to": user, "status": "Open"}
	name = frappe.db.get_value("ToDo", todo)
	if name:
		status = "Closed" if is_solved else "Cancelled"
		assign_to.set_status("Issue", issue.name, todo=name, status=status, ignore_permissions=True)
