"""Periods of assessment: a month, a quarter, a year of the calendar (R61; S1)."""

from datetime import date, timedelta

MONTHLY, QUARTERLY, ANNUAL = "Monthly", "Quarterly", "Annual"
MONTHS = {MONTHLY: 1, QUARTERLY: 3, ANNUAL: 12}


def period_of(period_type: str, day: date) -> tuple[date, date]:
	"""First and last day of the month, quarter or year that `day` lies in. Raises KeyError for another type."""
	months = MONTHS[period_type]
	number = (day.month - 1) // months * months
	first = date(day.year, number + 1, 1)
	end = number + months
	following = date(day.year + end // 12, end % 12 + 1, 1)
	return first, following - timedelta(days=1)


def ended_periods(today: date, days_after: int) -> list[tuple[str, date, date]]:
	"""(type, first day, last day) of the periods that ended exactly `days_after` days before `today`, shortest first."""
	last_day = today - timedelta(days=days_after)
	found = [(kind, *period_of(kind, last_day)) for kind in MONTHS]
	return [period for period in found if period[2] == last_day]
