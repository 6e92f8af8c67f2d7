"""Which time a periodic Risk Report is about (R53): quarters unless the settings name other months."""

from collections.abc import Sequence
from datetime import date, timedelta

from kam_extension.policy.rhythm import MONTHS_IN_YEAR, same_day


def report_period(day: date, months: Sequence[int]) -> tuple[date, date] | None:
	"""First and last day of the time that a report of `day` is about: from one of `months` (1–12) up to the next.

	It ends with the last day before the latest of these months that has begun. None without months.
	"""
	begun = [first for first in _first_days(day, months) if first <= day]
	return (begun[-2], begun[-1] - timedelta(days=1)) if begun else None


def is_drafting_day(day: date, months: Sequence[int], days: int) -> bool:
	"""Whether reports are drafted on `day`: one of the first `days` of one of `months`."""
	return day.month in months and day.day <= days


def year_before(period: tuple[date, date]) -> tuple[date, date]:
	"""The same time a year earlier."""
	first, last = period
	start = same_day(first, -MONTHS_IN_YEAR)
	return start, same_day(last + timedelta(days=1), -MONTHS_IN_YEAR) - timedelta(days=1)


def _first_days(day: date, months: Sequence[int]) -> list[date]:
	years = range(day.year - 2, day.year + 1)
	return [date(year, month, 1) for year in years for month in sorted(set(months))]
