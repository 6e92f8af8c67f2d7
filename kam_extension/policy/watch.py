"""How far an account is from another tier, and a document from the next rebate band (R76)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.bands import edges
from kam_extension.policy.codes import Metric, StrEnum
from kam_extension.policy.money import ZERO, percent_of
from kam_extension.policy.rebates import ladder_rate
from kam_extension.policy.scoring import TierProposal, is_upgrade, propose_tier
from kam_extension.policy.terms import Criterion, PolicyTerms, RebateBand

# A percentage is as near as its points are: from 4 % to 5 % is one, not a fifth.
PERCENT_METRICS = frozenset(
	{
		Metric.REVENUE_GROWTH,
		Metric.GROSS_MARGIN,
		Metric.ON_TIME_PAYMENT_SHARE,
		Metric.PRICE_PREMIUM,
		Metric.SATISFACTION,
	}
)
WHOLE_NUMBERS = frozenset(
	{
		Metric.OVERDUE_DAYS_MAX,
		Metric.ORDER_COUNT,
		Metric.TENURE_MONTHS,
		Metric.COMPLAINT_COUNT,
		Metric.STRATEGIC_INFLUENCE,
	}
)


class Direction(StrEnum):
	"""Where a change would lead an account (R76)."""

	BETTER = "Better"
	WORSE = "Worse"


@dataclass(frozen=True)
class Standing:
	"""An account as its scorecard knows it; `values` by metric code, `overdue_days` of its oldest debt."""

	account_class: str
	tier: str | None
	values: Mapping[str, Decimal | None]
	months_since_first_order: int | None
	overdue_days: int


@dataclass(frozen=True)
class Lever:
	"""The change of one criterion that alone brings another tier: from `value` to, or past, `threshold`.

	`gap` is how much that is, in the metric's unit, never negative. `closeness` makes levers comparable: the gap in
	percent of the larger number, for a percentage the points themselves.
	"""

	metric: str
	value: Decimal
	threshold: Decimal
	gap: Decimal
	closeness: Decimal


@dataclass(frozen=True)
class Distance:
	"""One way to another tier; `tier` None is no tier.

	`points` is the score now, `deciding_points` the minimum that would be reached or lost. `lever` is the nearest one
	that suffices by itself; None when the scorecard says the other tier already, and only the review is missing.
	"""

	direction: Direction
	tier: str | None
	points: Decimal
	deciding_points: Decimal
	lever: Lever | None

	@property
	def closeness(self) -> Decimal:
		return self.lever.closeness if self.lever else ZERO


@dataclass(frozen=True)
class BandDistance:
	"""How far a document is below the amount from which a better rebate rate holds."""

	from_amount: Decimal
	missing: Decimal
	closeness: Decimal
	rate: Decimal
	next_rate: Decimal


def distance_to(terms: PolicyTerms, standing: Standing) -> list[Distance]:
	"""What would move the account to a better and to a worse tier: at most one entry each, by one criterion alone.

	Where the scorecard differs from the account's tier already, that is the only entry. In the first year and without
	orders the points decide nothing, so there is nothing to be near to.
	"""
	now = _propose(terms, standing, standing.values, standing.overdue_days)
	if now.tier != standing.tier:
		return [_distance(terms, standing, now, now.tier, None)]
	levers = list(_levers(terms, standing))
	found = (_nearest(terms, standing, now, levers, upward) for upward in (True, False))
	return [distance for distance in found if distance]


def next_band(bands: Sequence[RebateBand], net: Decimal, tier: str | None) -> BandDistance | None:
	"""The nearest band above `net` (effective net, company currency) with a better rate for the tier; None on top."""
	rate = ladder_rate(bands, net, tier)
	for edge in sorted(edge for edge in edges(bands, tier) if edge > net):
		better = ladder_rate(bands, edge, tier)
		if better > rate:
			missing = edge - net
			return BandDistance(edge, missing, percent_of(missing, edge) or ZERO, rate, better)
	return None


def _nearest(
	terms: PolicyTerms,
	standing: Standing,
	now: TierProposal,
	levers: Iterable[tuple[Lever, str | None]],
	upward: bool,
) -> Distance | None:
	fitting = [
		(lever, tier)
		for lever, tier in levers
		if is_upgrade(terms, standing.account_class, standing.tier, tier) == upward
	]
	if not fitting:
		return None
	lever, tier = min(fitting, key=lambda entry: entry[0].closeness)
	return _distance(terms, standing, now, tier, lever)


def _distance(
	terms: PolicyTerms, standing: Standing, now: TierProposal, tier: str | None, lever: Lever | None
) -> Distance:
	upward = is_upgrade(terms, standing.account_class, standing.tier, tier)
	deciding = tier if upward else standing.tier
	return Distance(
		direction=Direction.BETTER if upward else Direction.WORSE,
		tier=tier,
		points=now.total_points,
		deciding_points=terms.service_level(standing.account_class, deciding).min_score if deciding else ZERO,
		lever=lever,
	)


def _levers(terms: PolicyTerms, standing: Standing) -> Iterator[tuple[Lever, str | None]]:
	"""Each criterion's nearest change that alone leads to another tier, with that tier."""
	for criterion in terms.criteria:
		value = standing.values.get(criterion.metric)
		if value is not None:
			yield from _levers_of(terms, standing, criterion, value)
	yield from _arrears(terms, standing)


def _levers_of(
	terms: PolicyTerms, standing: Standing, criterion: Criterion, value: Decimal
) -> Iterator[tuple[Lever, str | None]]:
	steps = sorted(
		{criterion.points_4, criterion.points_3, criterion.points_2}, key=lambda step: abs(step - value)
	)
	seen: set[bool] = set()
	for step in steps:
		is_reached = value >= step if criterion.higher_is_better else value <= step
		beyond = _least_step(criterion.metric) if is_reached else ZERO
		tier = _tier_with(
			terms, standing, criterion, step - beyond if criterion.higher_is_better else step + beyond
		)
		if tier != standing.tier and is_reached not in seen:
			seen.add(is_reached)
			yield _lever(criterion.metric, value, step, is_reached), tier


def _least_step(metric: str) -> Decimal:
	"""The least by which a threshold is missed: one of what is counted, else what six decimals show."""
	return Decimal(1) if metric in WHOLE_NUMBERS else Decimal("0.000001")


def _arrears(terms: PolicyTerms, standing: Standing) -> Iterator[tuple[Lever, str | None]]:
	"""Paying what is overdue beyond the grace days, or letting it become so, moves the penalty."""
	overdue, grace = standing.overdue_days, terms.grace_days
	if overdue <= 0:
		return
	limit = grace if overdue > grace else grace + 1
	tier = _propose(terms, standing, standing.values, limit).tier
	if tier != standing.tier:
		yield _lever(Metric.OVERDUE_DAYS_MAX, Decimal(overdue), Decimal(limit), False), tier


def _tier_with(terms: PolicyTerms, standing: Standing, criterion: Criterion, value: Decimal) -> str | None:
	values = {**standing.values, criterion.metric: value}
	return _propose(terms, standing, values, standing.overdue_days).tier


def _propose(
	terms: PolicyTerms, standing: Standing, values: Mapping[str, Decimal | None], overdue_days: int
) -> TierProposal:
	return propose_tier(
		terms,
		standing.account_class,
		values,
		standing.months_since_first_order,
		is_in_arrears=overdue_days > terms.grace_days,
	)


def _lever(metric: str, value: Decimal, threshold: Decimal, is_reached: bool) -> Lever:
	"""What is counted in whole numbers has to go one past a threshold that it reaches."""
	gap = abs(threshold - value) + (1 if is_reached and metric in WHOLE_NUMBERS else 0)
	if metric in PERCENT_METRICS:
		return Lever(metric, value, threshold, gap, gap)
	return Lever(metric, value, threshold, gap, percent_of(gap, max(abs(threshold), abs(value))) or ZERO)
