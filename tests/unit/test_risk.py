"""Levels of risk from figures, report periods, escalation and closing (R53, R55). Examples and properties."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.codes import EscalationLevel, RiskIndicator, RiskLevel
from kam_extension.policy.risk import (
	LEVELS,
	RiskFigures,
	RiskRules,
	Threshold,
	assess,
	event_level,
	intervals_overdue,
	overdue_share,
	rank,
	worse_than,
)
from kam_extension.policy.risk_escalation import EscalationRules, hindrances, next_step
from kam_extension.policy.risk_periods import is_drafting_day, report_period, year_before
from kam_extension.policy.terms import PolicyTerms
from tests.unit.builders import make_terms

QUARTERS = (1, 4, 7, 10)
TODAY = date(2026, 11, 22)
LOW, MEDIUM, HIGH = RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH
RULES = RiskRules(
	thresholds={
		RiskIndicator.OVERDUE_SHARE: Threshold(Decimal(20), Decimal(40)),
		RiskIndicator.COMPLAINTS: Threshold(Decimal(3), Decimal(6)),
		RiskIndicator.SATISFACTION: Threshold(Decimal(80), Decimal(60)),
		RiskIndicator.VISIT_OVERDUE: Threshold(Decimal(1), Decimal(2)),
	},
	events={RiskIndicator.LEADERSHIP_CHANGE: MEDIUM, RiskIndicator.BROKEN_PROMISE: HIGH},
)
amounts = st.decimals(min_value=0, max_value=10**9, places=2)


def assessed(**figures) -> dict:
	terms: PolicyTerms = make_terms()
	return {one.indicator: one for one in assess(RiskFigures(**figures), RULES, terms, TODAY)}


class TestThresholds:
	@pytest.mark.parametrize(
		("value", "level"), [("19.99", LOW), ("20", MEDIUM), ("39.99", MEDIUM), ("40", HIGH)]
	)
	def test_from(self, value, level):
		assert Threshold(Decimal(20), Decimal(40)).level_from(Decimal(value)) == level

	@pytest.mark.parametrize(
		("value", "level"), [("80", LOW), ("79.99", MEDIUM), ("60", MEDIUM), ("59.99", HIGH)]
	)
	def test_below(self, value, level):
		assert Threshold(Decimal(80), Decimal(60)).level_below(Decimal(value)) == level

	def test_zero_is_off(self):
		assert Threshold().level_from(Decimal(1000)) == Threshold().level_below(Decimal(0)) == LOW
		assert Threshold(Decimal(0), Decimal(6)).level_from(Decimal(5)) == LOW

	@given(amounts, amounts)
	def test_more_is_never_better(self, one, other):
		threshold = Threshold(Decimal(20), Decimal(40))
		less, more = sorted((one, other))
		assert rank(threshold.level_from(less)) <= rank(threshold.level_from(more))
		assert rank(threshold.level_below(less)) >= rank(threshold.level_below(more))


class TestIndicators:
	@given(amounts, amounts)
	def test_overdue_share_lies_between_0_and_100(self, one, other):
		overdue, owed = sorted((one, other))
		assert 0 <= overdue_share(overdue, owed) <= 100

	def test_a_share_just_below_the_threshold_is_not_rounded_up(self):
		one = assessed(overdue=Decimal("199.99"), owed=Decimal("1000.00"))[RiskIndicator.OVERDUE_SHARE]
		assert (one.value, one.level) == (Decimal("20.00"), LOW)

	def test_credits_leave_nothing_to_share(self):
		assert overdue_share(Decimal(0), Decimal(-5)) == 0

	@pytest.mark.parametrize(
		("due", "months", "intervals"),
		[
			(date(2026, 11, 22), 3, "0"),
			(date(2026, 11, 21), 3, "0.01"),
			(date(2026, 8, 22), 3, "1"),
			(date(2026, 8, 23), 3, "0.99"),
			(date(2026, 5, 22), 3, "2"),
			(date(2025, 11, 22), 12, "1"),
		],
	)
	def test_visits_by_intervals_of_the_calendar(self, due, months, intervals):
		found = intervals_overdue(due, months, TODAY)
		assert found.quantize(Decimal("0.01")) == Decimal(intervals)

	@given(st.integers(0, 2000), st.integers(1, 24))
	def test_intervals_grow_day_by_day(self, days, months):
		due = TODAY - timedelta(days=days)
		assert intervals_overdue(due, months, TODAY) <= intervals_overdue(
			due - timedelta(days=1), months, TODAY
		)

	def test_nothing_to_measure_is_left_out(self):
		assert set(assessed()) == {RiskIndicator.OVERDUE_SHARE, RiskIndicator.COMPLAINTS}

	def test_a_broken_promise_has_the_level_of_its_event(self):
		assert assessed(broken_promises=2)[RiskIndicator.BROKEN_PROMISE].level == HIGH

	def test_an_event_counts_until_it_is_over(self):
		assert event_level(RiskIndicator.LEADERSHIP_CHANGE, False, RULES) == MEDIUM
		assert event_level(RiskIndicator.LEADERSHIP_CHANGE, True, RULES) == LOW
		assert event_level(RiskIndicator.OTHER, False, RULES) == LOW

	def test_worse_is_a_higher_level_than_before(self):
		now = assessed(complaints=6, satisfaction=Decimal(70)).values()
		before = {RiskIndicator.COMPLAINTS: "Medium", RiskIndicator.SATISFACTION: "High"}
		assert [one.indicator for one in worse_than(before, now)] == [RiskIndicator.COMPLAINTS]

	def test_ranks_follow_the_levels(self):
		assert [rank(level) for level in (None, *LEVELS)] == [0, 1, 2, 3, 4]


class TestPeriods:
	@pytest.mark.parametrize(
		("day", "months", "period"),
		[
			(date(2026, 11, 22), QUARTERS, (date(2026, 7, 1), date(2026, 9, 30))),
			(date(2026, 10, 1), QUARTERS, (date(2026, 7, 1), date(2026, 9, 30))),
			(date(2026, 9, 30), QUARTERS, (date(2026, 4, 1), date(2026, 6, 30))),
			(date(2027, 1, 5), QUARTERS, (date(2026, 10, 1), date(2026, 12, 31))),
			(date(2027, 3, 1), (7,), (date(2025, 7, 1), date(2026, 6, 30))),
			(date(2027, 3, 1), (), None),
		],
	)
	def test_the_last_one_that_has_ended(self, day, months, period):
		assert report_period(day, months) == period

	def test_a_year_before(self):
		assert year_before((date(2024, 1, 1), date(2024, 3, 31))) == (date(2023, 1, 1), date(2023, 3, 31))

	@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sets(st.integers(1, 12), min_size=1))
	def test_it_ends_before_the_day_and_the_next_begins_where_it_ends(self, day, months):
		start, end = report_period(day, sorted(months))
		assert start <= end < day
		assert report_period(start, sorted(months))[1] == start - timedelta(days=1)

	def test_drafting_days(self):
		days = [is_drafting_day(date(2026, 10, day), QUARTERS, 5) for day in (1, 5, 6)]
		assert days == [True, True, False]
		assert not is_drafting_day(date(2026, 11, 1), QUARTERS, 5)


class TestEscalation:
	rules = EscalationRules(days={HIGH: (7, 7, 0, 7), RiskLevel.CRITICAL: (1, 2, 3, 7)})

	def test_up_to_the_top_and_no_further(self):
		steps = [EscalationLevel.ACCOUNT_MANAGER]
		for _night in range(4):
			steps.append(next_step(steps[-1]))
		assert steps == [*EscalationLevel, EscalationLevel.EXECUTIVE]

	def test_each_step_has_its_days_and_one_at_least(self):
		assert self.rules.due("Critical", "KAM Director", TODAY) == TODAY + timedelta(days=3)
		assert self.rules.due("High", "KAM Director", TODAY) == TODAY + timedelta(days=1)

	@pytest.mark.parametrize(
		("level", "measures", "meetings", "codes"),
		[
			("High", [], 0, ["no_measure"]),
			("Medium", [], 0, []),
			("High", [("Open", True)], 0, ["open_measure"]),
			("High", [("Reported Done", True)], 0, ["open_measure"]),
			("High", [("Done", True), ("Cancelled", False)], 0, ["no_evidence"]),
			("High", [("Done", True)], 0, []),
			("Critical", [("Done", True)], 0, ["no_meeting"]),
			("Critical", [("Done", True)], 1, []),
		],
	)
	def test_what_hinders_closing(self, level, measures, meetings, codes):
		assert hindrances(level, measures, meetings, self.rules) == codes
