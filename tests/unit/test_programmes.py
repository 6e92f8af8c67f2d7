"""Programmes: what is earned adds up, whatever the order of the input (R72, R73)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.codes import ProgrammeCalculation, ProgrammeKind
from kam_extension.policy.money import Rounding
from kam_extension.policy.programme_terms import ProgrammeBand, RebateProgramme
from kam_extension.policy.programmes import Slice, earned
from tests.unit.builders import money

DAY = date(2026, 3, 1)
ROUNDING = Rounding()


def programme(kind="Cumulative Receipts", calculation="Whole Amount", **changes):
	return RebateProgramme("P", kind=kind, calculation=calculation, starts_on=date(2026, 1, 1), **changes)


def bands(*rows, fixed=False):
	reward = "fixed_amount" if fixed else "rebate_rate"
	return [ProgrammeBand("P", money(start), **{reward: money(value)}) for start, value in rows]


def part(base, number=1, order="SO", net=1000, on=DAY):
	return Slice((f"PAY-{number}",), on, order, money(base), money(net))


def test_an_interim_settlement_is_net_of_the_one_before():
	rows = [part(14_000), part(13_000, 2)]
	steps = bands((10_000, 1), (20_000, 4))
	first = earned(programme(), steps, rows[:1], money(0), ROUNDING)
	both = earned(programme(), steps, rows, money(0), ROUNDING)
	assert (first.amount, both.amount, both.amount - first.amount) == (140, 1080, 940)
	assert both.parts == {("PAY-1",): 560, ("PAY-2",): 520}


def test_cents_go_where_rounding_took_most_and_add_up():
	result = earned(
		programme(), bands((0, 10)), [part("0.33", 1), part("0.33", 2), part("0.34", 3)], money(0), ROUNDING
	)
	assert result.amount == money("0.10")
	assert result.parts == {("PAY-1",): money("0.03"), ("PAY-2",): money("0.03"), ("PAY-3",): money("0.04")}


def test_equal_losses_are_settled_by_day_and_name():
	later = part("0.05", 1, on=DAY + timedelta(days=1))
	result = earned(programme(), bands((0, 10)), [later, part("0.05", 2)], money(0), ROUNDING)
	assert result.parts == {("PAY-2",): money("0.01"), ("PAY-1",): 0}


def test_orders_are_judged_one_by_one():
	rows = [part(100, 1, "Small", 99), part(100, 2, "Large", 100), part(50, 3, "Large", 100)]
	result = earned(programme("Order Amount"), bands((0, 1), (100, 10)), rows, money(0), ROUNDING)
	assert result.parts == {("PAY-1",): 1, ("PAY-2",): 10, ("PAY-3",): 5}
	assert (result.amount, result.base, result.band.rebate_rate) == (16, 250, 10)


def test_the_rate_shown_is_what_was_earned_of_the_base():
	marginal = programme(calculation="Marginal")
	result = earned(marginal, bands((0, 1), (100, 4)), [part(300)], money(0), ROUNDING)
	assert (result.amount, result.rate, result.band.rebate_rate) == (9, 3, 4)


def test_growth_needs_a_year_before():
	result = earned(programme("Growth"), bands((0, 1)), [part(300)], money(0), ROUNDING)
	assert (result.amount, result.lacks_last_year) == (0, True)
	assert earned(programme("Growth"), bands((0, 1)), [part(300)], money(1), ROUNDING).amount == 3


def test_growth_of_nothing_earns_from_a_band_of_zero():
	whole = earned(programme("Growth"), bands((0, 1)), [part(300)], money(300), ROUNDING)
	marginal = earned(programme("Growth", "Marginal"), bands((0, 1)), [part(300)], money(300), ROUNDING)
	assert (whole.amount, marginal.amount) == (3, 0)


def test_growth_bounds_are_exact_where_percents_do_not_divide():
	steps, before = bands((10, 1)), money("33.33")
	assert earned(programme("Growth"), steps, [part("36.67")], before, ROUNDING).amount == money("0.37")
	assert earned(programme("Growth"), steps, [part("36.66")], before, ROUNDING).amount == 0


def test_bands_may_stand_in_any_order():
	steps = bands((20_000, 4), (10_000, 1))
	assert earned(programme(), steps, [part(27_000)], money(0), ROUNDING).amount == 1080


def test_without_slices_or_bands_nothing_is_earned():
	for kind in ProgrammeKind:
		assert earned(programme(kind), bands((0, 5)), [], money(10), ROUNDING).amount == 0
		assert earned(programme(kind), [], [part(100)], money(10), ROUNDING).amount == 0


AMOUNTS = st.decimals("0.01", "999999.99", places=2)
SLICES = st.lists(
	st.tuples(AMOUNTS, st.sampled_from("XYZ"), st.integers(0, 40)), min_size=1, max_size=12
).map(
	lambda rows: [
		part(base, number, order, {"X": 100, "Y": 5000, "Z": 60000}[order], DAY + timedelta(days=days))
		for number, (base, order, days) in enumerate(rows)
	]
)
RATES = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=4)


@given(
	SLICES,
	RATES,
	st.sampled_from(ProgrammeKind),
	st.sampled_from(ProgrammeCalculation),
	AMOUNTS,
	st.randoms(use_true_random=False),
)
def test_the_order_of_the_receipts_says_nothing_and_the_parts_add_up(
	slices, rates, kind, calculation, before, random
):
	steps = bands(
		*((index * 5000, rate) for index, rate in enumerate(rates)), fixed=kind == ProgrammeKind.FIXED_AMOUNT
	)
	found = earned(programme(kind, calculation), steps, slices, before, ROUNDING)
	random.shuffle(slices)
	random.shuffle(steps)
	assert earned(programme(kind, calculation), steps, slices, before, ROUNDING) == found
	assert sum(found.parts.values(), Decimal(0)) == found.amount
	assert set(found.parts) == {one.receipt for one in slices}
	assert all(share >= 0 and share == ROUNDING.money(share) for share in found.parts.values())


@given(SLICES, AMOUNTS, st.sampled_from([ProgrammeKind.CUMULATIVE_RECEIPTS, ProgrammeKind.GROWTH]))
def test_marginal_is_the_sum_of_thin_slices(slices, before, kind):
	"""Counted cent by cent instead of band by band: the rate of a slice holds between its own bounds only."""
	steps = [(0, 1), (30, 5)]
	total = sum(one.base for one in slices)
	start = before if kind == ProgrammeKind.GROWTH else money(0)
	edge = before * money("1.3") if kind == ProgrammeKind.GROWTH else money(30)
	low, high = max(min(total, edge) - start, money(0)), max(total - edge, money(0))
	result = earned(programme(kind, "Marginal"), bands(*steps), slices, before, ROUNDING)
	assert result.amount == ROUNDING.money(low / 100 + high / 20)


@pytest.mark.parametrize("calculation", ProgrammeCalculation)
def test_a_total_that_is_not_above_zero_earns_nothing(calculation):
	for kind in ProgrammeKind:
		steps = bands((0, 5), fixed=kind == ProgrammeKind.FIXED_AMOUNT)
		for base in (0, -50):
			result = earned(programme(kind, calculation), steps, [part(base)], money(10), ROUNDING)
			assert (result.amount, result.rate, result.parts) == (0, 0, {("PAY-1",): 0})
