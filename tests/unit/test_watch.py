"""Who is close to another tier or rebate band (R76): worked by hand on the shipped scorecard.

Thresholds for 4, 3, 2 points: contract amount 5,000,000, 2,000,000, 500,000; balance at most 100,000, 300,000,
1,000,000; premium 10, 5, 0 %; influence 4, 3, 2. A from 14, B from 12, C from 10 points.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.codes import AccountClass, Metric
from kam_extension.policy.scoring import propose_tier
from kam_extension.policy.terms import Criterion, RebateBand
from kam_extension.policy.watch import Standing, distance_to, next_band
from tests.unit.builders import make_terms, money

TERMS = make_terms()


def standing(tier, amount, balance, premium, influence, months=36, overdue=0):
	values = {
		Metric.CONTRACT_AMOUNT: amount,
		Metric.RECEIVABLE_BALANCE: balance,
		Metric.PRICE_PREMIUM: premium,
		Metric.STRATEGIC_INFLUENCE: influence,
	}
	known = {metric: None if value is None else money(value) for metric, value in values.items()}
	return Standing(AccountClass.MAJOR, tier, known, months, overdue)


def seen(found):
	return [
		(
			entry.direction,
			entry.tier,
			entry.points,
			entry.deciding_points,
			entry.lever and (entry.lever.metric, entry.lever.threshold, entry.lever.gap),
		)
		for entry in found
	]


def test_one_criterion_up_and_one_down():
	"""4 + 3 + 2 + 4 = 13 points: B. One more is A, two fewer are C; influence from 4 below 3 takes both."""
	found = distance_to(TERMS, standing("B", 5_200_000, 250_000, "4.2", 4))
	assert seen(found) == [
		("Better", "A", 13, 14, ("price_premium", 5, money("0.8"))),
		# 5.2 million → below 2 million would take two points as well, so would a balance above 1 million.
		("Worse", "C", 13, 12, ("strategic_influence", 3, 2)),
	]


def test_the_nearest_of_several_is_named():
	"""4 + 3 + 4 + 2 = 13. Up: balance 300,000 → 100,000 is far, influence 2 → 3 is a third; premium is at its top."""
	[better, worse] = distance_to(TERMS, standing("B", 5_000_000, 101_000, 12, 2))
	assert (better.lever.metric, better.lever.threshold, better.lever.gap) == (
		"receivable_balance",
		100_000,
		1000,
	)
	assert better.closeness == money("0.990099")  # 1,000 of 101,000
	assert (worse.lever.metric, worse.tier) == ("price_premium", "C")  # below 5 % takes two points
	assert worse.lever.gap == 7


def test_exactly_on_a_threshold_the_next_cent_decides():
	"""3 + 4 + 2 + 3 = 12 points: just B; anything lost is C."""
	[better, worse] = distance_to(TERMS, standing("B", 2_000_000, 100_000, 3, 3))
	assert (worse.lever.metric, worse.lever.gap, worse.closeness) == ("contract_amount", 0, 0)
	assert (better.tier, better.points, better.deciding_points) == ("A", 12, 14)
	assert better.lever.metric == "price_premium"  # from 3 % to 10 % are two points
	assert (better.lever.threshold, better.lever.gap) == (10, 7)


def test_what_no_single_criterion_brings_is_not_near():
	"""2 + 2 + 1 + 1 = 6 points and no tier: C needs four more, one criterion gives three at most."""
	assert distance_to(TERMS, standing(None, 500_000, 900_000, -3, 1)) == []


def test_the_best_tier_has_nothing_above():
	found = distance_to(TERMS, standing("A", 9_000_000, 0, 12, 4))
	assert [entry.direction for entry in found] == ["Worse"]


def test_without_a_tier_nothing_is_worse():
	"""1 + 4 + 2 + 2 = 9 points: one more is C."""
	found = distance_to(TERMS, standing(None, 480_000, 0, "1.5", 2))
	assert seen(found) == [("Better", "C", 9, 10, ("price_premium", 5, money("3.5")))]
	assert distance_to(TERMS, standing(None, 480_000, 0, -8, 3))[0].lever.metric == "contract_amount"


def test_a_tier_that_is_earned_already_waits_for_its_review():
	[only] = distance_to(TERMS, standing("B", 9_000_000, 0, 12, 4))
	assert (only.direction, only.tier, only.lever, only.closeness) == ("Better", "A", None, 0)
	[only] = distance_to(TERMS, standing("A", 5_200_000, 250_000, "4.2", 4))
	assert (only.direction, only.tier, only.points, only.deciding_points) == ("Worse", "B", 13, 14)


def test_in_the_first_year_points_decide_nothing():
	assert distance_to(TERMS, standing("C", 5_200_000, 250_000, "4.2", 4, months=11)) == []
	[due] = distance_to(TERMS, standing("A", 9_000_000, 0, 12, 4, months=11))
	assert (due.direction, due.tier) == ("Worse", "C")


def test_nothing_ordered():
	assert distance_to(TERMS, standing(None, 0, 0, None, 4, months=None)) == []


def test_what_was_not_measured_is_no_lever():
	"""4 + 3 + 1 + 4 = 12 points."""
	found = distance_to(TERMS, standing("B", 5_200_000, 250_000, None, 4))
	assert {entry.lever.metric for entry in found}.isdisjoint({"price_premium"})


class TestArrears:
	def test_paying_may_be_enough(self):
		"""4 less 1 for arrears + 4 + 4 + 2 = 13; 14 when five days' worth is paid. Influence 2 → 3 is a third."""
		[better, _worse] = distance_to(TERMS, standing("B", 5_200_000, 50_000, 11, 2, overdue=20))
		assert (better.tier, better.lever.metric) == ("A", "overdue_days_max")
		assert (better.lever.value, better.lever.threshold, better.lever.gap) == (20, 15, 5)

	@pytest.mark.parametrize(("overdue", "left"), [(13, 3), (15, 1)])
	def test_getting_into_arrears_may_cost_the_tier(self, overdue, left):
		"""4 + 3 + 1 + 4 = 12, and 11 from the 16th day on."""
		found = distance_to(TERMS, standing("B", 9_000_000, 150_000, -9, 4, overdue=overdue))
		[worse] = [entry for entry in found if entry.direction == "Worse"]
		assert (worse.tier, worse.lever.metric) == ("C", "overdue_days_max")
		assert (worse.lever.threshold, worse.lever.gap) == (16, left)

	def test_nothing_overdue_is_no_lever(self):
		found = distance_to(TERMS, standing("B", 9_000_000, 250_000, -9, 4, overdue=0))
		assert "overdue_days_max" not in {entry.lever.metric for entry in found}


def test_weights_count():
	criteria = (Criterion("order_count", True, money(8), money(4), money(2), money(4)),)
	terms = make_terms(criteria=criteria)
	values = {Metric.ORDER_COUNT: money(7)}
	found = distance_to(terms, Standing(AccountClass.MAJOR, "B", values, 36, 0))
	assert seen(found) == [
		("Better", "A", 12, 14, ("order_count", 8, 1)),
		("Worse", None, 12, 12, ("order_count", 4, 4)),
	]


AMOUNTS = st.integers(0, 7_000_000)


@given(AMOUNTS, AMOUNTS, st.integers(-5, 15), st.integers(1, 4), st.integers(0, 30))
def test_a_lever_does_what_it_says(amount, balance, premium, influence, overdue):
	first = standing(None, amount, balance, premium, influence, overdue=overdue)
	tier = _tier(first, first.values, overdue)
	account = standing(tier, amount, balance, premium, influence, overdue=overdue)
	for entry in distance_to(TERMS, account):
		lever = entry.lever
		if lever.metric == "overdue_days_max":
			assert _tier(account, account.values, int(lever.threshold)) == entry.tier
			continue
		criterion = next(row for row in TERMS.criteria if row.metric == lever.metric)
		falls = entry.direction == "Worse"
		step = Decimal(1 if lever.metric == "strategic_influence" else "0.01") if falls else Decimal(0)
		new = lever.threshold - step if criterion.higher_is_better else lever.threshold + step
		assert _tier(account, {**account.values, lever.metric: new}, overdue) == entry.tier
		assert 0 <= abs(new - lever.value) - lever.gap <= Decimal("0.01")


def _tier(account, values, overdue):
	arrears = overdue > TERMS.grace_days
	return propose_tier(TERMS, account.account_class, values, account.months_since_first_order, arrears).tier


class TestBands:
	BANDS = TERMS.rebate_bands

	@pytest.mark.parametrize(
		("net", "expected"),
		[
			("190000", (200_000, "10000", "5", 5, 8)),
			("199999.99", (200_000, "0.01", "0.000005", 5, 8)),
			("200000", (1_000_000, "800000", "80", 8, 10)),
			("999999", (1_000_000, "1", "0.0001", 8, 10)),
		],
	)
	def test_the_next_better_band(self, net, expected):
		edge, missing, closeness, rate, next_rate = expected
		found = next_band(self.BANDS, money(net), "A")
		assert (found.from_amount, found.missing) == (edge, money(missing))
		assert (found.closeness, found.rate, found.next_rate) == (money(closeness), rate, next_rate)

	def test_on_top_there_is_none(self):
		assert next_band(self.BANDS, money(1_000_000), "A") is None
		assert next_band((), money(1), "A") is None

	def test_an_edge_without_a_better_rate_is_passed_over(self):
		bands = (
			RebateBand(money(0), money(5)),
			RebateBand(money(100), money(5)),
			RebateBand(money(200), money(6)),
			RebateBand(money(150), money(9), "B"),
		)
		assert next_band(bands, money(90), "A").from_amount == 200
		assert next_band(bands, money(90), "B").from_amount == 150
