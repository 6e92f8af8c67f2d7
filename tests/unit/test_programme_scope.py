"""Which money counts for which programme: periods, priorities, money paid back (R72)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.programme_scope import (
	LADDER,
	Claimant,
	Paid,
	Span,
	kept,
	period_of,
	shares_of,
	takers,
)
from kam_extension.policy.programme_terms import RebateProgramme
from tests.unit.builders import money

PUMPS, VALVES, ALL = frozenset({"Pumps", "Goods"}), frozenset({"Valves", "Goods"}), frozenset()


def paid(amount, number, order="SO", on=date(2026, 1, 10)):
	return Paid((f"PAY-{number}",), on, order, money(amount))


def left(*payments):
	return {one.receipt[0]: one.amount for one in kept(payments)}


@pytest.mark.parametrize(
	("period", "starts_on", "day", "first", "last"),
	[
		("Month", "2026-01-01", "2026-02-28", "2026-02-01", "2026-02-28"),
		("Quarter", "2026-01-01", "2026-03-31", "2026-01-01", "2026-03-31"),
		("Quarter", "2026-01-01", "2026-04-01", "2026-04-01", "2026-06-30"),
		("Half Year", "2025-07-01", "2026-06-30", "2026-01-01", "2026-06-30"),
		("Year", "2025-04-01", "2026-03-31", "2025-04-01", "2026-03-31"),
		("Year", "2025-04-01", "2026-04-01", "2026-04-01", "2027-03-31"),
		("Month", "2026-01-15", "2026-03-14", "2026-02-15", "2026-03-14"),
		("Month", "2026-01-31", "2026-02-28", "2026-02-28", "2026-03-30"),
		("Month", "2026-01-31", "2026-02-27", "2026-01-31", "2026-02-27"),
	],
)
def test_periods_are_counted_from_the_start(period, starts_on, day, first, last):
	programme = RebateProgramme("P", period=period, starts_on=date.fromisoformat(starts_on))
	found = period_of(programme, date.fromisoformat(day))
	assert found == Span(date.fromisoformat(first), date.fromisoformat(last))


def test_nothing_counts_before_the_start():
	programme = RebateProgramme("P", starts_on=date(2026, 1, 1))
	assert period_of(programme, date(2025, 12, 31)) is None
	assert period_of(RebateProgramme("P"), date(2026, 1, 1)) is None


@given(
	st.dates(date(2020, 1, 1), date(2024, 12, 31)),
	st.integers(0, 2000),
	st.sampled_from(["Month", "Quarter", "Half Year", "Year"]),
)
def test_every_day_is_in_one_period_and_periods_follow_each_other(start, days, period):
	programme = RebateProgramme("P", period=period, starts_on=start)
	day = date.fromordinal(start.toordinal() + days)
	span = period_of(programme, day)
	assert span.first <= day <= span.last
	after = period_of(programme, date.fromordinal(span.last.toordinal() + 1))
	assert after.first.toordinal() == span.last.toordinal() + 1


def test_the_year_before_ends_with_the_month():
	span = Span(date(2024, 2, 1), date(2024, 2, 29))
	assert span.a_year_before() == Span(date(2023, 2, 1), date(2023, 2, 28))
	assert Span(date(2025, 2, 1), date(2025, 2, 28)).a_year_before() == Span(
		date(2024, 2, 1), date(2024, 2, 29)
	)


def test_stackable_ones_count_the_same_money():
	rows = [Claimant("B", 3), Claimant(LADDER, 1), Claimant("A", 2)]
	assert takers(rows, ALL) == [LADDER, "A", "B"]


def test_an_exclusive_one_takes_what_nobody_before_it_took_and_leaves_none():
	rows = [Claimant(LADDER, 2), Claimant("Pumps only", 1, True, "Pumps"), Claimant("All", 3)]
	assert takers(rows, PUMPS) == ["Pumps only"]
	assert takers(rows, VALVES) == [LADDER, "All"]


def test_an_exclusive_one_after_another_gets_nothing():
	rows = [Claimant(LADDER, 1), Claimant("Late", 2, True), Claimant("All", 3)]
	assert takers(rows, ALL) == [LADDER, "All"]


def test_a_receipt_is_shared_by_the_goods_of_its_order():
	rows = [
		Claimant("Pumps only", 1, True, "Pumps"),
		Claimant(LADDER, 2),
		Claimant("Goods", 3, False, "Goods"),
	]
	shares = shares_of(
		rows, {PUMPS: money("0.25"), VALVES: money("0.5"), frozenset({"Services"}): money("0.25")}
	)
	assert shares == {"Pumps only": money("0.25"), LADDER: money("0.75"), "Goods": money("0.5")}


CLAIMANTS = st.lists(
	st.tuples(st.booleans(), st.sampled_from([None, "Pumps", "Valves", "Goods"])), max_size=6
).map(
	lambda rows: [
		Claimant(f"P{number}", number, exclusive, group) for number, (exclusive, group) in enumerate(rows)
	]
)


@given(CLAIMANTS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_says_nothing(rows, random):
	found = [takers(rows, groups) for groups in (PUMPS, VALVES, ALL)]
	random.shuffle(rows)
	assert [takers(rows, groups) for groups in (PUMPS, VALVES, ALL)] == found


@given(CLAIMANTS)
def test_money_of_an_exclusive_one_counts_for_nobody_else(rows):
	exclusive = {one.code for one in rows if one.is_exclusive}
	for groups in (PUMPS, VALVES, ALL):
		found = takers(rows, groups)
		assert len(found) == len(set(found))
		assert not exclusive.intersection(found) or len(found) == 1


def test_money_paid_back_is_taken_off_the_latest_receipt():
	december, january = date(2025, 12, 28), date(2026, 1, 3)
	assert left(paid(1000, 1, on=december), paid(-400, 2, on=january)) == {"PAY-1": 600}
	assert left(
		paid(500, 1, on=date(2025, 12, 1)), paid(1000, 2, on=december), paid(-1200, 3, on=january)
	) == {"PAY-1": 300}


def test_money_paid_back_leaves_other_orders_and_later_receipts_alone():
	later = paid(700, 3, on=date(2026, 2, 1))
	other = paid(100, 4, "Other")
	assert left(paid(1000, 1), paid(-1000, 2, on=date(2026, 1, 20)), later, other) == {
		"PAY-3": 700,
		"PAY-4": 100,
	}


def test_within_a_day_money_comes_before_it_goes():
	assert left(paid(500, 1), paid(-300, 2), paid(400, 3)) == {"PAY-1": 500, "PAY-3": 100}


def test_what_was_paid_back_first_is_taken_off_what_comes_next():
	assert left(paid(-300, 1), paid(200, 2, on=date(2026, 1, 11)), paid(500, 3, on=date(2026, 1, 12))) == {
		"PAY-3": 400
	}


PAYMENTS = st.lists(
	st.tuples(st.integers(-500, 500).filter(bool), st.integers(1, 28), st.sampled_from("XY")), max_size=10
).map(
	lambda rows: [
		paid(amount, number, order, date(2026, 1, day)) for number, (amount, day, order) in enumerate(rows)
	]
)


@given(PAYMENTS, st.randoms(use_true_random=False))
def test_what_stays_is_never_negative_and_adds_up(payments, random):
	found = kept(payments)
	assert all(one.amount > 0 for one in found)
	for order in "XY":
		total = sum((one.amount for one in payments if one.order == order), Decimal(0))
		stays = sum((one.amount for one in found if one.order == order), Decimal(0))
		assert stays >= total
		if all(one.amount > 0 for one in payments if one.order == order):
			assert stays == total
	random.shuffle(payments)
	assert sorted(kept(payments), key=lambda one: one.receipt) == sorted(found, key=lambda one: one.receipt)
