"""Risk Report: its level, who may raise and lower it, and what it does to the account (R53, R54; S0 article 8)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.factories import make_key_account, make_policy, make_user, make_visit_log
from tests.site.risk_setup import REASON, make_risk_report, make_team, set_settings, state


def yesterday():
	return add_days(nowdate(), -1)


@pytest.fixture
def account():
	return make_key_account()


class TestAccount:
	def test_draft_changes_nothing(self, account):
		make_risk_report(account, "High", submit=False)
		assert state(account) == (None, "Active", None)

	def test_submitted_level_reaches_account_and_customer(self, account):
		make_risk_report(account, "High")
		assert state(account) == ("High", "Active", "High")

	def test_critical_by_one_of_the_team_suspends_at_once(self, as_user):
		seller, _manager, account = make_team()
		with as_user(seller):
			make_risk_report(account, "Critical")
		assert state(account) == ("Critical", "Suspended", "Critical")

	def test_critical_report_leaves_a_terminated_account_terminated(self, account):
		frappe.db.set_value("Key Account", account.name, "status", "Terminated")
		make_risk_report(account, "Critical")
		assert state(account)[1] == "Terminated"

	def test_an_older_report_does_not_outvote_a_younger_one(self, account):
		make_risk_report(account, "Medium")
		make_risk_report(account, "High", report_date=yesterday())
		assert state(account)[0] == "Medium"


class TestLevel:
	def test_level_below_an_indicator_needs_a_reason(self, account):
		indicators = [
			{"indicator": "Complaints", "level": "Medium"},
			{"indicator": "Overdue Share", "level": "High"},
		]
		with pytest.raises(frappe.ValidationError, match="Risk Level"):
			make_risk_report(account, "Medium", indicators=indicators)
		report = make_risk_report(account, "Medium", indicators=indicators, lowering_reason=REASON)
		assert (report.docstatus, report.indicated_level) == (1, "High")

	@pytest.mark.parametrize(
		("event", "level"),
		[
			("Leadership Change", "Medium"),
			("Broken Payment Promise", "High"),
			("Lawsuit or Financing Trouble", "High"),
			("Bankruptcy Sign", "Critical"),
		],
	)
	def test_a_judged_event_has_its_least_level(self, account, event, level):
		levels = ["Low", "Medium", "High", "Critical"]
		rows = [{"indicator": event, "level": "Low", "evidence": "Seen in the newspaper"}]
		with pytest.raises(frappe.ValidationError, match="Risk Level"):
			make_risk_report(account, levels[levels.index(level) - 1], indicators=rows)
		assert make_risk_report(account, level, indicators=rows).risk_level == level

	def test_the_level_of_an_event_is_a_setting(self, account):
		set_settings(risk_level_lawsuit="Medium")
		rows = [{"indicator": "Lawsuit or Financing Trouble", "level": "Medium"}]
		assert make_risk_report(account, "Medium", indicators=rows).docstatus == 1

	def test_lowering_needs_a_reason_raising_none(self, account):
		make_risk_report(account, "Medium", report_date=yesterday())
		assert make_risk_report(account, "High").previous_risk_level == "Medium"
		with pytest.raises(frappe.ValidationError, match="Reason for a Lower Level"):
			make_risk_report(account, "Low")

	def test_a_new_leader_who_was_met_lowers_the_row(self, account):
		change = {
			"indicator": "Leadership Change",
			"level": "Medium",
			"event_date": add_days(nowdate(), -20),
			"person": "Wang Wei",
		}
		report = make_risk_report(account, "Medium", indicators=[change], submit=False)
		assert report.indicators[0].level == "Medium"
		visit = make_visit_log(
			account.name,
			status="Completed",
			visit_date=add_days(nowdate(), -5),
			discussion="First talk",
			customer_participants="Ms Li, Wang Wei",
		)
		report.save()
		assert report.indicators[0].level == "Low"
		assert visit.name in report.indicators[0].evidence

	@pytest.mark.parametrize(
		"visit",
		[
			{"customer_participants": "Somebody else"},
			{"status": "Planned", "day": 3},
			{"day": -30},
			{"visit_type": "Call"},
		],
		ids=["another-person", "only-planned", "before-the-change", "a-call"],
	)
	def test_other_visits_do_not(self, account, visit):
		values = {"status": "Completed", "discussion": "Talk", "customer_participants": "Wang Wei", "day": -5}
		values |= visit
		make_visit_log(account.name, visit_date=add_days(nowdate(), values.pop("day")), **values)
		change = {
			"indicator": "Leadership Change",
			"level": "Medium",
			"event_date": add_days(nowdate(), -20),
			"person": "Wang Wei",
		}
		report = make_risk_report(account, "Medium", indicators=[change])
		assert report.indicators[0].level == "Medium"

	def test_report_of_tomorrow(self, account):
		with pytest.raises(frappe.ValidationError, match="Report Date"):
			make_risk_report(account, report_date=add_days(nowdate(), 1))


class TestLowering:
	@pytest.fixture
	def team(self):
		seller, manager, account = make_team()
		make_risk_report(account, "High", report_date=yesterday())
		return seller, manager, account

	def test_not_by_the_account_manager(self, team, as_user):
		seller, _manager, account = team
		with as_user(seller), pytest.raises(frappe.PermissionError, match="KAM Manager"):
			make_risk_report(account, "Low", lowering_reason=REASON)
		assert state(account)[0] == "High"

	def test_not_by_a_manager_who_wrote_it(self, team, as_user):
		_seller, manager, account = team
		with as_user(manager), pytest.raises(frappe.PermissionError, match="You wrote this report"):
			make_risk_report(account, "Low", lowering_reason=REASON)

	def test_not_by_a_manager_who_changed_its_level(self, team, as_user):
		seller, manager, account = team
		with as_user(seller):
			report = make_risk_report(account, "High", submit=False)
		with as_user(manager):
			report = frappe.get_doc("Risk Report", report.name)
			report.update({"risk_level": "Low", "lowering_reason": REASON}).save()
			with pytest.raises(frappe.PermissionError, match="You wrote this report"):
				report.submit()

	def test_by_a_manager_with_other_eyes(self, team, as_user):
		seller, manager, account = team
		with as_user(seller):
			report = make_risk_report(account, "Low", lowering_reason=REASON, submit=False)
		with as_user(manager):
			frappe.get_doc("Risk Report", report.name).submit()
		assert state(account)[0] == "Low"

	def test_past_validation_by_a_submit_that_skips_it(self, team, as_user):
		seller, _manager, account = team
		with as_user(seller):
			report = make_risk_report(account, "Low", lowering_reason=REASON, submit=False)
			report.flags.ignore_validate = True
			with pytest.raises(frappe.PermissionError):
				report.submit()

	def test_cancelling_is_lowering(self, team, as_user):
		seller, manager, account = team
		with as_user(seller):
			report = make_risk_report(account, "Critical")
		with as_user(manager):
			report = frappe.get_doc("Risk Report", report.name)
			with pytest.raises(frappe.MandatoryError, match="Reason for Cancelling"):
				report.cancel()
			report.reload()
			report.update({"cancel_reason": "Mixed up with its namesake"}).save()
			report.cancel()
		assert state(account)[:2] == ("High", "Suspended")

	def test_cancelling_an_earlier_report_ends_no_escalation_by_the_way(self, team, as_user):
		member, manager, account = team
		with as_user(member):
			earlier = make_risk_report(account, "High", report_date=yesterday())
			make_risk_report(account, "High")
		with as_user(manager), pytest.raises(frappe.MandatoryError, match="ends an open escalation"):
			frappe.get_doc("Risk Report", earlier.name).cancel()
		with as_user(member):
			earlier.reload()
			earlier.update({"cancel_reason": "Written twice"}).save()
		frappe.db.set_value("Risk Report", earlier.name, "escalation_level", "KAM Director")
		with as_user(manager), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Risk Report", earlier.name).cancel()
		with as_user(make_user("KAM Director", "KAM User")):
			frappe.get_doc("Risk Report", earlier.name).cancel()
		assert frappe.db.get_value("Risk Report", earlier.name, "status") == "Cancelled"

	def test_not_by_cancelling_ones_own_report(self, team, as_user):
		_seller, manager, account = team
		with as_user(manager):
			report = make_risk_report(account, "Critical", cancel_reason="Mixed up")
			with pytest.raises(frappe.PermissionError, match="You wrote this report"):
				report.cancel()

	def test_not_by_amending(self, team, as_user):
		seller, manager, account = team
		with as_user(seller):
			report = make_risk_report(account, "Critical", cancel_reason="To be corrected")
		with as_user(manager):
			frappe.get_doc("Risk Report", report.name).cancel()
		amended = frappe.copy_doc(report)
		amended.update({"amended_from": report.name, "risk_level": "High", "docstatus": 0})
		with pytest.raises(frappe.ValidationError, match="Reason for a Lower Level"):
			amended.insert()

	def test_rows_of_the_app_can_be_neither_changed_nor_removed(self, account):
		report = make_risk_report(account, "High", submit=False)
		row = {"indicator": "Overdue Share", "level": "High", "source": "Periodic Figures", "value": 40}
		report.append("indicators", row).db_insert()
		report = frappe.get_doc("Risk Report", report.name)
		report.indicators[0].level = "Low"
		report.save()
		assert [row.level for row in report.indicators] == ["High"]
		report.indicators = []
		report.save()
		assert [row.level for row in report.indicators] == ["High"]

	def test_nobody_forges_rows_of_the_app_or_what_it_keeps(self, account):
		forged = {
			"indicator": "Other",
			"level": "Low",
			"source": "Periodic Figures",
			"link": "javascript:alert(1)",
		}
		report = make_risk_report(
			account, "High", indicators=[forged], status="Closed", closed_by="Guest", indicated_level="Low"
		)
		assert (report.indicators[0].source, report.indicators[0].link) == ("Person", None)
		report.reload()
		assert (report.status, report.closed_by) == ("Open", None)


class TestSuspension:
	@pytest.fixture
	def suspended(self):
		make_policy()
		seller, manager, account = make_team()
		make_risk_report(account, "Critical", report_date=yesterday())
		return seller, manager, frappe.get_doc("Key Account", account.name)

	@pytest.mark.parametrize("status", ["Active", "Watch", "Prospect"])
	def test_the_form_does_not_lift_it(self, suspended, as_user, status):
		_seller, manager, account = suspended
		with as_user(manager), pytest.raises(frappe.ValidationError, match="Submit a new Risk Report"):
			frappe.get_doc("Key Account", account.name).update({"status": status}).save()

	def test_nor_does_a_detour_by_terminating(self, suspended):
		account = suspended[2]
		account.update({"status": "Terminated"}).save()
		with pytest.raises(frappe.ValidationError, match="Submit a new Risk Report"):
			account.update({"status": "Active"}).save()

	def test_a_report_by_two_people_lifts_it(self, suspended, as_user):
		seller, manager, account = suspended
		with as_user(seller):
			report = make_risk_report(
				account, "High", lowering_reason=REASON, lift_suspension=1, submit=False
			)
			with pytest.raises(frappe.PermissionError):
				report.submit()
		with as_user(manager):
			frappe.get_doc("Risk Report", report.name).submit()
		assert state(account)[:2] == ("High", "Watch")

	def test_a_report_that_stays_critical_does_not(self, suspended):
		with pytest.raises(frappe.ValidationError, match="Lift the Suspension"):
			make_risk_report(suspended[2], "Critical", lift_suspension=1)

	def test_a_suspension_without_a_critical_report_is_the_managers(self, account):
		account.update({"status": "Suspended"}).save()
		account.update({"status": "Active"}).save()
		assert state(account)[1] == "Active"


class TestWriters:
	def test_not_by_a_salesperson_of_another_account(self, account, as_user):
		with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			make_risk_report(account, "High")

	@pytest.mark.parametrize("role", ["Technical", "Legal"])
	def test_by_every_member_of_the_team(self, as_user, role):
		colleague = make_user("KAM User")
		account = make_key_account(team=[{"user": colleague, "function": role}])
		with as_user(colleague):
			assert make_risk_report(account, "High").docstatus == 1
