"""An open Risk Report: measures, escalation level by level, closing with evidence, opening again (R55)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.risk.escalation import escalate
from kam_extension.integration.risk.reopening import reopen_worse
from tests.site.churn_setup import make_silent_account
from tests.site.factories import make_policy, make_user
from tests.site.risk_setup import (
	EVIDENCE,
	follow_up,
	let_days_pass,
	make_risk_report,
	make_team,
	open_todos,
	ready_to_close,
	set_settings,
	told,
)

STATEMENT = "The bank guarantees the rest"


@pytest.fixture
def team():
	return make_team()


@pytest.fixture
def report(team):
	return make_risk_report(team[2], "High")


def in_days(days: int):
	return getdate(add_days(nowdate(), days))


class TestOpening:
	@pytest.mark.parametrize(
		("level", "expected"),
		[
			("Low", ("Closed", None, None)),
			("Medium", ("Closed", None, None)),
			("High", ("Open", "Account Manager", 7)),
			("Critical", ("Open", "Account Manager", 1)),
		],
	)
	def test_high_and_critical_stay_open(self, team, level, expected):
		report = make_risk_report(team[2], level)
		status, step, days = expected
		assert follow_up(report) == (status, step, days and in_days(days))

	def test_others_while_they_have_measures(self, team):
		report = make_risk_report(team[2], "Medium", measures=[{"measure": "Meet the new director"}])
		assert follow_up(report)[:2] == ("Open", None)

	def test_days_are_settings(self, team):
		set_settings(risk_days_high_1=3)
		assert follow_up(make_risk_report(team[2], "High"))[2] == in_days(3)

	def test_the_account_manager_has_it_to_do(self, team, report):
		assert [user for user, _text in open_todos(report)] == [team[0]]

	def test_cancelling_takes_it_off_the_lists(self, team):
		measures = [{"measure": "Meet the director", "responsible": team[0]}]
		report = make_risk_report(team[2], "High", measures=measures, cancel_reason="Mixed up")
		assert len(open_todos(report)) == 2
		report.cancel()
		assert (follow_up(report)[0], open_todos(report)) == ("Cancelled", [])


class TestEscalation:
	def test_level_by_level_each_with_its_time(self, team, report):
		director, executive = make_user("KAM Director"), make_user("KAM Executive")
		steps = []
		for _night in range(4):
			let_days_pass(report, 8)
			assert escalate(getdate()) == 1
			steps.append((follow_up(report)[1], follow_up(report)[2]))
		names = ["KAM Manager", "KAM Director", "KAM Executive", "KAM Executive"]
		assert steps == [(name, in_days(7)) for name in names]
		assert {team[1], director, executive} <= set(told(report))
		recorded = frappe.get_doc("Risk Report", report.name).escalations
		assert [row.escalation_level for row in recorded if row.user in (team[0], team[1], director)] == [
			"Account Manager",
			"KAM Manager",
			"KAM Director",
		]

	def test_not_before_the_day_has_passed(self, report):
		let_days_pass(report, 7)
		assert escalate(getdate()) == 0
		let_days_pass(report, 1)
		assert escalate(getdate()) == 1

	def test_a_second_run_does_nothing(self, report):
		let_days_pass(report, 30)
		escalate(getdate())
		before = told(report), open_todos(report)
		assert escalate(getdate()) == 0
		assert (told(report), open_todos(report)) == before

	def test_whoever_had_it_before_has_it_no_more(self, team, report):
		let_days_pass(report, 8)
		escalate(getdate())
		users = [user for user, _text in open_todos(report)]
		assert team[1] in users and team[0] not in users

	def test_of_the_accounts_own_people_those_with_the_role(self):
		manager, other = make_user("KAM Manager"), make_user("KAM Manager")
		_seller, _manager, account = make_team(team=[{"user": manager, "function": "Sales"}])
		report = make_risk_report(account, "High")
		let_days_pass(report, 8)
		escalate(getdate())
		assert [user for user, _text in open_todos(report)] == [manager]
		assert other not in told(report)

	def test_many_at_once_are_one_notice(self, team):
		reports = [make_risk_report(make_team()[2], "High") for _number in range(4)]
		for report in reports:
			let_days_pass(report, 8)
		escalate(getdate())
		logs = frappe.get_all("Notification Log", {"for_user": team[1]}, ["subject", "link"])
		assert [log.subject.split(":")[0] for log in logs] == ["4 Risk Reports have come up to you"]
		assert logs[0].link == "/app/risk-report?status=Open"

	def test_closed_reports_stay(self, report):
		ready_to_close(report).close(STATEMENT)
		frappe.db.set_value("Risk Report", report.name, "escalation_due", in_days(-30))
		assert escalate(getdate()) == 0

	def test_a_failing_one_does_not_stop_the_others(self, team, report):
		other = make_risk_report(make_team()[2], "High")
		for one in (report, other):
			let_days_pass(one, 8)
		frappe.db.set_value("Risk Report", report.name, "escalation_level", "Nobody")
		assert escalate(getdate()) == 1
		assert follow_up(other)[1] == "KAM Manager"

	def test_nobody_moves_the_deadline_by_hand(self, report):
		report.reload()
		report.update({"escalation_due": in_days(300), "status": "Closed", "escalations": []})
		report.save()
		assert follow_up(report)[::2] == ("Open", in_days(7))
		assert len(report.escalations) == 1

	@pytest.mark.committing
	def test_two_runs_at_the_same_moment(self, in_parallel):
		report = make_risk_report(make_team()[2], "High")
		let_days_pass(report, 8)

		def run():
			return escalate(getdate(), commits=True)

		results = in_parallel(run, run)
		assert all(isinstance(result, int) for result in results), results
		assert follow_up(report)[1] == "KAM Manager"


class TestMeasures:
	@pytest.fixture
	def measured(self, team):
		colleague = make_user("KAM User")
		row = {"measure": "Talk to the bank", "responsible": colleague, "due_date": in_days(5)}
		return make_risk_report(team[2], "Medium", measures=[row]), colleague

	def todo_of(self, report):
		names = frappe.get_all(
			"ToDo", {"kam_source_row": report.measures[0].name, "status": "Open"}, pluck="name"
		)
		return frappe.get_doc("ToDo", names[0]) if names else None

	def test_end_with_evidence_only(self, measured):
		report, _colleague = measured
		for status in ("Done", "Cancelled"):
			report.reload()
			report.measures[0].status = status
			with pytest.raises(frappe.ValidationError, match="row 1"):
				report.save()
		report.reload()
		report.measures[0].update({"status": "Done", "evidence": EVIDENCE})
		assert report.save().measures[0].status == "Done"

	def test_are_to_dos_of_those_responsible(self, measured):
		report, colleague = measured
		todo = self.todo_of(report)
		assert (todo.allocated_to, todo.date) == (colleague, in_days(5))
		assert "Talk to the bank" in todo.description

	def test_follow_the_report(self, measured):
		report, _colleague = measured
		other = make_user("KAM User")
		report.reload()
		report.measures[0].update({"responsible": other, "due_date": in_days(9)})
		report.save()
		assert (self.todo_of(report).allocated_to, self.todo_of(report).date) == (other, in_days(9))
		report.measures[0].update({"status": "Done", "evidence": EVIDENCE})
		report.save()
		assert self.todo_of(report) is None

	def test_a_removed_one_has_no_to_do(self, measured):
		report, _colleague = measured
		report.reload()
		report.measures = []
		report.save()
		assert open_todos(report) == []

	def test_a_saved_report_makes_no_second_one(self, measured):
		report, _colleague = measured
		report.reload()
		report.save()
		assert len(open_todos(report)) == 1

	def test_follow_the_to_do(self, measured, as_user):
		report, colleague = measured
		todo = self.todo_of(report)
		with as_user(colleague):
			todo.update({"date": in_days(7)}).save()
			todo.update({"status": "Closed"}).save()
		report.reload()
		assert (report.measures[0].status, report.measures[0].due_date) == ("Reported Done", in_days(7))
		todo.update({"status": "Open"}).save()
		report.reload()
		assert report.measures[0].status == "Open"


class TestClosing:
	def test_with_evidence_and_a_statement(self, team, report, as_user):
		with as_user(team[0]):
			ready_to_close(report).close(STATEMENT)
		report.reload()
		assert (report.status, report.closed_by, report.closing_statement) == ("Closed", team[0], STATEMENT)
		assert (report.escalation_due, open_todos(report)) == (None, [])

	@pytest.mark.parametrize(
		("measures", "message"),
		[
			([], "at least one measure"),
			([{"measure": "Talk to the bank"}], "set each measure to Done or Cancelled"),
			([{"measure": "Talk", "status": "Reported Done"}], "set each measure to Done or Cancelled"),
		],
	)
	def test_not_without_evidence(self, report, measures, message):
		report.reload()
		for row in measures:
			report.append("measures", row)
		report.save()
		with pytest.raises(frappe.ValidationError, match=message):
			report.close(STATEMENT)

	def test_not_without_a_statement(self, report):
		with pytest.raises(frappe.MandatoryError, match="Closing Statement"):
			ready_to_close(report).close(" ")

	def test_a_critical_one_not_without_a_special_meeting(self, team):
		report = make_risk_report(team[2], "Critical")
		report.reload()
		report.append("measures", {"measure": "Deliver nothing", "status": "Done", "evidence": EVIDENCE})
		report.save()
		with pytest.raises(frappe.ValidationError, match="special meeting"):
			report.close(STATEMENT)
		set_settings(risk_critical_needs_meeting=0)
		report.close(STATEMENT)
		assert follow_up(report)[0] == "Closed"

	@pytest.mark.parametrize(
		("steps", "refused", "allowed"),
		[
			(0, "KAM User", "KAM Manager"),
			(1, "KAM User", "KAM Manager"),
			(2, "KAM Manager", "KAM Director"),
			(3, "KAM Director", "KAM Executive"),
		],
	)
	def test_by_the_role_at_its_step_or_above(self, report, as_user, steps, refused, allowed):
		ready_to_close(report)
		for _night in range(steps):
			let_days_pass(report, 8)
			escalate(getdate())
		users = [make_user(role) for role in (refused, allowed)]
		with as_user(users[0]), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Risk Report", report.name).close(STATEMENT)
		with as_user(users[1]):
			frappe.get_doc("Risk Report", report.name).close(STATEMENT)
		assert follow_up(report)[0] == "Closed"

	def test_an_escalated_one_not_by_the_account_manager(self, team, report, as_user):
		ready_to_close(report)
		let_days_pass(report, 8)
		escalate(getdate())
		with as_user(team[0]), pytest.raises(frappe.PermissionError, match="KAM Manager"):
			frappe.get_doc("Risk Report", report.name).close(STATEMENT)

	def test_once(self, report):
		ready_to_close(report).close(STATEMENT)
		with pytest.raises(frappe.ValidationError, match="is not open"):
			report.close(STATEMENT)


class TestReopening:
	@pytest.fixture(autouse=True)
	def policy(self, site):
		return make_policy()

	def close_about(self, days: int):
		account = make_silent_account(days)
		report = make_risk_report(
			account, "High", indicators=[{"indicator": "Order Silence", "level": "Medium"}]
		)
		ready_to_close(report).close(STATEMENT)
		return report

	def test_when_an_indicator_is_worse(self):
		report = self.close_about(30)
		assert reopen_worse(getdate()) == 1
		report.reload()
		assert (report.status, report.escalation_level, report.closed_by) == ("Open", "Account Manager", None)
		assert [(row.indicator, row.level) for row in report.indicators] == [
			("Order Silence", "Medium"),
			("Order Silence", "High"),
		]
		assert report.indicators[1].evidence.startswith("As of")

	def test_not_when_it_is_as_it_was(self):
		report = self.close_about(20)
		assert reopen_worse(getdate()) == 0
		assert follow_up(report)[0] == "Closed"

	def test_once_for_the_same(self):
		report = self.close_about(30)
		reopen_worse(getdate())
		assert reopen_worse(getdate()) == 0
		report.reload()
		report.close(STATEMENT)
		assert reopen_worse(getdate()) == 0

	def test_not_when_a_later_report_decides(self):
		report = self.close_about(30)
		later = frappe.get_doc("Key Account", report.key_account)
		make_risk_report(later, "High")
		assert reopen_worse(getdate()) == 0

	def test_not_one_that_was_never_open(self):
		account = make_silent_account(30)
		make_risk_report(account, "Medium")
		assert reopen_worse(getdate()) == 0
