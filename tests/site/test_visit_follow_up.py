"""Actions and needs of a visit become to-dos, in step both ways; overdue ones go up (R47, R48)."""

from datetime import date, timedelta

import frappe
import pytest

from kam_extension.integration.visits import follow_up_escalation
from tests.site.cadence_setup import MONDAY, make_visited, open_todos
from tests.site.clock import on_day
from tests.site.factories import make_policy, make_user, make_visit_log

DUE = MONDAY + timedelta(days=10)


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


@pytest.fixture
def helper(site):
	return make_user("KAM User", "Sales User")


@pytest.fixture
def account(manager):
	return make_visited(MONDAY, account_manager=manager)


@pytest.fixture
def visit(account, helper):
	"""A held visit with one action for a colleague."""
	with on_day(MONDAY):
		return make_visit_log(
			account.name,
			status="Completed",
			visit_date=MONDAY,
			discussion="Prices",
			actions=[{"action": "Send R&D samples", "responsible": helper, "due_date": DUE}],
		)


def todo_of(visit):
	[todo] = open_todos(visit.name)
	return frappe.get_doc("ToDo", todo.name)


def change_row(visit, **values):
	with on_day(MONDAY):
		visit.reload()
		visit.actions[0].update(values)
		visit.save()


class TestToDos:
	def test_an_action_becomes_a_to_do_of_whoever_is_responsible(self, visit, helper):
		todo = todo_of(visit)
		assert (todo.allocated_to, todo.date, todo.kam_source_row) == (helper, DUE, visit.actions[0].name)
		assert todo.description == "Send R&amp;D samples"

	def test_two_actions_of_one_person_are_two_to_dos(self, visit, helper):
		with on_day(MONDAY):
			visit.append("actions", {"action": "Call the lab", "responsible": helper, "due_date": DUE})
			visit.save()
		assert len(open_todos(visit.name)) == 2

	def test_saving_again_makes_no_second_one(self, visit):
		with on_day(MONDAY):
			visit.reload()
			visit.competitor_news = "None"
			visit.save()
		assert len(open_todos(visit.name)) == 1

	def test_done_closes_it_and_open_makes_a_new_one(self, visit):
		change_row(visit, status="Done")
		assert open_todos(visit.name) == []
		change_row(visit, status="Open")
		assert len(open_todos(visit.name)) == 1

	def test_another_person_gets_it(self, visit, manager):
		change_row(visit, responsible=manager)
		assert [todo.allocated_to for todo in open_todos(visit.name)] == [manager]

	def test_what_was_edited_in_the_to_do_stays(self, visit):
		todo = todo_of(visit)
		todo.description = "Send samples, by courier"
		todo.save()
		change_row(visit, due_date=DUE + timedelta(days=5))
		todo.reload()
		assert (todo.description, todo.date) == ("Send samples, by courier", DUE + timedelta(days=5))

	def test_a_row_that_is_gone_takes_its_to_do_along(self, visit):
		with on_day(MONDAY):
			visit.reload()
			visit.actions = []
			visit.save()
		assert open_todos(visit.name) == []

	@pytest.mark.parametrize(("status", "expected"), [("Closed", "Done"), ("Cancelled", "Cancelled")])
	def test_closing_the_to_do_ends_the_row(self, visit, helper, as_user, status, expected):
		todo = todo_of(visit)
		with as_user(helper):
			todo.status = status
			todo.save()
		visit.reload()
		assert visit.actions[0].status == expected

	def test_a_to_do_that_claims_a_row_changes_nothing(self, visit):
		forged = {
			"doctype": "ToDo",
			"reference_type": "Visit Log",
			"reference_name": visit.name,
			"kam_source_row": visit.actions[0].name,
			"status": "Closed",
			"description": "Mine",
		}
		todo = frappe.get_doc(forged).insert()
		visit.reload()
		assert (todo.kam_source_row, visit.actions[0].status) == (None, "Open")

	def test_a_to_do_put_off_puts_the_row_off(self, visit):
		todo = todo_of(visit)
		todo.date = DUE + timedelta(days=9)
		todo.save()
		visit.reload()
		assert visit.actions[0].due_date == DUE + timedelta(days=9)

	def test_whoever_is_responsible_may_read_the_visit(self, visit, helper, as_user):
		with as_user(helper):
			assert frappe.get_doc("Visit Log", visit.name).has_permission("read")

	def test_deleting_the_visit_leaves_no_open_to_do(self, visit):
		todo = todo_of(visit)
		frappe.delete_doc("Visit Log", visit.name)
		assert frappe.db.get_value("ToDo", todo.name, "status") in (None, "Cancelled")


class TestNeeds:
	def with_need(self, account, **need):
		with on_day(MONDAY):
			return make_visit_log(
				account.name,
				status="Completed",
				visit_date=MONDAY,
				discussion="Prices",
				needs=[{"need": "Delivery within a week", **need}],
			)

	def test_owner_and_due_date_are_filled_in(self, account):
		[row] = self.with_need(account).needs
		assert (row.responsible, row.due_date) == ("Administrator", date(2031, 1, 20))

	@pytest.mark.parametrize(
		("need", "field"),
		[
			({"status": "Judged"}, "Feasibility"),
			({"status": "Responded", "feasibility": "Feasible"}, "Our Response"),
			({"status": "Closed", "feasibility": "Feasible", "response": "Yes"}, "Customer Feedback"),
			(
				{"status": "Closed", "feasibility": "Not Feasible", "response": "No", "feedback": "A pity"},
				"Customer Informed On, Later Plan",
			),
		],
	)
	def test_each_status_asks_for_its_fields(self, account, need, field):
		with pytest.raises(frappe.MandatoryError, match=field):
			self.with_need(account, **need)

	def test_a_need_that_was_answered_is_closed_with_its_day(self, account):
		made = self.with_need(
			account, status="Closed", feasibility="Feasible", response="From March", feedback="Glad"
		)
		assert made.needs[0].closed_on == MONDAY
		assert open_todos(made.name) == []

	def test_a_need_is_a_to_do_as_well(self, account, helper):
		made = self.with_need(account, responsible=helper)
		assert [todo.allocated_to for todo in open_todos(made.name)] == [helper]

	def test_closing_its_to_do_leaves_the_need_open_and_asks_nobody_again(self, account, helper):
		made = self.with_need(account, responsible=helper)
		todo = todo_of(made)
		todo.status = "Closed"
		todo.save()
		with on_day(MONDAY):
			made.reload()
			made.competitor_news = "None"
			made.save()
		assert (made.needs[0].status, open_todos(made.name)) == ("Identified", [])


class TestEscalation:
	def night(self, days_overdue: int) -> int:
		day = DUE + timedelta(days=days_overdue)
		with on_day(day):
			return follow_up_escalation.escalate(day)

	def told(self, jobs) -> list[list[str]]:
		found = jobs.named("make_notification_logs")
		users = sorted(user for job in found for user in job.arguments["users"])
		for job in found:
			jobs.jobs.remove(job)
		return users

	def test_first_the_responsible_then_the_manager_then_kam_managers(self, visit, manager, helper, jobs):
		chief = make_user("KAM Manager")
		assert self.night(0) == 0
		frappe.db.commit()
		self.told(jobs)
		found = []
		for days in (1, 3, 7):
			assert self.night(days) == 1
			frappe.db.commit()
			found.append(self.told(jobs))
		assert found[0] == [helper]
		assert found[1] == sorted([helper, manager])
		assert set(found[2]) >= {helper, manager, chief}

	def test_each_level_once(self, visit):
		assert (self.night(1), self.night(1), self.night(2)) == (1, 0, 0)

	def test_another_due_date_begins_anew(self, visit):
		self.night(8)
		change_row(visit, due_date=DUE + timedelta(days=30))
		assert self.night(29) == 0
		assert self.night(31) == 1

	def test_what_is_done_does_not_go_up(self, visit):
		change_row(visit, status="Done")
		assert self.night(9) == 0

	def test_days_are_settings(self, visit, manager, helper, jobs):
		frappe.db.set_single_value("KAM Settings", "follow_up_manager_days", 1)
		frappe.db.commit()
		self.told(jobs)
		self.night(1)
		frappe.db.commit()
		assert self.told(jobs) == sorted([helper, manager])

	def test_a_request_cannot_say_how_far_it_went(self, visit):
		change_row(visit, escalation_level=3)
		visit.reload()
		assert visit.actions[0].escalation_level == 0
