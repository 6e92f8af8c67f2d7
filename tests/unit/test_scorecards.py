"""Scorecards of people (R59; S4 chapter 6): the source's examples, bands, the unit's result, ranks."""

from decimal import Decimal

import pytest

from kam_extension.policy.codes import TeamResult
from kam_extension.policy.money import Rounding
from kam_extension.policy.scorecards import (
	PayoutBand,
	Place,
	TeamShares,
	achievement,
	months_running,
	payout,
	payout_factor,
	places,
	points_by_achievement,
	team_result,
	total_score,
)

D = Decimal
BANDS = (PayoutBand(D(95), D(105)), PayoutBand(D(90), D(100)), PayoutBand(D(60), None))
SHARES = TeamShares(challenge_bonus=D(5), missed_deduction=D(5))


def pay(score, performance_pay="3000", team=None, rounding=None):
	return payout(D(performance_pay), D(score), BANDS, team, SHARES, rounding or Rounding(2))


def test_example_of_the_source():
	"""88 points, 3,000 → 2,640; challenge target met: + 132; 2,772."""
	result = pay("88", team=TeamResult.CHALLENGE)
	assert (result.performance, result.team, result.total) == (D("2640.00"), D("132.00"), D("2772.00"))


def test_example_of_the_clerk():
	"""88 points, 1,000 → 880; + 44; 924."""
	assert pay("88", "1000", TeamResult.CHALLENGE).total == D("924.00")


@pytest.mark.parametrize(
	("score", "factor"),
	[
		("100", "105"), ("95", "105"), ("94.99", "100"), ("90", "100"), ("89.99", "89.99"), ("60", "60"),
		("59.99", "0"), ("0", "0"),
	],
)  # fmt: skip
def test_edges_of_the_bands(score, factor):
	assert payout_factor(BANDS, D(score)) == D(factor)


def test_order_of_bands_does_not_matter():
	assert payout_factor(tuple(reversed(BANDS)), D(96)) == D(105)


def test_no_bands_pay_nothing():
	assert payout_factor((), D(100)) == 0


@pytest.mark.parametrize(
	("team", "amount"),
	[(TeamResult.CHALLENGE, "150"), (TeamResult.MET, "0"), (TeamResult.MISSED, "-150"), (None, "0")],
)
def test_effect_of_the_unit(team, amount):
	result = pay("90", team=team)
	assert (result.performance, result.team) == (D(3000), D(amount))


def test_nothing_paid_is_not_raised_by_the_unit():
	assert pay("59", team=TeamResult.CHALLENGE).total == 0
	assert pay("59", team=TeamResult.MISSED).total == 0


def test_each_part_is_rounded_as_money():
	"""87.65 % of 1,234.57 is 1,082.1006; 5 % of what is paid, 1,082.10, is 54.105."""
	result = pay("87.65", "1234.57", TeamResult.CHALLENGE)
	assert (result.performance, result.team) == (D("1082.10"), D("54.11"))
	even = pay("87.65", "1234.57", TeamResult.CHALLENGE, Rounding(2, half_to_even=True))
	assert even.team == D("54.10")


@pytest.mark.parametrize(
	("result", "expected"),
	[("99.99", "MISSED"), ("100", "MET"), ("119.99", "MET"), ("120", "CHALLENGE"), ("500", "CHALLENGE")],
)
def test_targets_just_reached_are_met(result, expected):
	assert team_result(D(result), D(100), D(120)) is TeamResult[expected]


def test_without_challenge_target_nothing_is_exceeded():
	assert team_result(D(10**9), D(100), D(0)) is TeamResult.MET


def test_points_follow_the_achievement():
	assert achievement(D(150), D(0)) is None
	assert points_by_achievement(D(60), achievement(D(75), D(100))) == D(45)
	assert points_by_achievement(D(60), achievement(D(150), D(100))) == D(60)
	assert points_by_achievement(D(60), achievement(D(-5), D(100))) == 0
	assert points_by_achievement(D(60), None) == 0
	assert points_by_achievement(D(60), achievement(D(1), D(3))) == D("20.00")


def test_score_is_the_sum():
	assert total_score([D("50.5"), D(20), D("17.5")]) == D(88)


def test_ties_share_the_better_rank_and_the_last_place():
	found = places({"a": D(90), "b": D(80), "c": D(90), "d": D(80)})
	assert found == {"a": Place(1, False), "c": Place(1, False), "b": Place(3, True), "d": Place(3, True)}


@pytest.mark.parametrize("scores", [{"a": D(70)}, {"a": D(70), "b": D(70)}, {}])
def test_nobody_is_last_where_nobody_is_better(scores):
	assert not any(place.is_last for place in places(scores).values())


def test_a_newcomer_is_ranked_and_not_last():
	found = places({"a": D(90), "b": D(80), "new": D(50)}, {"new"})
	assert found["new"] == Place(3, False)
	assert found["b"].is_last


def test_a_newcomer_with_the_last_ones_score_is_not_last():
	found = places({"a": D(90), "b": D(80), "new": D(80)}, {"new"})
	assert (found["b"], found["new"]) == (Place(2, True), Place(2, False))


def test_only_newcomers_have_no_last():
	assert not any(place.is_last for place in places({"a": D(90), "b": D(80)}, {"a", "b"}).values())


@pytest.mark.parametrize(
	("months", "expected"),
	[
		([True, True, True], 3), ([True, True, False, True], 2), ([True, None, True, True], 1), ([None, True], 0),
		([], 0),
	],
)  # fmt: skip
def test_months_running(months, expected):
	assert months_running(months) == expected
