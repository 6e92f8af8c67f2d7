"""Service levels that leave accounts out, or serve a better tier worse (R14, R20, R21, R31)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from kam_extension.policy.codes import AccountClass, Action
from kam_extension.policy.gaps.findings import Gap, Surroundings
from kam_extension.policy.money import ZERO
from kam_extension.policy.terms import PolicyTerms, TierTerms

Rows = list[tuple[int, TierTerms]]
HIGHER_IS_BETTER = ("discount_percentage", "max_discount_percentage")
ZERO_IS_NO_LIMIT = ("credit_limit", "max_overdue_days")
LOWER_IS_BETTER = ("shipping_priority",)
NO_LIMIT = Decimal("Infinity")


def find_tier_gaps(terms: PolicyTerms, around: Surroundings) -> Iterator[Gap]:
	"""Missing rows, rows that give nothing, and tiers that are served worse than a lower one."""
	for account_class in AccountClass:
		rows = [pair for pair in enumerate(terms.tiers, start=1) if pair[1].account_class == account_class]
		yield from _find_missing_rows(account_class, rows)
		yield from _find_rank_order(rows, around.ranks)
		yield from _find_worse_service(_best_first(rows, around.ranks))
	for number, row in enumerate(terms.tiers, start=1):
		yield from _find_in_prices(terms, row, number)
		yield from _find_in_service(terms, row, number)


def _find_missing_rows(account_class: AccountClass, rows: Rows) -> Iterator[Gap]:
	values = {"account_class": str(account_class)}
	if not rows:
		yield Gap("tiers", "class_missing", values=values)
	elif all(row.tier for _number, row in rows):
		yield Gap("tiers", "no_row_without_tier", values=values)


def _best_first(rows: Rows, ranks: Mapping[str, int]) -> Rows:
	"""By minimum score; by the tiers' ranks where the scores are equal; without a tier last."""
	return sorted(rows, key=lambda pair: (not pair[1].tier, -pair[1].min_score, ranks.get(pair[1].tier, 0)))


def _find_rank_order(rows: Rows, ranks: Mapping[str, int]) -> Iterator[Gap]:
	"""Reviews and lists compare tiers by rank, so the ranks have to tell the same as the scores."""
	ranked = [pair for pair in _best_first(rows, ranks) if pair[1].tier in ranks]
	for (_number, better), (number, lower) in pairwise(ranked):
		if ranks[lower.tier] < ranks[better.tier] and lower.min_score < better.min_score:
			yield Gap("tiers", "rank_order", number, {"tier": lower.tier, "other": better.tier})


def _find_worse_service(rows: Rows) -> Iterator[Gap]:
	for (number, better), (_other, lower) in pairwise(rows):
		for column in (*HIGHER_IS_BETTER, *ZERO_IS_NO_LIMIT, *LOWER_IS_BETTER):
			if _worth(better, column) < _worth(lower, column):
				values = {"column": column, "tier": better.tier or "", "other": lower.tier or ""}
				yield Gap("tiers", "worse_for_better_tier", number, values)


def _worth(row: TierTerms, column: str) -> Decimal:
	"""How good the column's value is for the customer; more is better."""
	value = Decimal(getattr(row, column))
	if column == "discount_percentage" and row.price_list:
		return NO_LIMIT
	if column in ZERO_IS_NO_LIMIT:
		return value or NO_LIMIT
	if column in LOWER_IS_BETTER:
		return -value if value else -NO_LIMIT
	return value


def _find_in_prices(terms: PolicyTerms, row: TierTerms, number: int) -> Iterator[Gap]:
	if row.price_list and row.price_list != terms.base_price_list and row.discount_percentage:
		yield Gap("tiers", "discount_unused", number, {"price_list": row.price_list})
	elif terms.price_action != Action.OFF and ZERO < row.discount_percentage == row.max_discount_percentage:
		yield Gap("tiers", "discount_takes_cap", number, {"percent": row.max_discount_percentage})


def _find_in_service(terms: PolicyTerms, row: TierTerms, number: int) -> Iterator[Gap]:
	if terms.credit_action != Action.OFF:
		for column in ZERO_IS_NO_LIMIT:
			if not getattr(row, column):
				yield Gap("tiers", "no_limit", number, {"column": column})
	if not row.visit_interval_months:
		yield Gap("tiers", "never_visited", number, {"column": "visit_interval_months"})
	if not row.shipping_priority:
		yield Gap("tiers", "no_priority", number, {"column": "shipping_priority"})
