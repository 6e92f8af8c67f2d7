"""When visits are due and for which day they are planned (R46), needs (R47), escalation (R48), care (R49)."""

from datetime import date, timedelta

import pytest

from kam_extension.policy.cadence import (
	CadenceTerms,
	executive_contact_due,
	visit_day,
	visit_due,
	working_day,
	working_day_before,
)
from kam_extension.policy.care import coming_days, years_between
from kam_extension.policy.escalation import (
	ACCOUNT_MANAGER,
	KAM_MANAGERS,
	NOBODY,
	RESPONSIBLE,
	escalation_level,
)
from kam_extension.policy.needs import missing_fields

TERMS = CadenceTerms(lead_days=14, replan_days=10, executive_contacts=2, executive_lead_days=45)
TODAY = date(2031, 5, 1)


@pytest.mark.parametrize(
	("last", "months", "expected"),
	[
		(None, 3, date(2031, 4, 6)),
		(date(2031, 2, 28), 3, date(2031, 5, 28)),
		(date(2031, 11, 30), 3, date(2032, 2, 29)),
		(date(2031, 2, 1), 0, None),
	],
)
def test_due_one_interval_after_the_last_visit_or_the_opening(last, months, expected):
	assert visit_due(last, date(2031, 1, 6), months) == expected


@pytest.mark.parametrize(
	("due", "expected"),
	[
		(date(2031, 5, 16), None),
		(date(2031, 5, 15), date(2031, 5, 15)),
		(date(2031, 5, 2), date(2031, 5, 2)),
		(TODAY, date(2031, 5, 11)),
		(date(2030, 1, 1), date(2031, 5, 11)),
	],
)
def test_planned_within_the_lead_days_and_overdue_ones_some_days_from_today(due, expected):
	assert visit_day(due, TODAY, TERMS) == expected


@pytest.mark.parametrize(
	("contacts", "arranged", "today", "expected"),
	[
		(2, 0, date(2031, 5, 15), None),
		(2, 0, date(2031, 5, 16), date(2031, 6, 30)),
		(2, 0, date(2031, 9, 1), date(2031, 9, 1)),
		(2, 1, date(2031, 11, 15), None),
		(2, 1, date(2031, 11, 16), date(2031, 12, 31)),
		(2, 2, date(2031, 12, 1), None),
		(3, 0, date(2031, 4, 1), date(2031, 4, 30)),
		(5, 0, date(2031, 3, 1), date(2031, 3, 31)),
		(0, 0, date(2031, 12, 31), None),
	],
)
def test_executive_contacts_are_spread_over_the_year(contacts, arranged, today, expected):
	terms = CadenceTerms(executive_contacts=contacts, executive_lead_days=45)
	assert executive_contact_due(arranged, today, terms) == expected


def test_the_next_or_the_last_free_day():
	taken = {TODAY, TODAY + timedelta(days=1)}
	assert working_day(TODAY, lambda day: day not in taken) == date(2031, 5, 3)
	assert working_day_before(TODAY, lambda day: day not in taken) == date(2031, 4, 30)


def test_a_calendar_without_a_free_day_leaves_the_day():
	assert working_day(TODAY, lambda day: False) == TODAY


@pytest.mark.parametrize(
	("days", "level"),
	[(-1, NOBODY), (0, NOBODY), (1, RESPONSIBLE), (2, RESPONSIBLE), (3, ACCOUNT_MANAGER), (7, KAM_MANAGERS)],
)
def test_what_is_overdue_goes_up(days, level):
	assert escalation_level(TODAY - timedelta(days=days), TODAY, 3, 7) == level


def test_without_due_date_nothing_is_overdue():
	assert escalation_level(None, TODAY, 3, 7) == NOBODY


@pytest.mark.parametrize(
	("need", "missing"),
	[
		({"status": "Identified", "feasibility": "To Be Judged"}, []),
		({"status": "Judged", "feasibility": "To Be Judged"}, ["feasibility"]),
		({"status": "Responded", "feasibility": "Feasible", "response": " "}, ["response"]),
		({"status": "In Progress", "feasibility": "Feasible", "response": "Yes"}, []),
		({"status": "Closed", "feasibility": "Feasible", "response": "Yes"}, ["feedback"]),
		(
			{"status": "Closed", "feasibility": "Partly Feasible", "response": "Half", "feedback": "Well"},
			["customer_informed_on", "later_plan"],
		),
	],
)
def test_what_a_status_asks_for(need, missing):
	assert list(missing_fields(need)) == missing


def test_days_that_come_near():
	assert list(coming_days(date(2031, 12, 30), 3)) == ["12-30", "12-31", "01-01", "01-02"]
	assert coming_days(date(2031, 2, 28), 0) == {"02-28": date(2031, 2, 28), "02-29": date(2031, 2, 28)}
	assert list(coming_days(date(2032, 2, 28), 1)) == ["02-28", "02-29"]


def test_years_of_an_anniversary():
	assert years_between(date(2028, 3, 5), date(2031, 3, 5)) == 3
