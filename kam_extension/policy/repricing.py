"""Prices that pass, row by row: what "Apply Passing Prices" proposes (R23, R26)."""

from dataclasses import replace
from decimal import Decimal

from kam_extension.policy.codes import Action
from kam_extension.policy.facts import DocumentFacts, LineFacts
from kam_extension.policy.judge import cap_of, has_margin, is_outside_formula, position_of
from kam_extension.policy.margin import figures_at, passing_net
from kam_extension.policy.money import ZERO
from kam_extension.policy.pricing import cap_floor_rate, is_capped
from kam_extension.policy.terms import PolicyTerms


def raised_rates(document: DocumentFacts, terms: PolicyTerms) -> dict[int, Decimal] | None:
	"""Row → net rate (company currency, unit of the document) for the rows that have to rise; None when none can help.

	Rows below the discount cap rise to it; then all rows that the markup counts rise by the same factor until N is the
	lowest that passes. No row falls. Deductions of the document are taken to stay as they are: with a discount in
	percent N is still short afterwards, and the caller asks again with the new prices.
	"""
	raised = _at_cap(document, terms)
	missing = _missing_net(raised, terms)
	if missing:
		raised = _spread(raised, missing)
	if missing is None or raised is None:
		return None
	before = {line.row: line.net_rate for line in document.lines}
	return {line.row: line.net_rate for line in raised.lines if line.net_rate != before[line.row]}


def _at_cap(document: DocumentFacts, terms: PolicyTerms) -> DocumentFacts:
	if terms.price_action == Action.OFF or document.is_unreferenced_credit:
		return document
	cap = cap_of(document, terms)
	rates = {}
	for line in document.lines:
		floor = cap_floor_rate(line, cap, document.rounding) if is_capped(line) else None
		if floor is not None and line.net_rate < floor:
			rates[line.row] = floor
	return _with_rates(document, rates)


def _missing_net(document: DocumentFacts, terms: PolicyTerms) -> Decimal | None:
	"""Money by which N has to grow; zero when it passes, None when no N passes."""
	position = position_of(document)
	if position is None or terms.margin_action == Action.OFF or is_outside_formula(document, terms):
		return ZERO
	if figures_at(position, position.net, terms, document.rounding).passes:
		return ZERO
	target = passing_net(position, terms, document.rounding)
	return None if target is None else target - position.net


def _spread(document: DocumentFacts, missing: Decimal) -> DocumentFacts | None:
	"""The money goes on the rows by what they bring in, by their cost where they bring in nothing; None without rows."""
	rows = [line for line in document.lines if has_margin(line) and not line.is_free and line.quantity > 0]
	weights = {line.row: max(line.net_amount, ZERO) for line in rows}
	if not any(weights.values()):
		weights = {line.row: line.cost(document.rounding) for line in rows}
	total = sum(weights.values(), ZERO)
	if not total:
		return None
	return _with_rates(
		document,
		{
			line.row: document.rounding.up(
				line.net_rate + missing * weights[line.row] / total / line.quantity
			)
			for line in rows
		},
	)


def _with_rates(document: DocumentFacts, rates: dict[int, Decimal]) -> DocumentFacts:
	lines = tuple(_with_rate(line, rates.get(line.row, line.net_rate), document) for line in document.lines)
	grown = sum((line.net_amount for line in lines), ZERO) - sum(
		(line.net_amount for line in document.lines), ZERO
	)
	tax_factor = document.gross / document.net if document.net > 0 else Decimal(1)
	return replace(document, lines=lines, net=document.net + grown, gross=document.gross + grown * tax_factor)


def _with_rate(line: LineFacts, rate: Decimal, document: DocumentFacts) -> LineFacts:
	if rate == line.net_rate:
		return line
	grown = document.rounding.money((rate - line.net_rate) * line.quantity)
	return replace(line, net_rate=rate, net_amount=line.net_amount + grown)
