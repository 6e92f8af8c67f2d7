"""Judge one document under one policy: every rule, one verdict (R21–R26, R28, R32)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from kam_extension.policy.codes import Action, Rule, VerdictCode
from kam_extension.policy.credit import account_violations
from kam_extension.policy.facts import DocumentFacts, LineFacts
from kam_extension.policy.margin import MarginFigures, Position, figures_at, floor_net, passing_net
from kam_extension.policy.money import HUNDRED, ZERO
from kam_extension.policy.pricing import cap_floor_rate, discount_points_over_cap, earned_rate, is_capped
from kam_extension.policy.rebates import priced_rate
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Verdict, Violation, code_for


def judge(document: DocumentFacts, terms: PolicyTerms) -> Verdict:
	"""The verdict on `document` under `terms`; approved exceptions are applied afterwards (`exceptions.apply`)."""
	position = position_of(document)
	margin = figures_at(position, position.net, terms, document.rounding) if position else None
	violations = tuple(
		violation
		for violation in (
			*account_violations(document, terms),
			*_unknown_exchange_rate(document, terms),
			*_unreferenced_credit(document, terms),
			*_line_violations(document, terms),
			*_markup_violations(document, terms, margin),
		)
		if violation.action != Action.OFF
	)
	is_judged = any(not line.is_exempt for line in document.lines) or bool(violations)
	return Verdict(
		code=code_for(violations) if is_judged else VerdictCode.NOT_APPLICABLE,
		violations=violations,
		margin=margin,
		net=document.net,
		passing_net=_passing_net(document, terms, position),
		floor_rates=_floor_rates(document, terms, position),
		unit_costs={line.row: line.unit_cost for line in document.lines if line.has_known_cost},
		rebate_rate=priced_rate(document.agreement, terms.rebate_bands, document.net, document.account.tier),
	)


def _passing_net(document: DocumentFacts, terms: PolicyTerms, position: Position | None) -> Decimal | None:
	"""Where the formula has no say, N passes as it is (R23, R28)."""
	if position is None:
		return None
	if terms.margin_action == Action.OFF or is_outside_formula(document, terms):
		return position.net
	return passing_net(position, terms, document.rounding)


def position_of(document: DocumentFacts) -> Position | None:
	"""What the markup formula judges: rows not checked elsewhere whose cost is known; None without any.

	Charges and discounts of the document (N less the rows' sum) fall on the judged rows by their share in net amount.
	A row with a negative amount is such a discount, whatever is known of its cost.
	"""
	judged = [line for line in document.lines if has_margin(line)]
	if not judged or document.is_unreferenced_credit:
		return None
	rounding = document.rounding
	rows_net = _net_of_priced(document.lines)
	judged_net = _net_of_priced(judged)
	is_whole = judged_net == rows_net
	net = document.net if is_whole or not rows_net else rounding.money(document.net * judged_net / rows_net)
	return Position(
		net=net,
		cost=sum((line.cost(rounding) for line in judged), ZERO),
		other_costs=document.other_costs,
		tax_factor=document.gross / document.net if document.net > 0 else Decimal(1),
		banding_net=document.net - net,
		tier=document.account.tier,
		agreement=document.agreement,
	)


def _net_of_priced(lines: Iterable[LineFacts]) -> Decimal:
	"""Sum of the rows that bring money in, and of negative ones that were agreed in an earlier document."""
	return sum((line.net_amount for line in lines if line.net_amount > 0 or line.is_exempt), ZERO)


def has_margin(line: LineFacts) -> bool:
	"""Whether the formula counts the row: not checked elsewhere, and its cost is known."""
	return not line.is_exempt and line.has_known_cost


def _markup_violations(
	document: DocumentFacts, terms: PolicyTerms, margin: MarginFigures | None
) -> Iterator[Violation]:
	if margin is None or margin.passes or is_outside_formula(document, terms):
		return
	points = margin.shortfall * HUNDRED / margin.cost if margin.cost else ZERO
	yield Violation(
		rule=Rule.MARKUP,
		reason="markup",
		action=Action(terms.margin_action),
		required=margin.required_net,
		actual=margin.net,
		points=points,
	)


def is_outside_formula(document: DocumentFacts, terms: PolicyTerms) -> bool:
	"""Dealer-led projects, where the policy leaves them out (R28)."""
	return document.is_dealer_led and terms.exclude_dealer_led


def _line_violations(document: DocumentFacts, terms: PolicyTerms) -> Iterator[Violation]:
	cap = cap_of(document, terms)
	for line in document.lines:
		if line.is_exempt or document.is_unreferenced_credit:
			continue
		if _lacks_cost(line) and not is_outside_formula(document, terms):
			yield _on_line(line, Rule.UNKNOWN_COST, "unknown_cost", terms.unknown_cost_action)
		if is_capped(line):
			yield from _cap_violations(line, cap, document, terms)


def _lacks_cost(line: LineFacts) -> bool:
	"""A text row that only takes money off ships nothing that could cost something."""
	return not line.has_known_cost and (bool(line.item_code) or line.net_amount > 0)


def _cap_violations(
	line: LineFacts, cap: Decimal, document: DocumentFacts, terms: PolicyTerms
) -> Iterator[Violation]:
	floor = cap_floor_rate(line, cap, document.rounding)
	earned = earned_rate(line, cap, document.rounding.smallest_unit * (1 + document.exchange_rate))
	if floor is None:
		if terms.price_action != Action.OFF:
			yield _on_line(line, Rule.UNLISTED_ITEM, "unlisted_item", terms.unlisted_item_action)
	elif earned < floor:
		violation = _on_line(line, Rule.DISCOUNT_CAP, "discount_cap", terms.price_action)
		points = discount_points_over_cap(line, cap, earned)
		actual = line.net_rate if earned == line.net_rate else document.rounding.down(earned)
		yield replace(violation, required=floor, actual=actual, points=points)


def _on_line(line: LineFacts, rule: Rule, reason: str, action: str) -> Violation:
	return Violation(
		rule=rule,
		reason=reason,
		action=Action(action),
		row=line.row,
		item_code=line.item_code or None,
		item_name=line.item_name or None,
	)


def _unknown_exchange_rate(document: DocumentFacts, terms: PolicyTerms) -> Iterator[Violation]:
	"""Without an exchange rate of its own the site can't tell what a price is worth: as bad as an unknown cost."""
	if not document.is_exchange_rate_known and any(not line.is_exempt for line in document.lines):
		yield Violation(
			rule=Rule.EXCHANGE_RATE,
			reason="exchange_rate",
			action=Action(terms.unknown_exchange_rate_action),
			actual=document.exchange_rate.quantize(Decimal("1e-6")),
		)


def _unreferenced_credit(document: DocumentFacts, terms: PolicyTerms) -> Iterator[Violation]:
	"""A credit note that no invoice covers is a price concession (R25)."""
	if document.is_unreferenced_credit:
		action = Action(terms.margin_action)
		yield Violation(
			rule=Rule.UNREFERENCED_CREDIT,
			reason="unreferenced_credit",
			action=action,
			required=ZERO,
			actual=document.net,
		)


def cap_of(document: DocumentFacts, terms: PolicyTerms) -> Decimal:
	"""The discount cap of the account's class and tier in percent (R21)."""
	account = document.account
	return terms.service_level(account.account_class, account.tier).max_discount_percentage


def _floor_rates(
	document: DocumentFacts, terms: PolicyTerms, position: Position | None
) -> dict[int, Decimal]:
	"""Lowest net rate per row: its share by cost in the lowest passing N, and never below the discount cap."""
	cap, rounding = cap_of(document, terms), document.rounding
	amounts = _floor_amounts(document, terms, position)
	floors: dict[int, Decimal] = {}
	for line in document.lines:
		if not is_capped(line):
			continue
		cap_floor = cap_floor_rate(line, cap, rounding) if terms.price_action != Action.OFF else None
		candidates = [cap_floor] if cap_floor is not None else []
		if line.row in amounts:
			candidates.append(rounding.up(amounts[line.row] / line.quantity))
		if candidates:
			floors[line.row] = max(candidates)
	return floors


def _floor_amounts(
	document: DocumentFacts, terms: PolicyTerms, position: Position | None
) -> dict[int, Decimal]:
	"""Row → the money that it has to bring in, whole cents each, so that all rows together reach the floor of N."""
	if position is None or terms.margin_action == Action.OFF or is_outside_formula(document, terms):
		return {}
	rounding = document.rounding
	judged = [line for line in document.lines if has_margin(line)]
	earning = [line for line in judged if not line.is_free and line.quantity]
	cost = sum((line.cost(rounding) for line in earning), ZERO)
	floor = floor_net(position, terms, rounding)
	if not cost or floor is None:
		return {}
	total = _before_deductions(floor, position.net, sum((line.net_amount for line in judged), ZERO))
	return {line.row: rounding.up(line.cost(rounding) * total / cost) for line in earning}


def _before_deductions(floor: Decimal, net: Decimal, rows_net: Decimal) -> Decimal:
	"""What the rows have to sum up to for N to be `floor`: deductions stay, or grow with a price that has to rise."""
	if floor <= net or net <= 0:
		return floor + rows_net - net
	return floor * rows_net / net
