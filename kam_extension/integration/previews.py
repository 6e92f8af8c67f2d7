"""The live policy panel: judge what is on the screen (R30)."""

import frappe
from frappe import _

from kam_extension.integration import enforcement
from kam_extension.integration.exception_requests import open_request
from kam_extension.integration.figures import document_floor_rates
from kam_extension.integration.judgement import Judgement, judge_document, may_see_cost
from kam_extension.integration.messages import violation_messages, way_out
from kam_extension.integration.policies import is_enabled
from kam_extension.integration.selling_documents import GUARDED
from kam_extension.policy.codes import VerdictCode


def preview(values: dict) -> dict:
	"""Judge the document given by `values`; nothing is saved. See `kam_extension.api.preview`."""
	doc = _document(values)
	enforcement.before_validate(doc)
	judgement = _judge(doc)
	if judgement is None:
		return {
			"verdict": str(VerdictCode.NOT_APPLICABLE),
			"required_net": None,
			"passing_net": None,
			"violations": [],
		}
	return _answer(doc, judgement)


def _document(values: dict):
	doctype = values.get("doctype")
	if doctype not in GUARDED:
		frappe.throw(_("No policy preview for {0}.").format(_(str(doctype))))
	doc = frappe.get_doc(values)
	if _is_stored(doc):
		frappe.has_permission(doctype, "read", doc=doc.name, throw=True)
	else:
		frappe.has_permission(doctype, "create", throw=True)
	return doc


def _is_stored(doc) -> bool:
	return bool(doc.name) and not doc.get("__islocal") and bool(frappe.db.exists(doc.doctype, doc.name))


def _judge(doc) -> Judgement | None:
	"""Totals are computed anew on the server: the client's are not trusted."""
	if not (is_enabled() and doc.get("kam_key_account") and doc.company):
		return None
	doc.items = [row for row in doc.items if row.item_code and row.qty]
	if not doc.items:
		return None
	doc.flags.ignore_permissions = True  # reading prices for a document that the caller may make
	doc.set_missing_values(for_validate=True)
	doc.calculate_taxes_and_totals()
	return judge_document(doc)


def _answer(doc, judgement: Judgement) -> dict:
	verdict = judgement.verdict
	messages = violation_messages(judgement)
	answer = {
		"verdict": str(verdict.code),
		"policy": judgement.terms.name,
		"tier": judgement.account.tier,
		"net": float(verdict.net),
		"judged_net": float(verdict.margin.net) if verdict.margin else None,
		"required_net": float(verdict.margin.required_net) if verdict.margin else None,
		"passing_net": float(verdict.passing_net) if verdict.passing_net is not None else None,
		"floor_rates": document_floor_rates(doc, judgement),
		"way_out": way_out(judgement) if verdict.violations else None,
		"open_exception": open_request(doc.doctype, doc.name) if verdict.violations else None,
		"violations": [
			{**_violation(violation), "message": message}
			for violation, message in zip(verdict.violations, messages, strict=True)
		],
	}
	if may_see_cost(judgement.terms):
		answer.update(_cost_figures(judgement))
	return answer


def _violation(violation) -> dict:
	return {
		"rule": str(violation.rule),
		"action": str(violation.action),
		"row": violation.row,
		"item_code": violation.item_code,
		"required": float(violation.required) if violation.required is not None else None,
		"actual": float(violation.actual) if violation.actual is not None else None,
		"exception": violation.exception,
	}


def _cost_figures(judgement: Judgement) -> dict:
	margin = judgement.verdict.margin
	names = ("cost", "required_markup", "actual_markup", "net_markup")
	figures = {name: _number(getattr(margin, name)) if margin else None for name in names}
	return {**figures, "rebate_rate": float(judgement.verdict.rebate_rate)}


def _number(value) -> float | None:
	return float(value) if value is not None else None
