"""Periodic account reports: drafted from data in the tier's months, handed up stage by stage with their days (R50)."""

from datetime import date

import frappe
import pytest

from kam_extension.integration.visits import account_reports
from kam_extension.integration.visits.report_stages import hand_over
from tests.site.cadence_setup import make_visited, visits_of
from tests.site.churn_setup import order_row
from tests.site.clock import on_day
from tests.site.factories import insert, make_policy, make_user, make_visit_log

OPENED = date(2031, 1, 6)
LEAD = date(2031, 3, 24)  # seven days before the end of March
END = date(2031, 3, 31)
SUMMARY = "Two orders, one dispute about a delivery."


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


@pytest.fixture
def chief(site):
	return make_user("KAM Manager")


@pytest.fixture
def deputy(site):
	return make_user("KAM Executive")


@pytest.fixture
def account(manager, deputy):
	return make_visited(OPENED, tier="A", account_manager=manager, executive_sponsor=deputy)


def draft(day: date) -> int:
	with on_day(day):
		return account_reports.draft_reports(day)


def reports_of(account) -> list:
	names = frappe.get_all(
		"Key Account Report", {"key_account": account.name}, pluck="name", order_by="period_end"
	)
	return [frappe.get_doc("Key Account Report", name) for name in names]


@pytest.fixture
def report(account):
	draft(LEAD)
	[made] = reports_of(account)
	return made


def handed(report, user: str, day: date, as_user) -> str:
	with on_day(day), as_user(user):
		return hand_over(report.name)


def write(report, user: str, day: date, as_user, **values) -> None:
	with on_day(day), as_user(user):
		report.reload()
		report.update(values)
		report.save()


class TestDrafting:
	def test_drafted_some_days_before_the_end_of_its_month_and_not_before(self, account, manager):
		draft(date(2031, 3, 23))
		assert reports_of(account) == []
		draft(LEAD)
		[made] = reports_of(account)
		assert (made.period_start, made.period_end) == (date(2030, 10, 1), END)
		assert (made.due_supervisor, made.due_manager, made.due_deputy) == (
			END,
			date(2031, 4, 2),
			date(2031, 4, 6),
		)
		assert (made.status, made.tier, made.account_manager) == ("Draft", "A", manager)

	def test_once(self, account):
		assert draft(LEAD) >= 1
		failures = frappe.db.count("Error Log")
		assert draft(LEAD) == 0
		assert (len(reports_of(account)), frappe.db.count("Error Log")) == (1, failures)

	@pytest.mark.parametrize(("tier", "count"), [("A", 2), ("B", 4), ("C", 12)])
	def test_as_often_in_a_year_as_the_tier_asks_for(self, manager, tier, count):
		account = make_visited(OPENED, tier=tier, account_manager=manager)
		for month in range(1, 13):
			draft(date(2031, month, 25))
		assert len(reports_of(account)) == count

	@pytest.mark.parametrize("status", ["Prospect", "Terminated"])
	def test_not_of_prospects_and_ended_accounts(self, manager, status):
		account = make_visited(OPENED, account_manager=manager, status=status)
		draft(LEAD)
		assert reports_of(account) == []

	def test_its_writer_has_it_on_the_list(self, report, manager):
		[todo] = frappe.get_all("ToDo", {"reference_name": report.name}, ["allocated_to", "date", "status"])
		assert (todo.allocated_to, todo.date, todo.status) == (manager, END, "Open")

	def test_figures_and_quotes_of_the_period(self, account):
		order_row(account, date(2030, 9, 30), 400)
		order_row(account, date(2030, 10, 1), 1000)
		order_row(account, date(2031, 3, 1), 500)
		with on_day(date(2031, 2, 3)):
			make_visit_log(
				account.name,
				visit_date="2031-02-03",
				status="Completed",
				discussion="Prices",
				competitor_news="Opens a branch",
				next_step="Send samples",
				needs=[{"need": "Faster delivery"}],
			)
			missed = make_visit_log(account.name, visit_date="2031-02-10")
		frappe.db.set_value("Visit Log", missed.name, "status", "Missed")
		insert("Issue", subject="Scratches", customer=account.customer, opening_date="2031-01-15")
		draft(LEAD)
		[made] = reports_of(account)
		assert (made.ordered, made.visits_held, made.visits_missed) == (1500, 1, 1)
		assert (made.complaints, made.open_needs) == (1, 1)
		assert (made.needs, made.competitor_news, made.next_steps) == (
			"Faster delivery",
			"Opens a branch",
			"Send samples",
		)
		assert len(visits_of(account)) == 2


class TestHandOver:
	def test_the_whole_way_in_time(self, report, manager, chief, deputy, as_user):
		write(report, manager, END, as_user, summary=SUMMARY)
		assert handed(report, manager, END, as_user) == "With Supervisor"
		assert handed(report, manager, date(2031, 4, 2), as_user) == "With Manager"
		assert handed(report, chief, date(2031, 4, 6), as_user) == "With Deputy General Manager"
		assert handed(report, deputy, date(2031, 4, 9), as_user) == "Read"
		report.reload()
		steps = [(step.stage, step.handed_over_by, step.due_date, step.is_late) for step in report.steps]
		assert steps == [
			("With Supervisor", manager, END, 0),
			("With Manager", manager, date(2031, 4, 2), 0),
			("With Deputy General Manager", chief, date(2031, 4, 6), 0),
			("Read", deputy, None, 0),
		]

	def test_late_is_recorded(self, report, manager, as_user):
		write(report, manager, END, as_user, summary=SUMMARY)
		handed(report, manager, date(2031, 4, 1), as_user)
		report.reload()
		assert report.steps[0].is_late == 1

	def test_nothing_is_handed_over_unwritten(self, report, manager, as_user):
		with pytest.raises(frappe.MandatoryError, match="Summary"):
			handed(report, manager, END, as_user)

	def test_sales_can_not_skip_the_manager(self, report, manager, chief, as_user):
		write(report, manager, END, as_user, summary=SUMMARY)
		handed(report, manager, END, as_user)
		handed(report, manager, END, as_user)
		with pytest.raises(frappe.PermissionError, match="With Manager"):
			handed(report, manager, END, as_user)

	def test_only_the_deputy_reads_it(self, report, manager, chief, as_user):
		write(report, manager, END, as_user, summary=SUMMARY)
		handed(report, manager, END, as_user)
		handed(report, manager, END, as_user)
		handed(report, chief, END, as_user)
		with pytest.raises(frappe.PermissionError, match="Deputy"):
			handed(report, chief, END, as_user)

	@pytest.mark.parametrize("user", ["manager", "chief"])
	def test_stage_days_figures_and_hand_overs_are_not_written_by_hand(self, request, report, user, as_user):
		values = {"status": "Read", "due_manager": "2040-01-01", "ordered": 9, "steps": [{"stage": "Read"}]}
		write(report, request.getfixturevalue(user), END, as_user, **values)
		report.reload()
		assert (report.status, report.due_manager, report.ordered, report.steps) == (
			"Draft",
			date(2031, 4, 2),
			0,
			[],
		)

	def test_a_new_report_begins_as_a_draft_whatever_is_sent(self, account, manager, as_user):
		with on_day(LEAD), as_user(manager):
			made = insert(
				"Key Account Report",
				key_account=account.name,
				period_start="2031-03-01",
				period_end=END,
				status="Read",
				steps=[{"stage": "Read"}],
				received=5,
			)
		assert (made.status, made.steps, made.received, made.due_manager) == (
			"Draft",
			[],
			0,
			date(2031, 4, 2),
		)

	def test_what_sales_handed_over_they_change_no_more(self, report, manager, as_user):
		write(report, manager, END, as_user, summary=SUMMARY)
		handed(report, manager, END, as_user)
		handed(report, manager, END, as_user)
		with pytest.raises(frappe.PermissionError, match="handed over"):
			write(report, manager, END, as_user, summary="All is well")

	def test_the_manager_comments_and_keeps_it(self, report, manager, chief, as_user):
		write(report, manager, END, as_user, summary=SUMMARY)
		handed(report, manager, END, as_user)
		handed(report, manager, END, as_user)
		write(report, chief, END, as_user, manager_comment="Visit them in May")
		assert (
			frappe.db.get_value("Key Account Report", report.name, "manager_comment") == "Visit them in May"
		)
		with pytest.raises(frappe.PermissionError, match="stays"), as_user(chief):
			frappe.delete_doc("Key Account Report", report.name)

	def test_the_next_reader_is_told(self, report, manager, chief, deputy, as_user, jobs):
		write(report, manager, END, as_user, summary=SUMMARY)
		handed(report, manager, END, as_user)
		handed(report, manager, END, as_user)
		handed(report, chief, END, as_user)
		open_now = frappe.get_all(
			"ToDo", {"reference_name": report.name, "status": "Open"}, pluck="allocated_to"
		)
		assert open_now == [deputy]
