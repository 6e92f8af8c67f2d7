"""Ranks of a unit's people, and who is last three months running (R59; S4 chapter 6, 4.)."""

import frappe
import pytest
from frappe.utils import add_months, getdate

from kam_extension.kam_extension.report.scorecard_ranking import scorecard_ranking
from tests.site.factories import make_user
from tests.site.people_setup import last_month, make_card, make_staff, make_team, ranks


@pytest.fixture
def team(site):
	return make_team()


def month(back):
	"""First day of a month: 0 is last month, 1 the one before."""
	return getdate(add_months(last_month(), -back))


def cards_of(staff, scores, back=0):
	return [
		make_card(person, month=month(back), points=score, submit=True)
		for person, score in zip(staff, scores, strict=True)
	]


def told(jobs):
	"""Scorecards that directors were told of."""
	frappe.db.commit()
	return [
		job.arguments["doc"].document_name
		for job in jobs.named("make_notification_logs")
		if "last in rank" in job.arguments["doc"].subject
	]


def test_ranks_of_a_month(team):
	staff = [make_staff(team) for _person in range(3)]
	assert ranks(*cards_of(staff, (70, 90, 90))) == [(3, 3, 1), (1, 3, 0), (1, 3, 0)]


def test_no_rank_while_a_draft_is_open(team):
	staff = [make_staff(team) for _person in range(2)]
	open_card = make_card(staff[1], points=50)
	first = make_card(staff[0], points=80, submit=True)
	assert ranks(first) == [(0, 0, 0)]
	open_card.submit()
	assert ranks(first, open_card) == [(1, 2, 0), (2, 2, 1)]


def test_other_units_and_templates_are_ranked_apart(team):
	staff = [
		make_staff(team),
		make_staff(team, scorecard_template="Clerk Scorecard"),
		make_staff(make_team()),
	]
	assert ranks(*cards_of(staff, (50, 60, 70))) == [(1, 1, 0)] * 3


def test_three_months_last_are_told_to_directors_once(team, jobs):
	staff = [make_staff(team) for _person in range(2)]
	for back in (2, 1, 0):
		assert told(jobs) == []
		cards = cards_of(staff, (60, 90), back)
	assert ranks(*cards) == [(2, 2, 3), (1, 2, 0)]
	assert told(jobs) == [cards[0].name]
	recipients = [
		job.arguments["users"]
		for job in jobs.named("make_notification_logs")
		if "last in rank" in job.arguments["doc"].subject
	]
	assert team.director in recipients[0]


def test_months_may_be_approved_in_any_order(team, jobs):
	staff = [make_staff(team) for _person in range(2)]
	latest = cards_of(staff, (60, 90), 0)
	cards_of(staff, (60, 90), 2)
	assert ranks(latest[0]) == [(2, 2, 1)]
	cards_of(staff, (60, 90), 1)
	assert ranks(latest[0]) == [(2, 2, 3)]
	assert told(jobs) == [latest[0].name]


def test_a_month_without_scorecard_breaks_the_row(team):
	staff = [make_staff(team) for _person in range(3)]
	cards_of(staff, (60, 90, 95), 2)
	cards_of(staff[1:], (90, 95), 1)
	assert ranks(*cards_of(staff, (60, 90, 95)))[0] == (3, 3, 1)


def test_who_joined_in_the_month_is_not_last(team):
	old = [make_staff(team) for _person in range(2)]
	newcomer = make_staff(team, joined_on=last_month().replace(day=15))
	assert ranks(*cards_of([*old, newcomer], (70, 90, 50))) == [(2, 3, 1), (1, 3, 0), (3, 3, 0)]


def test_cancelling_a_card_ranks_anew(team):
	staff = [make_staff(team) for _person in range(2)]
	cards = cards_of(staff, (60, 90))
	cards[1].cancel()
	assert ranks(cards[0]) == [(1, 1, 0)]


def test_threshold_is_a_setting(team, jobs):
	frappe.db.set_single_value("KAM Settings", "scorecard_last_months", 1)
	frappe.clear_document_cache("KAM Settings", "KAM Settings")
	cards = cards_of([make_staff(team) for _person in range(2)], (60, 90))
	assert told(jobs) == [cards[0].name]


def report(**filters):
	filters = {"from_month": month(0), "to_month": month(0)} | filters
	return [(row["person_name"], row["rank"]) for row in scorecard_ranking.execute(filters)[1]]


def test_report_shows_what_the_reader_may_see(team, as_user):
	staff = [make_staff(team) for _person in range(2)]
	cards = cards_of(staff, (60, 90))
	names = [card.person_name for card in cards]
	other = make_team()
	with as_user(team.manager):
		assert report() == [(names[1], 1), (names[0], 2)]
		assert report(unit=other.unit) == []
	with as_user(cards[0].person):
		assert report() == [(names[0], 2)]
	with as_user(make_user("KAM Manager")):
		assert report() == []


def test_report_flags_who_is_last_too_long(team, as_user):
	staff = [make_staff(team) for _person in range(2)]
	for back in (2, 1, 0):
		cards_of(staff, (60, 90), back)
	with as_user(team.director):
		rows = scorecard_ranking.execute({"from_month": month(2), "to_month": month(0), "unit": team.unit})[1]
	assert [(row["month"], row["is_flagged"]) for row in rows if row["rank"] == 2] == [
		(month(0), 1),
		(month(1), 0),
		(month(2), 0),
	]
