"""Periods of assessment (R61)."""

from datetime import date

import pytest

from kam_extension.policy.assessments import ended_periods, period_of


@pytest.mark.parametrize(
	("kind", "day", "first", "last"),
	[
		("Monthly", (2026, 2, 10), (2026, 2, 1), (2026, 2, 28)),
		("Monthly", (2024, 2, 29), (2024, 2, 1), (2024, 2, 29)),
		("Monthly", (2026, 12, 31), (2026, 12, 1), (2026, 12, 31)),
		("Quarterly", (2026, 5, 1), (2026, 4, 1), (2026, 6, 30)),
		("Quarterly", (2026, 12, 1), (2026, 10, 1), (2026, 12, 31)),
		("Annual", (2026, 7, 4), (2026, 1, 1), (2026, 12, 31)),
	],
)
def test_period(kind, day, first, last):
	assert period_of(kind, date(*day)) == (date(*first), date(*last))


@pytest.mark.parametrize(
	("today", "kinds"),
	[
		((2026, 3, 5), ["Monthly"]),
		((2026, 4, 5), ["Monthly", "Quarterly"]),
		((2027, 1, 5), ["Monthly", "Quarterly", "Annual"]),
		((2027, 1, 6), []),
		((2027, 1, 4), []),
	],
)
def test_periods_that_ended_five_days_ago(today, kinds):
	assert [kind for kind, _first, _last in ended_periods(date(*today), 5)] == kinds
