"""The health score of an account: its line between two values, weights of missing parts, bands (R77)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.codes import HealthAction, HealthBand, HealthPart
from kam_extension.policy.health import HealthTerms, PartTerms, Reading, assess, band_of, points_of
from tests.unit.builders import money

GOOD, FAIR, POOR = HealthBand
FEWER_IS_BETTER = PartTerms(money(20), money(0), money(90))
MORE_IS_BETTER = PartTerms(money(20), money(90), money(50))
TERMS = HealthTerms(
	parts={
		HealthPart.PAYMENT: FEWER_IS_BETTER,
		HealthPart.SATISFACTION: PartTerms(money(10), money(90), money(50)),
		HealthPart.COMPLAINTS: PartTerms(money(0), money(0), money(6)),
	},
	fair_below=70,
	poor_below=40,
	recovery=5,
	fair_action=HealthAction.ALERT,
	poor_action=HealthAction.RISK_REPORT,
)


@pytest.mark.parametrize(
	("terms", "value", "points"),
	[
		(FEWER_IS_BETTER, 0, 100),
		(FEWER_IS_BETTER, 45, 50),
		(FEWER_IS_BETTER, 90, 0),
		(FEWER_IS_BETTER, 400, 0),
		(FEWER_IS_BETTER, -3, 100),
		(MORE_IS_BETTER, 90, 100),
		(MORE_IS_BETTER, 60, 25),
		(MORE_IS_BETTER, 50, 0),
		(MORE_IS_BETTER, 10, 0),
	],
)
def test_points_lie_on_the_line(terms, value, points):
	assert points_of(money(value), terms) == points


@pytest.mark.parametrize(("value", "points"), [(3, 100), ("3.01", 0)])
def test_equal_values_are_a_step(value, points):
	assert points_of(money(value), PartTerms(money(1), money(3), money(3))) == points


def test_a_part_without_data_leaves_its_weight_to_the_others():
	both = assess(
		{HealthPart.PAYMENT: Reading(money(90)), HealthPart.SATISFACTION: Reading(money(90))}, TERMS
	)
	assert (both.score, [part.weight for part in both.parts]) == (33, [Decimal("66.7"), Decimal("33.3")])
	alone = assess({HealthPart.SATISFACTION: Reading(money(90), date(2026, 5, 1))}, TERMS)
	[part] = alone.parts
	assert (alone.score, part.weight, part.evidence_date) == (100, 100, date(2026, 5, 1))


def test_a_part_of_no_weight_is_left_out_and_no_part_is_no_score():
	assert assess({HealthPart.COMPLAINTS: Reading(money(9))}, TERMS) is None
	beside = assess({HealthPart.COMPLAINTS: Reading(money(9)), HealthPart.PAYMENT: Reading(money(0))}, TERMS)
	assert [part.part for part in beside.parts] == [HealthPart.PAYMENT]
	assert assess({}, TERMS) is None


def test_halves_are_rounded_up():
	assert assess({HealthPart.PAYMENT: Reading(money("40.05"))}, TERMS).score == 56


@pytest.mark.parametrize(
	("score", "band"), [(100, GOOD), (70, GOOD), (69, FAIR), (40, FAIR), (39, POOR), (0, POOR)]
)
def test_bands_begin_at_their_thresholds(score, band):
	assert band_of(score, TERMS) == band


@pytest.mark.parametrize(
	("score", "previous", "band"),
	[
		(69, GOOD, FAIR),
		(39, GOOD, POOR),
		(70, FAIR, FAIR),
		(74, FAIR, FAIR),
		(75, FAIR, GOOD),
		(44, POOR, POOR),
		(45, POOR, FAIR),
		(72, POOR, FAIR),
		(75, POOR, GOOD),
		(39, POOR, POOR),
		(50, FAIR, FAIR),
	],
)
def test_falling_is_at_once_and_recovering_takes_more(score, previous, band):
	assert band_of(score, TERMS, previous) == band


def test_what_starts_on_a_fall():
	assert [TERMS.action_of(band) for band in HealthBand] == [
		HealthAction.NONE,
		HealthAction.ALERT,
		HealthAction.RISK_REPORT,
	]


@given(st.decimals(0, 200, places=2), st.decimals(0, 200, places=2))
def test_more_days_overdue_never_score_better(days, more):
	scores = [assess({HealthPart.PAYMENT: Reading(value)}, TERMS).score for value in sorted((days, more))]
	assert 0 <= scores[1] <= scores[0] <= 100


@given(st.integers(0, 100), st.sampled_from(list(HealthBand)))
def test_the_same_score_twice_gives_the_same_band(score, previous):
	once = band_of(score, TERMS, previous)
	assert band_of(score, TERMS, once) == once
