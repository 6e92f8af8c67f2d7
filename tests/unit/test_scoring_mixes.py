"""Scorecards that weigh and mix money, ratios and judged values (R14, R15): worked examples and what always holds."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.codes import Metric
from kam_extension.policy.scoring import TierProposal, points_for, propose_tier
from kam_extension.policy.terms import Criterion, TierTerms
from tests.unit.builders import make_terms, money

MIXED = (
	Criterion("contract_amount", True, money(5_000_000), money(2_000_000), money(500_000), money(2)),
	Criterion("on_time_payment_share", True, money(95), money(80), money(50), money("0.5")),
	Criterion("overdue_days_max", False, money(0), money(15), money(60), money("1.25")),
	Criterion("strategic_influence", True, money(4), money(3), money(2)),
)
SCORES = (TierTerms("Major", "A", money("14.5")), TierTerms("Major", "B", money("11.25")), TierTerms("Major", "C", money(8)))  # fmt: skip
TERMS = replace(make_terms(), criteria=MIXED, tiers=SCORES)


def propose(values: dict, is_in_arrears: bool = False, months: int | None = 24, terms=TERMS) -> TierProposal:
	measured = {metric: None if value is None else money(value) for metric, value in values.items()}
	return propose_tier(terms, "Major", measured, months, is_in_arrears)


def values(contracts, on_time, overdue, influence) -> dict:
	metrics = (row.metric for row in MIXED)
	return dict(zip(metrics, (contracts, on_time, overdue, influence), strict=True))


@pytest.mark.parametrize(
	("measured", "is_in_arrears", "total", "tier"),
	[
		# 4·2 + 4·0.5 + 4·1.25 + 4·1
		(values(5_000_000, 100, 0, 4), False, "19", "A"),
		# 3·2 + 3·0.5 + 4·1.25 + 2·1: exactly the score for A
		(values(2_000_000, 80, 0, 2), False, "14.5", "A"),
		# 3·2 + 2·0.5 + 4·1.25 + 2·1: half a point less
		(values(2_000_000, "79.999999", 0, 2), False, "14", "B"),
		# (3 − 1)·2 + 3·0.5 + 3·1.25 + 2·1: the arrears cost a weighted point, twice what they cost alone
		(values(2_000_000, 80, 15, 2), True, "11.25", "B"),
		# (2 − 1)·2 + 1·0.5 + 2·1.25 + 3·1
		(values(500_000, 0, 16, 3), True, "8", "C"),
		# 1·2 + 1·0.5 + 4·1.25 + 1·1: unknown share, never judged
		(values(0, None, 0, None), False, "8.5", "C"),
		# All unknown: 1·(2 + 0.5 + 1.25 + 1)
		(values(None, None, None, None), False, "4.75", None),
	],
)
def test_worked_examples(measured, is_in_arrears, total, tier):
	proposal = propose(measured, is_in_arrears)
	assert (proposal.total_points, proposal.tier) == (Decimal(total), tier)


def test_the_penalty_belongs_to_the_contract_amount_and_to_nothing_else():
	no_contracts = replace(TERMS, criteria=MIXED[1:])
	measured = values(5_000_000, 100, 0, 4)
	assert propose(measured, True, terms=no_contracts) == propose(measured, False, terms=no_contracts)


def test_a_metric_that_the_scorecard_needs_but_nobody_measured_is_unknown():
	assert [score.points for score in propose({}).scores] == [1, 1, 1, 1]


@pytest.mark.parametrize("months", [None, 3, 24])
def test_a_policy_without_scorecard_leaves_the_tier_as_it_is(months):
	terms = replace(TERMS, criteria=())
	proposal = propose_tier(terms, "Major", {}, months, is_in_arrears=True, current_tier="A")
	assert (proposal.tier, proposal.total_points, proposal.reason) == ("A", 0, "no_scorecard")


@pytest.mark.parametrize(("months", "tier"), [(0, "C"), (11, "C"), (12, "A")])
def test_the_first_year_holds_with_weights_too(months, tier):
	assert propose(values(5_000_000, 100, 0, 4), months=months).tier == tier


RANK = {"A": 3, "B": 2, "C": 1, None: 0}
WEIGHTS = st.sampled_from([Decimal(weight) for weight in ("0.25", "0.5", "1", "1.5", "2", "3")])
AMOUNTS = st.one_of(st.none(), st.integers(-50, 150).map(Decimal))
METRICS = [metric for metric in Metric if metric != Metric.TENURE_MONTHS]


@st.composite
def criteria(draw) -> tuple[Criterion, ...]:
	names = draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=5, unique=True))
	rows = []
	for name in names:
		steps = sorted(draw(st.lists(st.integers(-40, 140), min_size=3, max_size=3, unique=True)))
		higher = draw(st.booleans())
		four, three, two = steps[::-1] if higher else steps
		rows.append(Criterion(name, higher, Decimal(four), Decimal(three), Decimal(two), draw(WEIGHTS)))
	return tuple(rows)


@st.composite
def scorecards(draw) -> tuple:
	"""Terms, measured values, whether there are arrears."""
	rows = draw(criteria())
	scores = sorted(draw(st.lists(st.integers(1, 40), min_size=3, max_size=3, unique=True)), reverse=True)
	tiers = tuple(TierTerms("Major", tier, Decimal(score)) for tier, score in zip("ABC", scores, strict=True))
	penalty = draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1), Decimal(3)]))
	terms = replace(TERMS, criteria=rows, tiers=tiers, arrears_penalty=penalty)
	return terms, {row.metric: draw(AMOUNTS) for row in rows}, draw(st.booleans())


@given(scorecards(), st.data())
def test_a_better_value_never_lowers_points_or_tier(scorecard, data):
	terms, measured, arrears = scorecard
	row = data.draw(st.sampled_from(terms.criteria))
	step = data.draw(st.integers(0, 200).map(Decimal))
	before = measured[row.metric]
	better = Decimal(0) if before is None else before + (step if row.higher_is_better else -step)
	old = propose_tier(terms, "Major", measured, 24, arrears)
	new = propose_tier(terms, "Major", {**measured, row.metric: better}, 24, arrears)
	assert new.total_points >= old.total_points
	assert RANK[new.tier] >= RANK[old.tier]


@given(scorecards(), st.sampled_from([Decimal("0.5"), Decimal(2), Decimal(10)]))
def test_weights_scale_the_total_and_keep_the_tier(scorecard, factor):
	terms, measured, arrears = scorecard
	scaled = replace(
		terms,
		criteria=tuple(replace(row, weight=row.weight * factor) for row in terms.criteria),
		tiers=tuple(replace(row, min_score=row.min_score * factor) for row in terms.tiers),
	)
	plain = propose_tier(terms, "Major", measured, 24, arrears)
	heavy = propose_tier(scaled, "Major", measured, 24, arrears)
	assert (heavy.total_points, heavy.tier) == (plain.total_points * factor, plain.tier)


@given(scorecards())
def test_arrears_never_help_and_leave_every_criterion_its_point(scorecard):
	terms, measured, _ = scorecard
	calm, late = (propose_tier(terms, "Major", measured, 24, arrears) for arrears in (False, True))
	assert (
		calm.total_points - terms.arrears_penalty * max(row.weight for row in terms.criteria)
		<= late.total_points
	)
	assert late.total_points <= calm.total_points
	assert all(1 <= score.points <= 4 for score in (*calm.scores, *late.scores))
	lowest = sum(row.weight for row in terms.criteria)
	assert lowest <= late.total_points <= calm.total_points <= 4 * lowest


@given(scorecards())
def test_unknown_is_never_better_than_known(scorecard):
	terms, measured, arrears = scorecard
	known = propose_tier(terms, "Major", measured, 24, arrears)
	unknown = propose_tier(terms, "Major", dict.fromkeys(measured), 24, arrears)
	assert unknown.total_points <= known.total_points


@given(criteria(), AMOUNTS)
def test_points_are_one_of_four(rows, value):
	assert all(points_for(row, value) in (1, 2, 3, 4) for row in rows)
