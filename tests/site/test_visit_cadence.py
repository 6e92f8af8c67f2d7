"""Visits are planned by class and tier, once, on working days, and follow what changes (R46)."""

from datetime import date, timedelta

import frappe
import pytest
from frappe.utils import add_months, getdate

from kam_extension.integration.visits import cadence
from tests.site.cadence_setup import (
	MONDAY,
	due_of,
	give_holidays,
	hold,
	make_visited,
	night,
	nights,
	open_todos,
	visits_of,
)
from tests.site.clock import on_day
from tests.site.factories import make_policy, make_user, make_visit_log

DUE = date(2031, 4, 6)  # three months after MONDAY
LEAD = DUE - timedelta(days=14)


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


@pytest.fixture
def account(manager):
	return make_visited(MONDAY, account_class="Major", tier="A", account_manager=manager)


def set_setting(**values):
	frappe.db.set_single_value("KAM Settings", values)


class TestPlanning:
	def test_a_visit_is_planned_when_its_lead_days_are_reached_and_not_before(self, account, manager):
		night(LEAD - timedelta(days=1))
		assert visits_of(account) == []
		assert night(LEAD) >= 1
		[visit] = visits_of(account)
		assert (visit.visit_date, visit.due_date, visit.status, visit.visited_by) == (
			DUE,
			DUE,
			"Planned",
			manager,
		)
		assert (visit.planned_automatically, visit.is_touched, visit.visitor_role) == (1, 0, "KAM Executive")

	def test_the_visitor_gets_one_to_do_that_says_whom_and_when(self, account, manager):
		night(LEAD)
		[visit] = visits_of(account)
		[todo] = open_todos(visit.name)
		assert (todo.allocated_to, todo.date, todo.kam_source_row) == (manager, DUE, visit.name)
		assert visit.customer_name in todo.description

	def test_a_second_run_writes_nothing(self, account):
		night(LEAD)
		before = frappe.db.count("Version"), frappe.db.count("ToDo"), visits_of(account)[0].modified
		assert night(LEAD) == 0
		assert before == (
			frappe.db.count("Version"),
			frappe.db.count("ToDo"),
			visits_of(account)[0].modified,
		)

	def test_a_visit_that_somebody_planned_counts(self, account):
		with on_day(LEAD):
			make_visit_log(account.name, visit_date=DUE + timedelta(days=5))
		night(LEAD)
		assert len(visits_of(account)) == 1

	@pytest.mark.parametrize("status", ["Prospect", "Suspended", "Terminated"])
	def test_only_active_and_watched_accounts_are_visited(self, manager, status):
		resting = make_visited(MONDAY, account_manager=manager, status=status)
		night(LEAD)
		assert visits_of(resting) == []

	def test_watched_accounts_are_visited(self, manager):
		watched = make_visited(MONDAY, account_manager=manager, status="Watch")
		night(LEAD)
		assert len(visits_of(watched)) == 1

	def test_lead_days_are_a_setting(self, account):
		set_setting(visit_lead_days=30)
		night(DUE - timedelta(days=30))
		assert len(visits_of(account)) == 1

	def test_switched_off_plans_nothing(self, account):
		set_setting(enabled=0)
		with on_day(LEAD):
			cadence.nightly()
		assert visits_of(account) == []

	def test_sponsor_comes_along_where_the_policy_sends_leaders(self, manager):
		sponsor = make_user("KAM Executive")
		account = make_visited(MONDAY, account_manager=manager, executive_sponsor=sponsor)
		night(LEAD)
		[visit] = visits_of(account)
		assert visit.is_executive_visit == 1
		assert [row.user for row in frappe.get_doc("Visit Log", visit.name).our_team] == [sponsor]

	def test_a_failing_account_loses_nothing_of_the_others(self, account, manager):
		broken = make_visited(MONDAY, account_manager=manager)
		frappe.db.set_value("Key Account", broken.name, "account_manager", "gone@example.com")
		night(LEAD)
		assert len(visits_of(account)) == 1
		assert visits_of(broken) == []
		assert frappe.db.exists("Error Log", {"method": ("like", f"%{broken.name}%")})


class TestWorkingDays:
	def test_holidays_are_passed_over(self, account):
		give_holidays(DUE, DUE + timedelta(days=1))
		night(LEAD)
		assert visits_of(account)[0].visit_date == DUE + timedelta(days=2)

	def test_the_visitors_own_list_wins(self, account, manager):
		own = give_holidays(DUE)
		give_holidays(DUE + timedelta(days=1))
		frappe.get_doc(
			{
				"doctype": "Employee",
				"first_name": "Visitor",
				"gender": "Female",
				"date_of_birth": "1990-01-01",
				"date_of_joining": "2020-01-01",
				"company": account.company,
				"user_id": manager,
				"holiday_list": own,
				"status": "Active",
			}
		).insert()
		night(LEAD)
		assert visits_of(account)[0].visit_date == DUE + timedelta(days=1)

	def test_no_more_visits_a_day_than_the_setting_says(self, manager):
		set_setting(visits_per_day=2)
		accounts = [make_visited(MONDAY, account_manager=manager) for _number in range(5)]
		night(LEAD)
		days = [visit.visit_date for account in accounts for visit in visits_of(account)]
		assert sorted(days) == [DUE + timedelta(days=step) for step in (0, 0, 1, 1, 2)]


class TestWhatFollows:
	def test_a_held_visit_is_followed_by_the_next_one(self, account):
		night(LEAD)
		hold(visits_of(account)[0].name, DUE - timedelta(days=2))
		second = getdate(add_months(DUE - timedelta(days=2), 3))
		nights(second - timedelta(days=15), second - timedelta(days=14))
		assert [visit.visit_date for visit in visits_of(account)] == [DUE - timedelta(days=2), second]
		assert open_todos(visits_of(account)[0].name) == []

	def test_missed_after_the_grace_days_and_planned_again(self, account, manager):
		night(LEAD)
		night(DUE + timedelta(days=3))
		assert visits_of(account)[0].status == "Planned"
		missed_on = DUE + timedelta(days=4)
		night(missed_on)
		first, second = visits_of(account)
		assert (first.status, open_todos(first.name)) == ("Missed", [])
		assert (second.status, second.visit_date) == ("Planned", missed_on + timedelta(days=14))
		alerts = frappe.get_all("Notification Log", {"for_user": manager, "type": "Alert"}, ["subject"])
		assert [first.customer_name in alert.subject for alert in alerts] == [True]
		assert night(missed_on) == 0

	def test_a_visit_without_plan_moves_the_planned_one(self, account):
		night(LEAD)
		with on_day(LEAD + timedelta(days=1)):
			make_visit_log(
				account.name, visit_date=LEAD + timedelta(days=1), status="Completed", discussion="Call"
			)
		night(LEAD + timedelta(days=1))
		[planned] = visits_of(account, status="Planned")
		assert planned.visit_date == getdate(add_months(LEAD + timedelta(days=1), 3))
		assert open_todos(planned.name)[0].date == planned.visit_date

	def test_another_tier_moves_an_untouched_visit(self, account):
		night(LEAD)
		change_tier(account, "C")
		night(LEAD)
		assert visits_of(account)[0].visit_date == date(2032, 1, 6)
		assert due_of(account) == date(2032, 1, 6)

	def test_what_somebody_changed_stays(self, account):
		night(LEAD)
		visit = frappe.get_doc("Visit Log", visits_of(account)[0].name)
		with on_day(LEAD):
			visit.visit_date = DUE + timedelta(days=3)
			visit.save()
		change_tier(account, "C")
		night(LEAD)
		assert visits_of(account)[0].visit_date == DUE + timedelta(days=3)

	def test_another_policy_moves_due_dates_and_visits(self, account, policy):
		night(LEAD)
		rows = [row.as_dict() for row in policy.tiers]
		for row in rows:
			row.update({"name": None, "visit_interval_months": 4})
		with on_day(LEAD):
			make_policy(tiers=rows, valid_from=LEAD, supersedes=policy.name)
		night(LEAD)
		assert (visits_of(account)[0].visit_date, due_of(account)) == (date(2031, 5, 6), date(2031, 5, 6))

	def test_the_new_manager_visits(self, account, manager):
		night(LEAD)
		successor = make_user("KAM User", "Sales User")
		with on_day(LEAD):
			account.reload()
			account.account_manager = successor
			account.save()
		[visit] = visits_of(account)
		assert visit.visited_by == successor
		assert [todo.allocated_to for todo in open_todos(visit.name)] == [successor]

	def test_a_manager_changed_without_event_is_found_at_night(self, account):
		night(LEAD)
		successor = make_user("KAM User", "Sales User")
		frappe.db.set_value("Key Account", account.name, "account_manager", successor)
		night(LEAD)
		assert visits_of(account)[0].visited_by == successor

	@pytest.mark.parametrize(("status", "left"), [("Terminated", 0), ("Suspended", 1)])
	def test_an_account_that_ends_or_rests_is_not_visited(self, account, status, left):
		night(LEAD)
		frappe.db.set_value("Visit Log", {"key_account": account.name}, "is_touched", 0)
		with on_day(LEAD):
			make_visit_log(account.name, visit_date=DUE + timedelta(days=9), purpose="Settle the dispute")
			account.reload()
			account.status = status
			account.save()
		assert len(visits_of(account, status="Planned")) == left
		assert visits_of(account)[0].status == "Cancelled"
		assert open_todos(visits_of(account)[0].name) == []


class TestExecutiveContacts:
	@pytest.fixture
	def group(self, manager):
		return make_visited(
			MONDAY, account_class="Ordinary", tier="A", account_level="Group", account_manager=manager
		)

	def test_two_a_year_for_a_group_account(self, group):
		contacts = []
		for month in range(1, 13):
			day = date(2031, month, 20)
			night(day)
			for visit in visits_of(group, status="Planned", is_executive_visit=1):
				contacts.append(visit.visit_date)
				hold(visit.name, day)
		assert contacts == [date(2031, 6, 30), date(2031, 12, 31)]

	def test_planned_before_the_end_of_the_year_whatever_the_holidays(self, group):
		give_holidays(date(2031, 6, 30), date(2031, 6, 29))
		night(date(2031, 6, 1))
		assert visits_of(group, visit_type="Executive")[0].visit_date == date(2031, 6, 28)

	def test_late_in_the_year_it_is_planned_once_and_this_year(self, manager):
		late = date(2031, 12, 19)
		group = make_visited(
			late, account_class="Ordinary", tier="A", account_level="Group", account_manager=manager
		)
		for day in range(19, 32):
			night(date(2031, 12, day))
		contacts = visits_of(group, is_executive_visit=1)
		assert [visit.visit_date.year for visit in contacts] == [2031, 2031]

	def test_held_ones_count_whoever_planned_them(self, group):
		with on_day(date(2031, 2, 3)):
			make_visit_log(
				group.name,
				visit_date="2031-02-03",
				visit_type="Executive",
				status="Completed",
				discussion="Met",
			)
		night(date(2031, 6, 1))
		assert visits_of(group, status="Planned") == []

	def test_other_levels_need_none(self, manager):
		project = make_visited(
			MONDAY, account_class="Ordinary", tier="A", account_level="Project", account_manager=manager
		)
		night(date(2031, 6, 1))
		assert visits_of(project) == []

	def test_how_many_is_a_setting(self, group):
		set_setting(executive_contacts_per_year=4)
		night(date(2031, 3, 1))
		assert visits_of(group)[0].visit_date == date(2031, 3, 31)


def change_tier(account, tier: str) -> None:
	with on_day(LEAD):
		account.reload()
		account.tier = tier
		account.save()


EXPECTED_IN_A_YEAR = {
	("Major", "A"): 4,
	("Major", "B"): 2,
	("Major", "C"): 1,
	("Ordinary", "A"): 1,
	("Ordinary", "B"): 2,
	("Ordinary", "C"): 1,
}


def test_a_whole_year_of_cadence():
	"""Every class and tier gets the visits that the policy asks for, each once, held as planned."""
	managers = [make_user("KAM User") for _number in range(2)]
	accounts = {
		(account_class, tier): make_visited(
			MONDAY, account_class=account_class, tier=tier, account_manager=managers[tier == "A"]
		)
		for account_class, tier in EXPECTED_IN_A_YEAR
	}
	give_holidays(*(MONDAY + timedelta(days=7 * week + 6) for week in range(60)))  # Sundays
	for week in range(54):
		day = MONDAY + timedelta(days=7 * week)
		night(day)
		for visit in frappe.get_all(
			"Visit Log",
			{"status": "Planned", "visit_date": ("<=", day + timedelta(days=6))},
			["name", "visit_date"],
		):
			hold(visit.name, visit.visit_date)
	held = {key: visits_of(account, status="Completed") for key, account in accounts.items()}
	assert {key: len(visits) for key, visits in held.items()} == EXPECTED_IN_A_YEAR
	every = [visit for visits in held.values() for visit in visits]
	assert all(visit.visit_date.weekday() != 6 for visit in every)
	assert [visit.status for key in accounts for visit in visits_of(accounts[key], status="Missed")] == []


@pytest.mark.committing
def test_two_runs_at_the_same_moment_plan_each_visit_once(in_parallel):
	account = make_visited(MONDAY, account_manager="Administrator")
	with on_day(LEAD):
		in_parallel(cadence.nightly, cadence.nightly)
	assert len(visits_of(account)) == 1
	assert len(open_todos(visits_of(account)[0].name)) == 1
