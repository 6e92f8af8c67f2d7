"""A complaint of a key account is closed with its cause, unit, prevention and the customer's confirmation (R51)."""

import frappe
from frappe import _

from kam_extension.policy.codes import Action, IssueKind

CLOSED = "Closed"
REPLIED = "Replied"
REQUIRED = ("kam_cause", "kam_responsible_unit", "kam_prevention", "kam_confirmed_by", "kam_confirmed_on")
JUDGED = ("status", "kam_kind", *REQUIRED)


def is_complaint(issue) -> bool:
	"""One without a kind counts as a complaint until somebody says what it is."""
	return not issue.kam_kind or issue.kam_kind == IssueKind.COMPLAINT


def check_closing(issue) -> None:
	"""Warn of or refuse closing an incomplete complaint, as KAM Settings say.

	Called for issues of key accounts. One that was closed before may be saved as it is. ERPNext's nightly closing of
	answered issues passes an incomplete one over, because an error would leave all the others open.
	"""
	action = frappe.get_cached_doc("KAM Settings").complaint_closing_action
	if issue.status != CLOSED or action in (None, "", Action.OFF) or not _is_news(issue):
		return
	missing = missing_fields(issue)
	if not missing:
		return
	if action == Action.BLOCK and _is_closed_by_schedule(issue):
		issue.status = REPLIED
		return
	labels = ", ".join(_(issue.meta.get_label(field), context="Issue") for field in missing)
	message = _("{0} can't be closed as a complete complaint yet. Fill in: {1}.").format(
		frappe.bold(issue.name or issue.subject), labels
	)
	if action == Action.WARN:
		frappe.msgprint(message, title=_("Incomplete Complaint"), indicator="orange")
		return
	frappe.throw(message, frappe.MandatoryError, title=_("Incomplete Complaint"))


def missing_fields(issue) -> list[str]:
	"""Names of the fields that a complete complaint still needs; none for questions and requests."""
	if not is_complaint(issue):
		return []
	needed = REQUIRED if issue.kam_kind else ("kam_kind", *REQUIRED)
	return [field for field in needed if not str(issue.get(field) or "").strip()]


def _is_news(issue) -> bool:
	before = issue.get_doc_before_save()
	return before is None or any(before.get(field) != issue.get(field) for field in JUDGED)


def _is_closed_by_schedule(issue) -> bool:
	"""ERPNext's auto_close_tickets sets both flags, which no request can set."""
	return bool(issue.flags.ignore_permissions and issue.flags.ignore_mandatory)
