"""Ask for a Price Exception from a selling document, or a purchase order that delivers to a key account (R27)."""

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow, get_transitions, get_workflow_name
from frappe.utils import add_months, getdate

from kam_extension.integration.documents.selling_documents import GUARDED
from kam_extension.integration.enforcement.drop_shipments import PURCHASE_ORDER, judgement_to_except
from kam_extension.integration.enforcement.judgement import Judgement, judge_document
from kam_extension.integration.enforcement.messages import selling_sentences, way_out
from kam_extension.integration.enforcement.proposed_rows import with_rows
from kam_extension.integration.exceptions.price_exceptions import fill_exception, make_exception
from kam_extension.setup.workflows import REQUEST

DEFAULT_VALID_MONTHS = 1
REQUESTABLE = (*GUARDED, PURCHASE_ORDER)


def request(doctype: str, name: str, reason: str, valid_until: str | None, rows: list | None = None) -> str:
	"""Draft a Price Exception for the uncovered violations of the saved document, and send it for approval.

	`rows` are those that *Update Items* would give a submitted document: they are judged in place of its own.
	"""
	if doctype not in REQUESTABLE:
		frappe.throw(_("A Price Exception can't be requested for {0}.").format(_(doctype)))
	if not (reason or "").strip():
		frappe.throw(_("Reason is missing: say why this price should be accepted."), title=_("Reason"))
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("write")
	frappe.has_permission("Price Exception", "create", throw=True)
	judgement = _judge(with_rows(doc, rows) if rows else doc)
	_refuse_second(doctype, name)
	exception = make_exception(
		doc, judgement, selling_sentences(judgement), reason.strip(), getdate(valid_until or _default_end())
	)
	_send_for_approval(exception)
	return exception.name


def fill_from_document(exception) -> None:
	"""A Price Exception made by form or REST gets its figures from its document, not from the request (R70)."""
	doc = frappe.get_doc(exception.reference_doctype, exception.reference_name)
	doc.check_permission("write")
	judgement = _judge(doc)
	_refuse_second(doc.doctype, doc.name)
	fill_exception(exception, doc, judgement, selling_sentences(judgement))


def open_request(doctype: str, name: str | None) -> str | None:
	"""The Price Exception of a document that still waits for a decision."""
	filters = {"reference_doctype": doctype, "reference_name": name, "docstatus": 0}
	filters["workflow_state"] = ("!=", "Rejected")
	return frappe.db.get_value("Price Exception", filters) if name else None


def _judge(doc) -> Judgement:
	judgement = _judgement_of(doc)
	if judgement and any(violation.is_final for violation in judgement.verdict.violations):
		frappe.throw(way_out(judgement), title=_("No Exception Possible"))
	if judgement is None or not any(violation.awaits_exception for violation in judgement.verdict.violations):
		frappe.throw(
			_("{0} {1} breaks no rule of the key account policy: it needs no exception.").format(
				_(doc.doctype), doc.name
			),
			title=_("No Exception Needed"),
		)
	return judgement


def _judgement_of(doc) -> Judgement | None:
	if doc.doctype == PURCHASE_ORDER:
		return judgement_to_except(doc)
	return judge_document(doc) if doc.get("kam_key_account") else None


def _refuse_second(doctype: str, name: str) -> None:
	"""One open request per document: a second one would split the approver's view."""
	waiting = open_request(doctype, name)
	if waiting:
		frappe.throw(
			_("Price Exception {0} is already waiting for approval.").format(waiting),
			title=_("Already Requested"),
		)


def _send_for_approval(exception) -> None:
	"""The workflow's first step. A site whose own workflow has no such step leaves it to people."""
	if get_workflow_name(exception.doctype) and any(
		transition.action == REQUEST for transition in get_transitions(exception)
	):
		apply_workflow(exception, REQUEST)


def _default_end():
	return add_months(getdate(), DEFAULT_VALID_MONTHS)
