"""When an account report is due and what time it covers (R50; S2 6.1.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from kam_extension.policy.rhythm import MONTHS_IN_YEAR, same_day

DAYS_TO_MANAGER = 2
DAYS_TO_DEPUTY = 5


@dataclass(frozen=True)
class ReportDates:
	"""One account report: the period that it covers, both days included, and the days on which each reader has it."""

	period_start: date
	period_end: date
	due_supervisor: date
	due_manager: date
	due_deputy: date


def report_deadlines(
	months: Collection[int],
	as_of: date,
	days_to_manager: int = DAYS_TO_MANAGER,
	days_to_deputy: int = DAYS_TO_DEPUTY,
) -> ReportDates | None:
	"""The next report on `as_of` (inclusive) of an account that is reported on at the end of `months` (1–12).

	Due to the supervisor on the month's last day, which also ends the period; the period begins after the end of the
	report month before it. All days are calendar days. None without months.
	"""
	end = next_month_end(months, as_of)
	if end is None:
		return None
	first = end.replace(day=1)
	back = next(step for step in range(1, MONTHS_IN_YEAR + 1) if same_day(first, -step).month in months)
	return deadlines_of(same_day(first, 1 - back), end, days_to_manager, days_to_deputy)


def deadlines_of(start: date, end: date, days_to_manager: int, days_to_deputy: int) -> ReportDates:
	"""The deadlines of the report on a period.

	`days_to_manager` count from the period's end, `days_to_deputy` from the day on which the manager has the report,
	that day included (S2: 从收到当天算起).
	"""
	due_manager = end + timedelta(days=days_to_manager)
	return ReportDates(
		period_start=start,
		period_end=end,
		due_supervisor=end,
		due_manager=due_manager,
		due_deputy=due_manager + timedelta(days=max(days_to_deputy - 1, 0)),
	)


def next_month_end(months: Collection[int], as_of: date) -> date | None:
	"""The last day of the next of `months` (1–12), the month of `as_of` included. None without months."""
	if not months:
		return None
	first = as_of.replace(day=1)
	ahead = next(step for step in range(MONTHS_IN_YEAR) if same_day(first, step).month in months)
	return same_day(first, ahead + 1) - timedelta(days=1)
