"""The live policy panel: judge what is on the screen (R30)."""

import frappe
from erpnext.accounts.doctype.pricing_rule.utils import apply_pricing_rule_on_transaction
from erpnext.accounts.party import get_payment_terms_template
from frappe import _

from kam_extension.integration.documents.figures import document_floor_rates
from kam_extension.integration.documents.selling_documents import GUARDED, customer_of
from kam_extension.integration.enforcement import enforcement
from kam_extension.integration.enforcement.judgement import Judgement, judge_document, may_see_cost
from kam_extension.integration.enforcement.messages import violation_messages, way_out
from kam_extension.integration.enforcement.ways_out import is_about_price, may_request, passing_rates
from kam_extension.integration.exceptions.exception_requests import open_request
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.policy.codes import VerdictCode

FOR_THE_TOTAL = "Transaction"
FETCHED = ("currency", "conversion_rate", "selling_price_list", "price_list_currency", "plc_conversion_rate")
FETCHED_FOR_ITEM = ("item_name", "uom", "conversion_factor", "price_list_rate", "rate", "item_tax_rate")
WITH_PAYMENT_SCHEDULE = ("Quotation", "Sales Order", "Sales Invoice")


def preview(values: dict, with_passing_rates: bool = False) -> dict:
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
	answer = _answer(doc, judgement)
	if with_passing_rates:
		answer["passing_rates"] = passing_rates(doc, judgement)
	return answer


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
	doc.items = [row for row in doc.items if (row.item_code or row.item_name) and row.qty]
	if not doc.items:
		return None
	doc.flags.ignore_permissions = True  # reading prices for a document that the caller may make
	_complete(doc)
	return judge_document(doc)


def _complete(doc) -> None:
	"""What a save would work out by itself, in its order; the form has done most of it, another client nothing."""
	rules = _kinds_of_pricing_rules(doc)
	_fill_in(doc, rules)
	doc.set_taxes_and_charges()
	doc.calculate_taxes_and_totals()
	if _may_pay_early(doc):
		doc.set_payment_schedule()
	if FOR_THE_TOTAL in rules:
		apply_pricing_rule_on_transaction(doc)


def _kinds_of_pricing_rules(doc) -> set[str]:
	"""What the site's pricing rules for selling apply to."""
	if doc.get("ignore_pricing_rule"):
		return set()
	return set(frappe.get_all("Pricing Rule", {"selling": 1, "disable": 0}, pluck="apply_on", distinct=True))


def _fill_in(doc, rules: set[str]) -> None:
	"""Details of each item and of the party take most of the time, and the form has fetched them already."""
	if not _is_complete(doc) or rules - {FOR_THE_TOTAL}:
		doc.set_missing_values(for_validate=True)
	elif doc.doctype in WITH_PAYMENT_SCHEDULE and doc.payment_terms_template is None and not _is_stored(doc):
		doc.payment_terms_template = get_payment_terms_template(customer_of(doc), "Customer", doc.company)


def _is_complete(doc) -> bool:
	"""Nothing is left to be fetched from masters, and no pricing rule has a say."""
	return all(doc.get(field) for field in FETCHED) and not any(
		row.get("pricing_rules") or row.get(field) is None for row in doc.items for field in FETCHED_FOR_ITEM
	)


def _may_pay_early(doc) -> bool:
	"""Terms of payment count where they give a discount; other instalments are no matter of price."""
	if doc.doctype not in WITH_PAYMENT_SCHEDULE or doc.get("is_return"):
		return False
	return bool(doc.payment_terms_template or any(row.discount for row in doc.payment_schedule))


def _answer(doc, judgement: Judgement) -> dict:
	verdict = judgement.verdict
	messages = violation_messages(doc, judgement)
	answer = {
		"verdict": str(verdict.code),
		"policy": judgement.terms.name,
		"tier": judgement.account.tier,
		"net": float(verdict.net),
		"judged_net": float(verdict.margin.net) if verdict.margin else None,
		"required_net": float(verdict.margin.required_net) if verdict.margin else None,
		"passing_net": float(verdict.passing_net) if verdict.passing_net is not None else None,
		"floor_rates": document_floor_rates(doc, judgement),
		"is_about_price": is_about_price(judgement),
		"way_out": way_out(judgement) if verdict.violations else None,
		"may_request_exception": may_request(judgement),
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
