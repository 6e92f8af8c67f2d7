"""When an account has to be visited and for which day its visit is planned (R46). Dates in, dates out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from kam_extension.policy.rhythm import MONTHS_IN_YEAR, same_day

ONE_DAY = timedelta(days=1)
# A calendar without a working day in two months is no calendar; the day itself is taken then.
MOST_DAYS_AWAY = 60


@dataclass(frozen=True)
class CadenceTerms:
	"""How visits are planned: all in calendar days, contacts as a number a year, 0 for none."""

	lead_days: int = 14
	replan_days: int = 14
	executive_contacts: int = 2
	executive_lead_days: int = 45


def visit_due(last_visit: date | None, opened: date, months: int) -> date | None:
	"""`months` after the last visit; of an account never visited, after the day its file was opened. None for 0."""
	return same_day(last_visit or opened, months) if months else None


def visit_day(due: date, today: date, terms: CadenceTerms) -> date | None:
	"""The day to plan a visit for that is due on `due`; None while that is further ahead than the lead days.

	One that is overdue, also because the last plan was missed, is planned some days from today: it has to be arranged.
	"""
	if due > today + timedelta(days=terms.lead_days):
		return None
	return due if due > today else today + timedelta(days=terms.replan_days)


def executive_contact_due(arranged: int, today: date, terms: CadenceTerms) -> date | None:
	"""Last day of the part of the year in which the next executive contact has to be (S0: two a year).

	The year of `today` has as many equal parts as contacts are asked for; `arranged` are held or planned in it. None
	when enough are, and while the end of the part is further ahead than the lead days.
	"""
	if arranged >= terms.executive_contacts:
		return None
	months = -(-MONTHS_IN_YEAR * (arranged + 1) // terms.executive_contacts)
	end = same_day(date(today.year, 1, 1), months) - ONE_DAY
	if end > today + timedelta(days=terms.executive_lead_days):
		return None
	return max(end, today)


def working_day(day: date, is_free: Callable[[date], bool]) -> date:
	"""`day`, or the next one that is free of holidays and of other visits."""
	return _first_free(day, ONE_DAY, is_free)


def working_day_before(day: date, is_free: Callable[[date], bool]) -> date:
	"""`day`, or the last one before it that is free: what has to be within a year stays in it."""
	return _first_free(day, -ONE_DAY, is_free)


def _first_free(day: date, step: timedelta, is_free: Callable[[date], bool]) -> date:
	found = day
	for _away in range(MOST_DAYS_AWAY):
		if is_free(found):
			return found
		found += step
	return day
