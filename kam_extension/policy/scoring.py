"""Scorecard: points per criterion and the tier that they earn (R14, R15; S2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.codes import Metric
from kam_extension.policy.money import ZERO
from kam_extension.policy.terms import Criterion, PolicyTerms, TierTerms

LOWEST_POINTS = Decimal(1)


@dataclass(frozen=True)
class CriterionScore:
	"""Points of one criterion; `value` None means that there was nothing to measure, which earns the lowest points."""

	metric: str
	value: Decimal | None
	points: Decimal
	weight: Decimal

	@property
	def weighted_points(self) -> Decimal:
		return self.points * self.weight


@dataclass(frozen=True)
class TierProposal:
	"""The tier that a scorecard earns; `reason` is one of scored, first_year, no_orders, no_scorecard."""

	tier: str | None
	total_points: Decimal
	scores: tuple[CriterionScore, ...]
	reason: str


def propose_tier(
	terms: PolicyTerms,
	account_class: str,
	values: Mapping[str, Decimal | None],
	months_since_first_order: int | None,
	is_in_arrears: bool,
	current_tier: str | None = None,
) -> TierProposal:
	"""Score `values` (metric code → amount in company currency, percent, days or count) under the policy.

	`months_since_first_order` None means that nothing was ever ordered: no tier. In the first
	`new_customer_months` the lowest tier holds whatever the size (R15). `is_in_arrears`: something is overdue
	beyond the grace days, which costs the arrears penalty on the contract amount. A policy without criteria judges
	no tier: `current_tier` stays.
	"""
	if not terms.criteria:
		return TierProposal(current_tier, ZERO, (), "no_scorecard")
	scores = tuple(_score(criterion, values, terms, is_in_arrears) for criterion in terms.criteria)
	total = sum((score.weighted_points for score in scores), ZERO)
	if months_since_first_order is None:
		return TierProposal(None, total, scores, "no_orders")
	if months_since_first_order < terms.new_customer_months:
		return TierProposal(lowest_tier(terms, account_class), total, scores, "first_year")
	return TierProposal(tier_for_points(terms, account_class, total), total, scores, "scored")


def tier_for_points(terms: PolicyTerms, account_class: str, total: Decimal) -> str | None:
	"""The best tier of the class whose minimum score is reached; None below all."""
	reached = [row for row in _ranked(terms, account_class) if row.min_score <= total]
	return reached[0].tier if reached else None


def lowest_tier(terms: PolicyTerms, account_class: str) -> str | None:
	ranked = _ranked(terms, account_class)
	return ranked[-1].tier if ranked else None


def is_upgrade(terms: PolicyTerms, account_class: str, current: str | None, proposed: str | None) -> bool:
	"""Whether `proposed` is better than `current`; no tier is the lowest."""
	order = [None, *(row.tier for row in reversed(_ranked(terms, account_class)))]
	return _position(order, proposed) > _position(order, current)


def points_for(criterion: Criterion, value: Decimal | None) -> Decimal:
	"""4, 3, 2 or 1 points by the criterion's thresholds, bounds inclusive."""
	if value is None:
		return LOWEST_POINTS
	thresholds = ((4, criterion.points_4), (3, criterion.points_3), (2, criterion.points_2))
	for points, threshold in thresholds:
		if value >= threshold if criterion.higher_is_better else value <= threshold:
			return Decimal(points)
	return LOWEST_POINTS


def _score(
	criterion: Criterion, values: Mapping[str, Decimal | None], terms: PolicyTerms, is_in_arrears: bool
) -> CriterionScore:
	value = values.get(criterion.metric)
	points = points_for(criterion, value)
	if is_in_arrears and criterion.metric == Metric.CONTRACT_AMOUNT:
		points = max(points - terms.arrears_penalty, LOWEST_POINTS)
	return CriterionScore(criterion.metric, value, points, criterion.weight)


def _ranked(terms: PolicyTerms, account_class: str) -> Sequence[TierTerms]:
	"""The class's tiers, the best first."""
	rows = [row for row in terms.tiers if row.account_class == account_class and row.tier]
	return sorted(rows, key=lambda row: row.min_score, reverse=True)


def _position(order: list[str | None], tier: str | None) -> int:
	return order.index(tier) if tier in order else 0
