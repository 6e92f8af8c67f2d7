"""Visit Log: what a planned and a completed visit need, and what it tells its account (R45, R46)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, nowdate

from tests.site.factories import make_key_account, make_policy, make_user, make_visit_log

HELD = {"status": "Completed", "discussion": "<p>Prices of next year</p>"}


def yesterday():
	return add_days(nowdate(), -1)


def tomorrow():
	return add_days(nowdate(), 1)


@pytest.fixture
def account():
	make_policy()
	return make_key_account(account_class="Major", tier="A")  # a visit every 3 months


def dates(account):
	return frappe.db.get_value("Key Account", account.name, ["last_visit_date", "next_visit_due"])


def test_planned_in_the_past_is_refused(account):
	with pytest.raises(frappe.ValidationError, match="Visit Date"):
		make_visit_log(account.name, visit_date=yesterday())


def test_a_planned_visit_whose_day_passed_can_still_be_edited(account):
	visit = make_visit_log(account.name)
	frappe.db.set_value("Visit Log", visit.name, "visit_date", yesterday())
	visit.reload()
	visit.purpose = "Contract"
	assert visit.save().purpose == "Contract"
	visit.status = "Missed"
	assert visit.save().status == "Missed"


@pytest.mark.parametrize("discussion", [None, "", "<div class='ql-editor'><p><br></p></div>"])
def test_completed_needs_what_was_discussed(account, discussion):
	with pytest.raises(frappe.MandatoryError, match="Discussion"):
		make_visit_log(account.name, status="Completed", discussion=discussion)


def test_completed_in_the_future_is_refused(account):
	with pytest.raises(frappe.ValidationError, match="Visit Date"):
		make_visit_log(account.name, visit_date=tomorrow(), **HELD)


@pytest.mark.parametrize("satisfaction", [-1, 101])
def test_satisfaction_is_0_to_100(account, satisfaction):
	with pytest.raises(frappe.ValidationError, match="Satisfaction"):
		make_visit_log(account.name, satisfaction=satisfaction)


def test_type_executive_is_an_executive_visit(account):
	assert make_visit_log(account.name, visit_type="Executive").is_executive_visit == 1
	assert make_visit_log(account.name, visit_type="Call").is_executive_visit == 0


def test_planned_visit_changes_nothing_on_the_account(account):
	before = dates(account)
	make_visit_log(account.name, visit_date=tomorrow())
	assert dates(account) == before == (None, getdate(add_months(nowdate(), 3)))


def test_completed_visit_moves_the_next_one(account):
	make_visit_log(account.name, visit_date=yesterday(), **HELD)
	assert dates(account) == (getdate(yesterday()), getdate(add_months(yesterday(), 3)))


def test_latest_visit_counts_not_the_latest_entered(account):
	make_visit_log(account.name, visit_date=yesterday(), **HELD)
	make_visit_log(account.name, visit_date=add_days(nowdate(), -40), **HELD)
	assert dates(account)[0] == getdate(yesterday())


def test_taking_a_visit_back_takes_its_date_back(account):
	older = make_visit_log(account.name, visit_date=add_days(nowdate(), -40), **HELD)
	younger = make_visit_log(account.name, visit_date=yesterday(), **HELD)
	younger.status = "Cancelled"
	younger.save()
	assert dates(account)[0] == getdate(older.visit_date)
	older.delete()
	assert dates(account) == (None, getdate(add_months(nowdate(), 3)))


def test_visit_moved_to_another_account_refreshes_both(account):
	other = make_key_account()
	visit = make_visit_log(account.name, visit_date=yesterday(), **HELD)
	visit.key_account = other.name
	visit.save()
	assert (dates(account)[0], dates(other)[0]) == (None, getdate(yesterday()))


def test_a_user_who_may_not_edit_the_file_still_moves_its_dates(account, as_user):
	with as_user(make_user("KAM User")):
		make_visit_log(account.name, visit_date=yesterday(), **HELD)
	assert dates(account)[0] == getdate(yesterday())


def test_finance_reads_only(account, as_user):
	with as_user(make_user("KAM Finance")), pytest.raises(frappe.PermissionError):
		make_visit_log(account.name)


def test_calendar_finds_visits_of_a_month(account):
	from frappe.desk.calendar import get_events

	visit = make_visit_log(account.name, visit_date=tomorrow())
	field_map = frappe.as_json({"start": "visit_date", "end": "visit_date"})
	events = get_events(
		"Visit Log", nowdate(), add_days(nowdate(), 7), field_map, fields='["name", "status"]'
	)
	assert visit.name in {event["name"] for event in events}
