"""Early warning by an account's own past (R53, R56): examples worked by hand, edges of days and thresholds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.rhythm import (
	compared_months,
	highest,
	months_a_year_earlier,
	order_drop,
	order_rhythm,
	same_day,
)
from tests.unit.builders import make_terms, money

TERMS = make_terms()
AS_OF = date(2026, 11, 22)


def every(gap: int, count: int, last: date) -> list[date]:
	return [last - timedelta(days=gap * step) for step in range(count)]


def silent_for(days: int, gap: int = 10, count: int = 6, **changes):
	return order_rhythm(every(gap, count, AS_OF - timedelta(days=days)), AS_OF, make_terms(**changes))


@pytest.mark.parametrize(
	("days", "level", "ratio"),
	[(0, None, "0"), (19, None, "1.9"), (20, "Medium", "2"), (29, "Medium", "2.9"), (30, "High", "3")],
)
def test_silence_is_measured_in_the_accounts_own_gaps(days, level, ratio):
	rhythm = silent_for(days)
	assert (rhythm.level, rhythm.ratio) == (level, money(ratio))
	assert (rhythm.usual_gap_days, rhythm.silent_days) == (10, days)
	assert rhythm.last_order == AS_OF - timedelta(days=days)


def test_the_usual_gap_is_the_median_and_may_be_half_a_day():
	days = [date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 6), date(2026, 11, 10), date(2026, 11, 15)]
	assert order_rhythm(days, AS_OF, TERMS).usual_gap_days == money("3.5")  # gaps 2, 3, 4, 5
	assert order_rhythm(days, AS_OF, TERMS).level == "Medium"  # 7 days are 2 × 3.5
	assert order_rhythm(days[1:], AS_OF, TERMS).usual_gap_days == 4


def test_two_orders_on_a_day_are_one_day():
	days = every(10, 6, AS_OF - timedelta(days=20))
	assert order_rhythm([*days, *days], AS_OF, TERMS) == order_rhythm(days, AS_OF, TERMS)
	assert order_rhythm(days[:3] * 2, AS_OF, TERMS) is None


@pytest.mark.parametrize(("count", "known"), [(3, False), (4, True)])
def test_a_rhythm_needs_orders(count, known):
	assert (silent_for(100, count=count) is not None) == known


def test_how_many_orders_is_the_policys():
	assert silent_for(100, count=2, rhythm_min_orders=2).level == "High"
	assert silent_for(100, count=1, rhythm_min_orders=0) is None


def test_only_24_months_count():
	last_day_out = date(2024, 11, 22)
	days = [last_day_out, *(last_day_out + timedelta(days=100 * step) for step in range(1, 4))]
	assert order_rhythm(days, AS_OF, TERMS) is None
	assert order_rhythm([last_day_out + timedelta(days=1), *days[1:]], AS_OF, TERMS) is not None


def test_orders_dated_later_do_not_count():
	assert order_rhythm(
		[*every(10, 6, AS_OF - timedelta(days=20)), AS_OF + timedelta(days=1)], AS_OF, TERMS
	) == (silent_for(20))


def test_thresholds_of_zero_are_off():
	assert silent_for(500, silence_medium=money(0), silence_high=money(0)).level is None
	assert silent_for(25, silence_high=money(0)).level == "Medium"
	assert silent_for(25, silence_medium=money(0)).level is None


class TestSeason:
	"""Orders every ten days from March to June, and nothing in the rest of the year."""

	SEASON_2025 = tuple(date(2025, 3, 1) + timedelta(days=10 * step) for step in range(13))  # … 29 June
	SEASON_2026 = tuple(date(2026, 3, 5) + timedelta(days=10 * step) for step in range(12))  # … 23 June
	DAYS = (*SEASON_2025, *SEASON_2026)

	@pytest.mark.parametrize("as_of", [date(2026, 7, 13), date(2026, 11, 22), date(2027, 3, 1)])
	def test_the_break_of_last_year_is_no_silence(self, as_of):
		assert order_rhythm(self.DAYS, as_of, TERMS).level is None

	def test_not_coming_back_after_it_is(self):
		back_last_year = date(2027, 3, 5)
		assert order_rhythm(self.DAYS, back_last_year + timedelta(days=19), TERMS).level is None
		rhythm = order_rhythm(self.DAYS, back_last_year + timedelta(days=20), TERMS)
		assert (rhythm.level, rhythm.counted_days, rhythm.silent_days) == ("Medium", 20, 275)

	def test_a_break_at_another_time_excuses_nothing(self):
		days = [
			day for day in every(10, 70, date(2026, 10, 1)) if not date(2025, 3, 1) < day < date(2025, 6, 1)
		]
		assert order_rhythm(days, date(2026, 10, 21), TERMS).level == "Medium"

	def test_a_year_without_orders_is_no_season(self):
		days = [date(2025, 8, 1), *every(10, 5, date(2026, 10, 28))]
		assert order_rhythm(days, date(2026, 11, 22), TERMS).level == "Medium"

	def test_the_first_season_has_no_last_year(self):
		assert order_rhythm(self.SEASON_2026, date(2026, 7, 13), TERMS).level == "Medium"


class TestDrop:
	@pytest.mark.parametrize(
		("amount", "level", "percent"),
		[
			("100", None, 0),
			("80.01", None, "-19.99"),
			("80", "Medium", -20),
			("60.01", "Medium", "-39.99"),
			("60", "High", -40),
			("0", "High", -100),
			("150", None, 50),
		],
	)
	def test_thresholds_are_reached_inclusively(self, amount, level, percent):
		drop = order_drop(money(amount), money(100), TERMS)
		assert (drop.level, drop.percent) == (level, money(percent))

	def test_money_is_compared_not_percent(self):
		"""0.005 cents short of 20 % would round to 20.000000 %."""
		assert order_drop(money("80000000.01"), money("100000000"), TERMS).level is None

	@pytest.mark.parametrize("before", ["0", "-5"])
	def test_a_first_year_has_nothing_to_compare_with(self, before):
		assert order_drop(money(10), money(before), TERMS) is None

	def test_zero_is_off(self):
		off = make_terms(order_drop_medium=money(0), order_drop_high=money(0))
		assert order_drop(money(0), money(100), off).level is None


@pytest.mark.parametrize(
	("as_of", "months", "year_earlier"),
	[
		(date(2026, 11, 22), ("2026-08-01", "2026-10-31"), ("2025-08-01", "2025-10-31")),
		(date(2026, 1, 1), ("2025-10-01", "2025-12-31"), ("2024-10-01", "2024-12-31")),
		(date(2024, 3, 31), ("2023-12-01", "2024-02-29"), ("2022-12-01", "2023-02-28")),
		(date(2025, 3, 1), ("2024-12-01", "2025-02-28"), ("2023-12-01", "2024-02-29")),
		(date(2024, 2, 29), ("2023-11-01", "2024-01-31"), ("2022-11-01", "2023-01-31")),
	],
)
def test_the_months_that_are_compared(as_of, months, year_earlier):
	assert tuple(str(day) for day in compared_months(as_of)) == months
	assert tuple(str(day) for day in months_a_year_earlier(as_of)) == year_earlier


def test_29_february_is_28_february_in_other_years():
	assert same_day(date(2024, 2, 29), 12) == date(2025, 2, 28)
	assert same_day(date(2024, 2, 29), -24) == date(2022, 2, 28)
	days = every(10, 6, date(2024, 2, 9))
	assert order_rhythm(days, date(2024, 2, 29), TERMS).level == "Medium"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-60, 60))
def test_moving_by_months_keeps_the_day_or_ends_the_month(day, months):
	moved = same_day(day, months)
	assert (moved.year - day.year) * 12 + moved.month - day.month == months
	assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@given(st.lists(st.dates(date(2024, 1, 1), AS_OF), max_size=40), st.integers(1, 60))
def test_more_silence_is_never_less_alarming_without_last_years_break(days, more):
	order = [None, "Medium", "High"]
	recent = [day for day in days if day > AS_OF - timedelta(days=300)]
	now = order_rhythm(recent, AS_OF, TERMS)
	later = order_rhythm(recent, AS_OF + timedelta(days=more), TERMS)
	if now and later:
		assert order.index(later.level) >= order.index(now.level)


def test_the_highest_level():
	assert highest([None, "Medium", "Low"]) == "Medium"
	assert highest(["Medium", "Critical", "High"]) == "Critical"
	assert highest([None]) is None


def test_ratio_is_rounded_for_display_only():
	rhythm = order_rhythm(every(3, 6, AS_OF - timedelta(days=5)), AS_OF, TERMS)
	assert (rhythm.ratio, rhythm.level) == (Decimal("1.67"), None)
