"""Complaints of key accounts in ERPNext's Issue (R51)."""

import frappe
import pytest
from erpnext.support.doctype.issue.issue import auto_close_tickets
from frappe.utils import add_days, add_to_date, getdate, now_datetime, nowdate

from kam_extension.integration.service import complaint_watch, service_levels
from kam_extension.integration.service.complaint_figures import complaint_figures, complaints_by_month
from tests.site.factories import (
	company,
	make_customer,
	make_department,
	make_key_account,
	make_user,
)
from tests.site.service_setup import completed, make_issue, settings


@pytest.fixture
def account(site):
	return make_key_account()


def command(method: str, **arguments):
	"""Call a whitelisted method of ERPNext as a request does."""
	frappe.local.form_dict = frappe._dict(arguments)
	frappe.local.request = frappe._dict(method="POST")
	return frappe.handler.execute_cmd(f"erpnext.support.doctype.issue.issue.{method}")


class TestBelonging:
	def test_issue_of_a_key_account_knows_account_and_tier(self, account):
		issue = make_issue(account.customer)
		assert (issue.kam_key_account, issue.kam_tier) == (account.name, "A")

	def test_a_request_can_not_say_otherwise(self, account):
		other = make_key_account()
		issue = make_issue(
			account.customer, kam_key_account=other.name, kam_tier="C", kam_escalation="Plan Late"
		)
		assert (issue.kam_key_account, issue.kam_tier, issue.kam_escalation) == (account.name, "A", None)

	def test_other_customers_issues_stay_as_they_are(self):
		issue = make_issue(make_customer().name, status="Closed")
		assert issue.kam_key_account is None
		assert issue.kam_solved_on is None

	def test_switched_off_nothing_happens(self, account):
		settings(enabled=0)
		issue = make_issue(account.customer, kam_kind="Complaint", status="Closed")
		assert issue.kam_key_account is None

	def test_urgency_gives_the_priority_where_there_is_none(self, account):
		assert make_issue(account.customer, kam_urgency="High").priority == "High"
		assert make_issue(account.customer, kam_urgency="High", priority="Low").priority == "Low"


class TestClosing:
	@pytest.mark.parametrize(
		("missing", "label"),
		[
			("kam_kind", "Kind"),
			("kam_cause", "Cause"),
			("kam_responsible_unit", "Responsible Unit"),
			("kam_prevention", "Prevention"),
			("kam_confirmed_by", "Confirmed By"),
			("kam_confirmed_on", "Confirmed On"),
		],
	)
	def test_an_incomplete_complaint_stays_open(self, account, missing, label):
		issue = make_issue(account.customer, **completed(**{missing: None}))
		issue.status = "Closed"
		with pytest.raises(frappe.MandatoryError, match=label):
			issue.save()

	def test_a_complete_one_is_closed(self, account):
		issue = make_issue(account.customer, **completed())
		issue.status = "Closed"
		issue.save()
		assert frappe.db.get_value("Issue", issue.name, "status") == "Closed"
		assert issue.kam_solved_on

	@pytest.mark.parametrize("kind", ["Question", "Request"])
	def test_other_kinds_need_nothing(self, account, kind):
		issue = make_issue(account.customer, kam_kind=kind, status="Closed")
		assert issue.status == "Closed"

	def test_what_is_missing_is_only_told_where_settings_say_so(self, account):
		settings(complaint_closing_action="Warn")
		issue = make_issue(account.customer, kam_kind="Complaint", status="Closed")
		assert issue.status == "Closed"
		assert "Cause" in str(frappe.message_log)

	def test_off_says_nothing(self, account):
		settings(complaint_closing_action="Off")
		make_issue(account.customer, kam_kind="Complaint", status="Closed")
		assert not frappe.message_log

	def test_one_that_was_closed_before_may_be_saved(self, account):
		issue = make_issue(account.customer, kam_kind="Complaint")
		issue.db_set("status", "Closed")
		issue.reload()
		issue.resolution_details = "Long ago"
		issue.save()
		issue.kam_cause = "Found later"
		with pytest.raises(frappe.MandatoryError, match="Prevention"):
			issue.save()

	def test_the_list_closes_none_past_the_rule(self, account):
		issue, other = make_issue(account.customer), make_issue(make_customer().name)
		with pytest.raises(frappe.MandatoryError):
			command("set_multiple_status", names=f'["{issue.name}"]', status="Closed")
		with pytest.raises(frappe.MandatoryError):
			command("set_status", name=issue.name, status="Closed")
		command("set_multiple_status", names=f'["{other.name}"]', status="Closed")
		assert frappe.db.get_value("Issue", issue.name, "status") == "Open"
		assert frappe.db.get_value("Issue", other.name, "status") == "Closed"

	def test_the_list_needs_the_right_to_write(self, account, as_user):
		issue = make_issue(account.customer, **completed())
		with as_user(make_user("KAM Finance")), pytest.raises(frappe.PermissionError):
			command("set_status", name=issue.name, status="Closed")

	def test_the_nightly_closing_passes_incomplete_ones_over(self, account):
		"""ERPNext saves one after the other: an error would leave all the rest open."""
		incomplete = make_issue(account.customer, kam_kind="Complaint", status="Replied")
		complete = make_issue(account.customer, **completed(status="Replied"))
		other = make_issue(make_customer().name, status="Replied")
		long_ago = add_to_date(now_datetime(), days=-30)
		for issue in (incomplete, complete, other):
			issue.db_set("modified", long_ago, update_modified=False)
		auto_close_tickets()
		states = [frappe.db.get_value("Issue", one.name, "status") for one in (incomplete, complete, other)]
		assert states == ["Replied", "Closed", "Closed"]

	def test_only_managers_make_a_complaint_something_else(self, account, as_user):
		account.append("team", {"user": make_user("KAM User"), "responsibility": "Sales"})
		account.save()
		issue = make_issue(account.customer, kam_kind="Complaint")
		with as_user(account.team[0].user):
			mine = frappe.get_doc("Issue", issue.name)
			mine.kam_kind = "Question"
			with pytest.raises(frappe.PermissionError, match="KAM Manager"):
				mine.save()
		with as_user(make_user("KAM Manager")):
			theirs = frappe.get_doc("Issue", issue.name)
			theirs.kam_kind = "Question"
			theirs.save()
		assert frappe.db.get_value("Issue", issue.name, "kam_kind") == "Question"

	def test_repeats_are_of_the_same_customer(self, account):
		earlier = make_issue(account.customer)
		assert make_issue(account.customer, kam_repeat_of=earlier.name).kam_repeat_of == earlier.name
		with pytest.raises(frappe.ValidationError, match="no earlier issue"):
			make_issue(account.customer, kam_repeat_of=make_issue(make_customer().name).name)

	def test_nobody_has_confirmed_in_the_future(self, account):
		with pytest.raises(frappe.ValidationError, match="future"):
			make_issue(account.customer, **completed(kam_confirmed_on=add_days(nowdate(), 1)))


class TestToDo:
	def test_the_responsible_person_has_it_until_it_is_solved(self, account):
		first, second = make_user("KAM User"), make_user("KAM User")
		due = add_days(nowdate(), 5)
		issue = make_issue(account.customer, **completed(kam_responsible=first, kam_plan_due=due))
		assert todos(issue) == [(first, "Open", getdate(due))]
		issue.kam_responsible = second
		issue.save()
		assert todos(issue) == [(first, "Cancelled", getdate(due)), (second, "Open", getdate(due))]
		issue.status = "Closed"
		issue.save()
		assert [state for _user, state, _day in todos(issue)] == ["Cancelled", "Closed"]

	def test_who_ticked_it_off_is_not_asked_again(self, account):
		issue = make_issue(account.customer, kam_responsible=make_user("KAM User"))
		frappe.db.set_value("ToDo", {"reference_name": issue.name}, "status", "Closed")
		issue.description = "More"
		issue.save()
		assert [state for _user, state, _day in todos(issue)] == ["Closed"]

	def test_the_plan_moves_its_day(self, account):
		issue = make_issue(account.customer, kam_responsible=make_user("KAM User"))
		issue.kam_plan_due = add_days(nowdate(), 9)
		issue.save()
		assert todos(issue)[0][2] == getdate(issue.kam_plan_due)


def todos(issue) -> list[tuple]:
	filters = {"reference_type": "Issue", "reference_name": issue.name}
	rows = frappe.get_all("ToDo", filters, ["allocated_to", "status", "date"], order_by="creation, name")
	return sorted(((row.allocated_to, row.status, row.date) for row in rows), key=lambda row: row[1])


class TestServiceLevels:
	@pytest.fixture
	def agreements(self, site):
		make_holidays()
		return service_levels.create_service_levels()

	def test_each_tier_has_its_hours(self, agreements, account):
		issue = make_issue(account.customer, priority="High")
		assert issue.service_level_agreement in agreements
		rows = frappe.get_all(
			"Service Level Priority",
			{"parent": ("in", agreements), "priority": "High"},
			["parent", "response_time", "resolution_time"],
			order_by="response_time",
		)
		assert [(row.response_time, row.resolution_time) for row in rows][:2] == [
			(4 * 3600, 24 * 3600),
			(8 * 3600, 48 * 3600),
		]
		assert rows[0].parent == issue.service_level_agreement
		assert issue.response_by
		assert make_issue(make_key_account(tier="B").customer).service_level_agreement == rows[1].parent

	def test_other_customers_get_none(self, agreements):
		assert not make_issue(make_customer().name).service_level_agreement

	def test_a_second_time_makes_nothing(self, agreements):
		assert service_levels.create_service_levels() == []

	def test_uninstall_takes_them_back(self, agreements, account):
		issue = make_issue(account.customer)
		service_levels.remove_service_levels()
		issue.reload()
		issue.save()
		assert not issue.service_level_agreement
		assert not frappe.db.exists("Service Level Agreement", {"name": ("in", agreements)})
		assert not frappe.db.get_single_value("Support Settings", "track_service_level_agreement")

	def test_needs_the_right_to_change_settings(self, as_user):
		make_holidays()
		with as_user(make_user("KAM Manager")), pytest.raises(frappe.PermissionError):
			service_levels.create_service_levels()

	def test_hours_have_to_make_sense(self):
		make_holidays()
		settings(response_hours=30)
		with pytest.raises(frappe.ValidationError, match="Resolution Within"):
			service_levels.create_service_levels()


def make_holidays() -> None:
	if not frappe.db.get_value("Company", company(), "default_holiday_list"):
		holidays = frappe.get_doc(
			doctype="Holiday List", holiday_list_name="None", from_date="2020-01-01", to_date="2040-12-31"
		).insert()
		frappe.db.set_value("Company", company(), "default_holiday_list", holidays.name)


class TestEscalation:
	def late(self, account, **fields):
		issue = make_issue(account.customer, kam_kind="Complaint", kam_responsible=make_user("KAM User"))
		issue.db_set(fields)
		return issue

	@pytest.mark.parametrize(
		("field", "level"),
		[
			("response_by", "First Response Late"),
			("sla_resolution_by", "Resolution Late"),
			("kam_plan_due", "Plan Late"),
		],
	)
	def test_each_step_is_told_once(self, account, jobs, field, level):
		issue = self.late(account, **{field: add_days(nowdate(), -1)})
		complaint_watch.hourly()
		assert frappe.db.get_value("Issue", issue.name, "kam_escalation") == level
		[job] = [job for job in jobs.named("make_notification_logs") if issue.name in str(job.arguments)]
		assert issue.kam_responsible in job.arguments["users"]
		jobs.jobs.clear()
		complaint_watch.hourly()
		assert not jobs.jobs

	def test_a_later_step_is_told_too(self, account, jobs):
		issue = self.late(account, response_by=add_days(nowdate(), -2))
		complaint_watch.hourly()
		issue.db_set("sla_resolution_by", add_days(nowdate(), -1))
		complaint_watch.hourly()
		assert frappe.db.get_value("Issue", issue.name, "kam_escalation") == "Resolution Late"

	@pytest.mark.parametrize(
		"fields", [{"status": "Resolved"}, {"kam_kind": "Question"}, {"kam_plan_due": None}]
	)
	def test_who_is_not_late_is_left_alone(self, account, fields):
		issue = self.late(account, **{"kam_plan_due": add_days(nowdate(), -1)} | fields)
		complaint_watch.hourly()
		assert not frappe.db.get_value("Issue", issue.name, "kam_escalation")


class TestFigures:
	def figures(self, account, **period):
		start, end = period.get("start", nowdate()), period.get("end", nowdate())
		return complaint_figures([account.name], getdate(start), getdate(end))[account.name]

	def test_counts_rates_and_times(self, account):
		opened = {"opening_date": nowdate(), "opening_time": "08:00:00"}
		first = make_issue(account.customer, **opened)
		second = make_issue(account.customer, kam_kind="Complaint", kam_repeat_of=first.name, **opened)
		make_issue(account.customer, kam_kind="Question", **opened)
		third = make_issue(account.customer, kam_plan_due=add_days(nowdate(), -1), **opened)
		day = nowdate()
		first.db_set(
			{"status": "Closed", "kam_solved_on": f"{day} 18:00:00", "first_responded_on": f"{day} 09:00:00"}
		)
		second.db_set({"status": "Resolved", "kam_solved_on": f"{day} 20:00:00", "kam_is_satisfied": "No"})
		second.db_set("kam_plan_due", add_days(day, -1))
		third.db_set("first_responded_on", f"{day} 11:00:00")
		found = self.figures(account)
		assert (found.complaints, found.solved, found.open, found.overdue, found.repeats) == (3, 2, 1, 1, 1)
		assert (found.resolution_rate, found.repeat_rate, found.dissatisfied) == (66.67, 33.33, 1)
		assert (found.response_hours, found.solution_hours) == (2, 11)

	def test_both_ends_of_the_period_count(self, account):
		for days in (-3, -2, -1, 0, 0):
			make_issue(account.customer, opening_date=add_days(nowdate(), days))
		found = self.figures(account, start=add_days(nowdate(), -2), end=add_days(nowdate(), -1))
		assert found.complaints == 2
		assert found.response_hours is None

	def test_issues_from_before_the_account_count(self):
		customer = make_customer().name
		make_issue(customer)
		account = make_key_account(customer)
		assert self.figures(account).complaints == 1

	def test_accounts_without_complaint_are_left_out(self, account):
		assert complaint_figures([account.name], getdate(), getdate()) == {}
		assert complaint_figures([], getdate(), getdate()) == {}
		assert account.name not in complaint_figures(None, getdate(), getdate())

	def test_by_month(self, account):
		make_issue(account.customer, opening_date="2026-03-31")
		make_issue(account.customer, opening_date="2026-04-01").db_set("status", "Closed")
		found = complaints_by_month([account.name], getdate("2026-01-01"), getdate("2026-12-31"))
		assert found == {"2026-03": (1, 0), "2026-04": (1, 1)}


class TestRights:
	def test_sales_see_issues_of_their_own_accounts(self, as_user):
		user = make_user("KAM User")
		mine = make_issue(make_key_account(account_manager=user).customer)
		others = make_issue(make_key_account().customer)
		nobodys = make_issue(make_customer().name)
		with as_user(user):
			names = set(frappe.get_list("Issue", pluck="name", limit_page_length=0))
			assert mine.name in names
			assert names.isdisjoint({others.name, nobodys.name})
			assert frappe.get_doc("Issue", mine.name).has_permission("write")
			for hidden in (others, nobodys):
				assert not frappe.get_doc("Issue", hidden.name).has_permission("read")

	def test_who_has_it_to_handle_sees_it(self, account, as_user):
		user = make_user("KAM User")
		issue = make_issue(account.customer, kam_responsible=user)
		with as_user(user):
			assert issue.name in frappe.get_list("Issue", pluck="name", limit_page_length=0)
			assert frappe.get_doc("Issue", issue.name).has_permission("read")

	def test_the_support_team_sees_all(self, account, as_user):
		issue = make_issue(account.customer)
		with as_user(make_user("KAM User", "Support Team")):
			assert issue.name in frappe.get_list("Issue", pluck="name", limit_page_length=0)
			assert frappe.get_doc("Issue", issue.name).has_permission("read")

	def test_managers_see_all_and_delete_none(self, account, as_user):
		issue = make_issue(account.customer)
		with as_user(make_user("KAM Manager")):
			document = frappe.get_doc("Issue", issue.name)
			assert document.has_permission("write")
			assert not document.has_permission("delete")


def test_a_unit_that_is_responsible_is_a_department(account):
	unit = make_department().name
	assert make_issue(account.customer, kam_responsible_unit=unit).kam_responsible_unit == unit
