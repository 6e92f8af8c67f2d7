"""When account reports are due (R50): S2's months and days."""

from datetime import date

import pytest

from kam_extension.policy.checks import review_months
from kam_extension.policy.report_dates import report_deadlines
from tests.unit.builders import make_terms


def dates(months, as_of):
	found = report_deadlines(months, as_of)
	return tuple(
		str(day)
		for day in (
			found.period_start,
			found.period_end,
			found.due_supervisor,
			found.due_manager,
			found.due_deputy,
		)
	)


@pytest.mark.parametrize(
	("tier", "as_of", "expected"),
	[
		("A", date(2026, 11, 22), ("2026-10-01", "2027-03-31", "2027-03-31", "2027-04-02", "2027-04-06")),
		("A", date(2026, 9, 30), ("2026-04-01", "2026-09-30", "2026-09-30", "2026-10-02", "2026-10-06")),
		("A", date(2026, 10, 1), ("2026-10-01", "2027-03-31", "2027-03-31", "2027-04-02", "2027-04-06")),
		("B", date(2026, 11, 22), ("2026-11-01", "2027-01-31", "2027-01-31", "2027-02-02", "2027-02-06")),
		("B", date(2026, 4, 30), ("2026-02-01", "2026-04-30", "2026-04-30", "2026-05-02", "2026-05-06")),
		("C", date(2026, 2, 10), ("2026-02-01", "2026-02-28", "2026-02-28", "2026-03-02", "2026-03-06")),
		("C", date(2028, 2, 29), ("2028-02-01", "2028-02-29", "2028-02-29", "2028-03-02", "2028-03-06")),
		("C", date(2026, 12, 31), ("2026-12-01", "2026-12-31", "2026-12-31", "2027-01-02", "2027-01-06")),
	],
)
@pytest.mark.parametrize("account_class", ["Major", "Ordinary"])
def test_the_shipped_months(account_class, tier, as_of, expected):
	months = review_months(make_terms().service_level(account_class, tier).report_months)
	assert dates(months, as_of) == expected


def test_one_month_a_year_covers_twelve():
	assert dates([12], date(2026, 1, 1))[:2] == ("2026-01-01", "2026-12-31")
	assert dates([2], date(2027, 3, 1))[:2] == ("2027-03-01", "2028-02-29")


def test_without_months_no_report():
	assert report_deadlines([], date(2026, 1, 1)) is None
	assert make_terms().service_level("Major", None).report_months == ""
