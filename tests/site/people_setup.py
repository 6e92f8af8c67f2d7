"""People with scorecards: supervisor, staff record, unit, approved targets of the unit."""

from dataclasses import dataclass

import frappe
from frappe.utils import add_months, getdate

from tests.site.factories import company, insert, make_department, make_user

TEMPLATE = "Account Manager Scorecard"


def last_month():
	"""First day of the month before this one."""
	return getdate(add_months(getdate(), -1)).replace(day=1)


@dataclass
class Team:
	"""A unit with its manager and a director above."""

	unit: str
	manager: str
	director: str


def make_team() -> Team:
	return Team(make_department().name, make_user("KAM Manager", "KAM User"), make_user("KAM Director"))


def make_staff(team: Team, user: str | None = None, **fields):
	values = {
		"user": user or make_user("KAM User"),
		"company": company(),
		"unit": team.unit,
		"supervisor": team.manager,
		"scorecard_template": TEMPLATE,
		"performance_pay": 3000,
		"joined_on": "2020-01-01",
	}
	return insert("Key Account Staff", **values | fields)


def make_card(staff, month=None, points: float | None = None, submit: bool = False, **fields):
	"""A scorecard; `points` is the score wanted, spread over the criteria from the top."""
	card = insert("KAM Scorecard", staff=staff.name, month=month or last_month(), **fields)
	if points is not None:
		give_points(card, points)
	if submit:
		card.submit()
	return card


def give_points(card, score: float) -> None:
	left = score
	for row in card.points:
		row.points = min(row.max_points, left)
		left -= row.points
	card.save()


def make_team_target(team: Team, base: float, challenge: float = 0, month=None, submit: bool = True):
	return insert(
		"KAM Team Target",
		submit=submit,
		unit=team.unit,
		company=company(),
		month=month or last_month(),
		base_target=base,
		challenge_target=challenge,
	)


def ranks(*cards) -> list[tuple]:
	fields = ["rank", "ranked_people", "months_last"]
	return [frappe.db.get_value("KAM Scorecard", card.name, fields) for card in cards]
