"""Passing prices for the rows of a document: what "Apply Passing Prices" writes into the form (R26)."""

from decimal import Decimal

import frappe
from frappe.utils import flt

from kam_extension.integration.enforcement.judgement import Judgement, judge_document
from kam_extension.integration.money import currency_precision
from kam_extension.policy.codes import Rule
from kam_extension.policy.money import Rounding, decimal
from kam_extension.policy.repricing import raised_rates

PRICE_RULES = (Rule.MARKUP, Rule.DISCOUNT_CAP)
ATTEMPTS = 12
"""A discount in percent takes its part of every rise; each attempt leaves that share of what was missing."""


def passing_rates(doc, judgement: Judgement) -> dict[int, float] | None:
	"""Row number → value for the row's `rate` field with which `doc` breaks no price rule; rows that stay are left out.

	Rates are as a user types them: document currency and unit, before the document's discount, with the taxes that the
	prices include. `doc` itself is not changed. None when no price helps, or none is needed. Judges the document again
	for every attempt (seldom more than two), so it is computed when somebody asks for it, not on every keystroke.
	"""
	if not breaks_a_price_rule(judgement):
		return None
	draft = frappe.get_doc(doc.as_dict())
	draft.flags.update(doc.flags)
	for _attempt in range(ATTEMPTS):
		raised = raised_rates(judgement.facts, judgement.terms)
		if not raised:
			return None
		_raise_rows(draft, judgement, raised)
		draft.calculate_taxes_and_totals()
		judgement = judge_document(draft)
		if not breaks_a_price_rule(judgement):
			return _changed_rates(doc, draft)
	return None


def breaks_a_price_rule(judgement: Judgement) -> bool:
	"""Whether a rule about prices is broken that no exception covers."""
	return any(
		violation.rule in PRICE_RULES and violation.awaits_exception
		for violation in judgement.verdict.violations
	)


def _raise_rows(draft, judgement: Judgement, raised: dict[int, Decimal]) -> None:
	"""Write the rates as typed ones: list price, margin and discount of the row no longer decide."""
	rounding = Rounding(currency_precision(draft.currency))
	before = {line.row: line.net_rate for line in judgement.facts.lines}
	for row in draft.items:
		if row.idx not in raised:
			continue
		row.rate = float(rounding.up(_typed_rate(row, before[row.idx], raised[row.idx], judgement)))
		row.update({"price_list_rate": 0, "discount_percentage": 0, "discount_amount": 0, "margin_type": ""})
		row.update({"margin_rate_or_amount": 0, "pricing_rules": ""})


def _typed_rate(row, before: Decimal, wanted: Decimal, judgement: Judgement) -> Decimal:
	if before and flt(row.rate):
		return decimal(row.rate) * wanted / before
	return wanted / judgement.facts.exchange_rate


def _changed_rates(doc, draft) -> dict[int, float]:
	return {
		row.idx: row.rate
		for row, original in zip(draft.items, doc.items, strict=True)
		if flt(row.rate) != flt(original.rate)
	}
