"""Ask for a Price Exception from a selling document (R27)."""

import frappe
from frappe import _
from frappe.utils import add_months, getdate

from kam_extension.integration.judgement import Judgement, judge_document
from kam_extension.integration.price_exceptions import make_exception
from kam_extension.integration.selling_documents import GUARDED

DEFAULT_VALID_MONTHS = 1


def request(doctype: str, name: str, reason: str, valid_until: str | None) -> str:
	"""Draft a Price Exception for the uncovered violations of the saved document, and send it for approval."""
	if doctype not in GUARDED:
		frappe.throw(_("A Price Exception can't be requested for {0}.").format(_(doctype)))
	if not (reason or "").strip():
		frappe.throw(_("Reason is missing: say why this price should be accepted."), title=_("Reason"))
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("write")
	frappe.has_permission("Price Exception", "create", throw=True)
	judgement = _judge(doc)
	_refuse_second(doctype, name)
	exception = make_exception(doc, judgement, reason.strip(), getdate(valid_until or _default_end()))
	return exception.name


def _judge(doc) -> Judgement:
	judgement = judge_document(doc) if doc.get("kam_key_account") else None
	if judgement is None or not any(not violation.exception for violation in judgement.verdict.violations):
		frappe.throw(
			_("{0} {1} breaks no rule of the key account policy: it needs no exception.").format(
				_(doc.doctype), doc.name
			),
			title=_("No Exception Needed"),
		)
	return judgement


def _refuse_second(doctype: str, name: str) -> None:
	"""One open request per document: a second one would split the approver's view."""
	filters = {"reference_doctype": doctype, "reference_name": name, "docstatus": 0}
	filters["workflow_state"] = ("!=", "Rejected")
	open_request = frappe.db.get_value("Price Exception", filters)
	if open_request:
		frappe.throw(
			_("Price Exception {0} is already waiting for approval.").format(open_request),
			title=_("Already Requested"),
		)


def _default_end():
	return add_months(getdate(), DEFAULT_VALID_MONTHS)
