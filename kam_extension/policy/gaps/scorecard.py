"""Scores that nobody or everybody reaches, criteria that can't be met, levels that hide each other (R14–R17)."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from kam_extension.policy.codes import AccountLevel, Metric
from kam_extension.policy.gaps.findings import Gap, Surroundings
from kam_extension.policy.levels import counts_agreements
from kam_extension.policy.money import HUNDRED, ZERO
from kam_extension.policy.scoring import points_for
from kam_extension.policy.terms import Criterion, LevelRule, PolicyTerms, TierTerms

MOST_POINTS, LEAST_POINTS = Decimal(4), Decimal(1)
LOWER_IS_BETTER = {Metric.RECEIVABLE_BALANCE, Metric.OVERDUE_DAYS_MAX, Metric.COMPLAINT_COUNT}
HIGHEST_VALUES = {
	Metric.STRATEGIC_INFLUENCE: Decimal(4),
	Metric.ON_TIME_PAYMENT_SHARE: HUNDRED,
	Metric.SATISFACTION: HUNDRED,
	Metric.GROSS_MARGIN: HUNDRED,
}


def find_scorecard_gaps(terms: PolicyTerms, around: Surroundings) -> Iterator[Gap]:
	"""Criteria, minimum scores, review months and level rules."""
	yield from _find_in_use(terms)
	for number, criterion in enumerate(terms.criteria, start=1):
		yield from _find_in_criterion(criterion, number)
	if terms.criteria:
		for number, row in enumerate(terms.tiers, start=1):
			yield from _find_in_score(terms, row, number)
	yield from _find_in_levels(terms.levels)


def _find_in_use(terms: PolicyTerms) -> Iterator[Gap]:
	metrics = {criterion.metric for criterion in terms.criteria}
	has_tiers = any(row.tier for row in terms.tiers)
	if has_tiers and not metrics:
		yield Gap("criteria", "no_scorecard")
	if metrics and not has_tiers:
		yield Gap("criteria", "scorecard_for_nothing")
	if metrics and terms.arrears_penalty and Metric.CONTRACT_AMOUNT not in metrics:
		yield Gap("arrears_penalty", "penalty_on_nothing")
	if metrics and not terms.tier_review_months.strip():
		yield Gap("tier_review_months", "no_review_months")
	if not terms.credit_review_months.strip():
		yield Gap("credit_review_months", "no_credit_review_months")


def _find_in_criterion(criterion: Criterion, number: int) -> Iterator[Gap]:
	if criterion.higher_is_better == (criterion.metric in LOWER_IS_BETTER):
		yield Gap("criteria", "unusual_direction", number, {"metric": criterion.metric})
	highest = HIGHEST_VALUES.get(criterion.metric)
	if highest is not None and criterion.higher_is_better and criterion.points_4 > highest:
		yield Gap("criteria", "points_unreachable", number, {"metric": criterion.metric, "highest": highest})


def _find_in_score(terms: PolicyTerms, row: TierTerms, number: int) -> Iterator[Gap]:
	if not row.tier:
		return
	weight = sum((criterion.weight for criterion in terms.criteria), ZERO)
	highest, lowest = MOST_POINTS * weight, LEAST_POINTS * weight
	values = {"tier": row.tier, "score": row.min_score}
	if row.min_score > highest:
		yield Gap("tiers", "score_unreachable", number, {**values, "highest": highest})
	elif row.min_score > (best := highest - _points_lost(terms, row)):
		yield Gap("tiers", "discount_costs_tier", number, {**values, "best": best})
	if row.min_score <= lowest:
		yield Gap("tiers", "score_always_reached", number, {**values, "lowest": lowest})


def _points_lost(terms: PolicyTerms, row: TierTerms) -> Decimal:
	"""What buying at the tier's own discount costs at the premium over the base list, at most."""
	premium = [criterion for criterion in terms.criteria if criterion.metric == Metric.PRICE_PREMIUM]
	if not premium or row.price_list:
		return ZERO
	return (MOST_POINTS - points_for(premium[0], -row.discount_percentage)) * premium[0].weight


def _find_in_levels(levels: tuple[LevelRule, ...]) -> Iterator[Gap]:
	for number, rule in enumerate(levels, start=1):
		if counts_agreements(rule):
			continue
		if not rule.min_contracts:
			yield Gap("levels", "level_by_judgement", number, {"level": rule.account_level})
		elif not rule.min_contract_amount:
			yield Gap("levels", "level_any_amount", number, {"level": rule.account_level})
	best_first = sorted(
		enumerate(levels, start=1), key=lambda pair: list(AccountLevel).index(pair[1].account_level)
	)
	for (_number, better), (number, lower) in combinations(best_first, 2):
		yield from _compare_levels(better, lower, number)


def _compare_levels(better: LevelRule, lower: LevelRule, number: int) -> Iterator[Gap]:
	"""Whoever meets the lower rule meets the better one too, so the lower one decides nothing."""
	if not (better.min_contracts and lower.min_contracts) or better.counts != lower.counts:
		return
	is_as_easy = (
		better.min_contract_amount <= lower.min_contract_amount
		and better.min_contracts <= lower.min_contracts
		and (not better.lookback_years or 0 < lower.lookback_years <= better.lookback_years)
	)
	values = {"level": lower.account_level, "other": better.account_level}
	if is_as_easy and not better.needs_judgement:
		yield Gap("levels", "level_hidden", number, values)
	elif better.min_contract_amount < lower.min_contract_amount:
		yield Gap("levels", "level_easier", number, values)
