"""Bands that reward the wrong thing, rebates that eat the margin, and exceptions that nobody may approve (R22–R27)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from kam_extension.policy.authority import HIGHEST, ROLES_BY_RANK
from kam_extension.policy.codes import Action, CostSource
from kam_extension.policy.examples import worked_examples
from kam_extension.policy.gaps.findings import Gap, Surroundings
from kam_extension.policy.money import HUNDRED, ZERO, Rounding
from kam_extension.policy.terms import Authority, MarginBand, PolicyTerms, RebateBand


def find_rule_gaps(terms: PolicyTerms, around: Surroundings) -> Iterator[Gap]:
	"""Margin bands, cost, rebate bands and authorities."""
	if terms.margin_action != Action.OFF and not terms.margin_bands:
		yield Gap("margin_bands", "no_margin_bands")
	yield from _find_steps("margin_bands", "markup_rises", terms.margin_bands, "min_markup")
	yield from _find_unknown_tiers("margin_bands", terms.margin_bands, terms)
	if terms.cost_price_list and CostSource.COST_PRICE_LIST not in terms.cost_sources:
		yield Gap("cost_price_list", "cost_list_unused")
	if not terms.rebate_bands:
		yield Gap("rebate_bands", "no_rebate_bands")
	yield from _find_steps("rebate_bands", "rebate_falls", terms.rebate_bands, "rebate_rate")
	yield from _find_unknown_tiers("rebate_bands", terms.rebate_bands, terms)
	yield from _find_eaten_markup(terms, around.tax_factor)
	yield from _find_in_authorities(terms)


def _find_steps(
	table: str, code: str, bands: Sequence[MarginBand | RebateBand], column: str
) -> Iterator[Gap]:
	"""A larger order earns more: it needs no higher markup and gets no lower rebate than a smaller one."""
	before: dict[str | None, Decimal] = {}
	for number, band in enumerate(bands, start=1):
		rate = getattr(band, column)
		step = rate - before.get(band.tier, rate)
		if (step > 0) if code == "markup_rises" else (step < 0):
			yield Gap(table, code, number, {"percent": rate, "before": before[band.tier]})
		before[band.tier] = rate


def _find_unknown_tiers(
	table: str, bands: Sequence[MarginBand | RebateBand], terms: PolicyTerms
) -> Iterator[Gap]:
	known = {row.tier for row in terms.tiers}
	for number, band in enumerate(bands, start=1):
		if band.tier and band.tier not in known:
			yield Gap(table, "band_of_unknown_tier", number, {"tier": band.tier})


def _find_eaten_markup(terms: PolicyTerms, tax_factor: Decimal) -> Iterator[Gap]:
	"""At the lowest price that passes, what is left once the rebate is paid; each rebate band is named once."""
	named: set[int] = set()
	for example in worked_examples(terms, Rounding(precision=6), tax_factor):
		row = _row_of(terms, example.from_amount, example.tier)
		if row is None or row in named:
			continue
		values = {"amount": example.from_amount, "rate": example.rebate_rate, "markup": example.markup}
		if example.keeping_price is None:
			yield Gap("rebate_bands", "rebate_takes_all", row, values)
		elif example.net_markup < ZERO:
			yield Gap("rebate_bands", "rebate_eats_markup", row, {**values, "left": example.net_markup})
		else:
			continue
		named.add(row)


def _row_of(terms: PolicyTerms, amount: Decimal, tier: str | None) -> int | None:
	"""1-based row of the rebate band that holds for the amount and tier."""
	for wanted in (tier, None):
		reached = [
			(band.from_amount, number)
			for number, band in enumerate(terms.rebate_bands, start=1)
			if band.tier == wanted and band.from_amount <= amount
		]
		if reached:
			return max(reached)[1]
	return None


def _find_in_authorities(terms: PolicyTerms) -> Iterator[Gap]:
	limits = {HIGHEST.role: HIGHEST} | {row.role: row for row in terms.authorities}
	yield from _find_beyond_everybody(terms, list(limits.values()))
	for number, row in enumerate(terms.authorities, start=1):
		if not (row.max_markup_concession or row.max_discount or row.may_pass_credit):
			yield Gap("authorities", "authority_without_power", number, {"role": row.role})
	rows = sorted(enumerate(terms.authorities, start=1), key=lambda pair: ROLES_BY_RANK.index(pair[1].role))
	for (number, lower), (_number, higher) in combinations(rows, 2):
		if _may_more(lower, higher):
			yield Gap(
				"authorities", "lower_role_may_more", number, {"role": lower.role, "other": higher.role}
			)


def _find_beyond_everybody(terms: PolicyTerms, limits: list[Authority]) -> Iterator[Gap]:
	for column, action in (
		("max_markup_concession", terms.margin_action),
		("max_discount", terms.price_action),
	):
		most = max(getattr(limit, column) for limit in limits)
		if action != Action.OFF and most < HUNDRED:
			yield Gap("authorities", "beyond_everybody", None, {"column": column, "points": most})
	if terms.credit_action != Action.OFF and not any(limit.may_pass_credit for limit in limits):
		yield Gap("authorities", "credit_beyond_everybody")
	if not any(min(limit.max_markup_concession, limit.max_discount) >= HUNDRED for limit in limits):
		yield Gap("authorities", "nobody_without_limits")


def _may_more(lower: Authority, higher: Authority) -> bool:
	return (
		lower.max_markup_concession > higher.max_markup_concession
		or lower.max_discount > higher.max_discount
		or (lower.may_pass_credit and not higher.may_pass_credit)
	)
