"""Agreements by the date: status, the next term, the renewal rate (R9)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kam_extension.policy.agreements import Renewals, next_term, renewals_by_account, status_of

FROM, TO = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
	("today", "status"),
	[
		(date(2025, 12, 31), "Upcoming"),
		(date(2026, 1, 1), "In Force"),
		(date(2026, 10, 1), "In Force"),
		(date(2026, 10, 2), "Expiring"),
		(date(2026, 12, 31), "Expiring"),
		(date(2027, 1, 1), "Expired"),
	],
)
def test_status_by_the_date(today, status):
	assert status_of(FROM, TO, None, today, 90) == status


def test_without_a_last_day_it_holds_until_it_is_terminated():
	assert status_of(FROM, None, None, date(2099, 1, 1), 90) == "In Force"
	assert status_of(FROM, None, date(2030, 5, 1), date(2030, 4, 30), 90) == "In Force"
	assert status_of(FROM, None, date(2030, 5, 1), date(2030, 5, 1), 90) == "Terminated"


def test_no_days_of_notice_warn_on_the_last_day_only():
	assert status_of(FROM, TO, None, TO - timedelta(days=1), 0) == "In Force"
	assert status_of(FROM, TO, None, TO, 0) == "Expiring"


@pytest.mark.parametrize(
	("last_day", "months", "term"),
	[
		(date(2026, 12, 31), 12, (date(2027, 1, 1), date(2027, 12, 31))),
		(date(2026, 2, 28), 1, (date(2026, 3, 1), date(2026, 3, 31))),
		(date(2026, 1, 30), 1, (date(2026, 1, 31), date(2026, 2, 27))),
	],
)
def test_the_next_term_begins_the_day_after(last_day, months, term):
	assert next_term(last_day, months) == term


def test_renewal_rate():
	assert Renewals(3, 2).rate == Decimal("66.67")
	assert Renewals().rate is None
	assert renewals_by_account([("A", 1), ("B", 0), ("A", 0)]) == {"A": Renewals(2, 1), "B": Renewals(1, 0)}
