"""Risk Report: level, measures and what it does to the account (R53–R55; S0 article 8)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.factories import insert, make_key_account, make_user


def yesterday():
	return add_days(nowdate(), -1)


@pytest.fixture
def account():
	return make_key_account()


def make_risk_report(account, level="Low", submit=True, **fields):
	values = {
		"key_account": account.name,
		"report_type": "Periodic",
		"report_date": nowdate(),
		"risk_level": level,
	}
	return insert("Risk Report", submit=submit, **values | fields)


def state(account):
	row = frappe.db.get_value("Key Account", account.name, ["risk_level", "status"])
	return (*row, frappe.db.get_value("Customer", account.customer, "kam_risk_level"))


def test_draft_changes_nothing(account):
	make_risk_report(account, "High", submit=False)
	assert state(account) == (None, "Active", None)


def test_submitted_level_reaches_account_and_customer(account):
	make_risk_report(account, "High")
	assert state(account) == ("High", "Active", "High")


def test_critical_suspends_at_once(account, as_user):
	with as_user(make_user("KAM User")):
		make_risk_report(account, "Critical", report_type="Early Warning")
	assert state(account) == ("Critical", "Suspended", "Critical")


def test_critical_report_leaves_a_terminated_account_terminated(account):
	frappe.db.set_value("Key Account", account.name, "status", "Terminated")
	make_risk_report(account, "Critical")
	assert state(account)[1] == "Terminated"


def test_suspension_is_lifted_by_a_manager_not_by_a_report(account):
	report = make_risk_report(account, "Critical")
	report.cancel()
	assert state(account) == (None, "Suspended", None)


def test_cancelling_restores_the_level_before(account):
	make_risk_report(account, "Medium", report_date=yesterday())
	make_risk_report(account, "High").cancel()
	assert state(account)[0] == "Medium"


def test_an_older_report_does_not_outvote_a_younger_one(account):
	make_risk_report(account, "Medium")
	make_risk_report(account, "High", report_date=yesterday())
	assert state(account)[0] == "Medium"


def test_level_below_an_indicator_needs_a_reason(account):
	indicators = [
		{"indicator": "Complaints", "level": "Medium"},
		{"indicator": "Overdue Share", "level": "High"},
	]
	with pytest.raises(frappe.ValidationError, match="Risk Level"):
		make_risk_report(account, "Medium", indicators=indicators)
	reason = "The overdue invoice was paid this morning"
	report = make_risk_report(account, "Medium", indicators=indicators, lowering_reason=reason)
	assert report.docstatus == 1


def test_lowering_needs_a_reason_raising_none(account):
	make_risk_report(account, "Medium", report_date=yesterday())
	assert make_risk_report(account, "High").previous_risk_level == "Medium"
	with pytest.raises(frappe.ValidationError, match="Reason for a Lower Level"):
		make_risk_report(account, "Low")


def test_a_measure_is_done_with_evidence_only(account):
	report = make_risk_report(account, "High", measures=[{"measure": "Meet the new director"}])
	report.measures[0].status = "Done"
	with pytest.raises(frappe.ValidationError, match="row 1"):
		report.save()
	report.reload()
	report.measures[0].update({"status": "Done", "evidence": "Minutes of the meeting"})
	assert report.save().measures[0].status == "Done"


def test_report_of_tomorrow(account):
	with pytest.raises(frappe.ValidationError, match="Report Date"):
		make_risk_report(account, report_date=add_days(nowdate(), 1))
