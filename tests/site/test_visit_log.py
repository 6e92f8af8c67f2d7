"""Visit Log: what a planned and a completed visit need, and what it tells its account (R45, R46)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, nowdate

from kam_extension.integration.visits.visit_form import complete_visit
from kam_extension.integration.visits.visit_map import get_coords
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
	colleague = make_user("KAM User")
	account.append("team", {"user": colleague, "function": "Technical"})
	account.save()
	with as_user(colleague):
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


class TestCalendar:
	"""Hours are written as a person writes them; what is dragged in the calendar becomes day and hours."""

	def drag(self, visit, start, end):
		from frappe.desk.calendar import update_event

		event = {"doctype": "Visit Log", "name": visit.name, "starts_at": start, "ends_at": end}
		update_event(frappe.as_json(event), frappe.as_json({"start": "starts_at", "end": "ends_at"}))
		visit.reload()
		return str(visit.visit_date), visit.from_time, visit.to_time, visit.all_day

	def test_without_hours_it_is_all_day(self, account):
		visit = make_visit_log(account.name, visit_date=tomorrow())
		assert (visit.all_day, str(visit.starts_at)) == (1, f"{tomorrow()} 00:00:00")

	@pytest.mark.parametrize("typed", ["9:30", "09:30:00", "09\uff1a30"])
	def test_hours_are_tidied(self, account, typed):
		visit = make_visit_log(account.name, visit_date=tomorrow(), from_time=typed)
		assert (visit.from_time, str(visit.ends_at), visit.all_day) == ("09:30", f"{tomorrow()} 10:30:00", 0)

	@pytest.mark.parametrize(
		("start", "end", "named"),
		[("noon", None, "From Time"), ("10:00", "9:00", "To Time"), (None, "9:00", "To Time")],
	)
	def test_what_is_no_time_is_refused(self, account, start, end, named):
		with pytest.raises(frappe.ValidationError, match=named):
			make_visit_log(account.name, from_time=start, to_time=end)

	def test_dragged_to_another_day(self, account):
		visit = make_visit_log(account.name, visit_date=tomorrow(), from_time="10:00", to_time="11:30")
		day = add_days(nowdate(), 5)
		moved = self.drag(visit, f"{day} 14:00:00", f"{day} 15:30:00")
		assert moved == (day, "14:00", "15:30", 0)

	def test_a_whole_day_stays_one(self, account):
		visit = make_visit_log(account.name, visit_date=tomorrow())
		day = add_days(nowdate(), 5)
		assert self.drag(visit, f"{day} 00:00:00", f"{day} 23:59:59") == (day, None, None, 1)

	def test_a_whole_day_dragged_to_an_hour(self, account):
		visit = make_visit_log(account.name, visit_date=tomorrow())
		assert self.drag(visit, f"{tomorrow()} 09:00:00", f"{tomorrow()} 10:00:00")[1:] == (
			"09:00",
			"10:00",
			0,
		)


class TestForm:
	"""Completing a visit asks for four things, and the next one is planned at once (R45)."""

	def test_completed_with_the_next_one_planned(self, account):
		visit = make_visit_log(account.name, place="Their plant")
		made = complete_visit(
			visit.name, nowdate(), "Prices", "Achieved", "Send samples", add_days(nowdate(), 30)
		)
		visit.reload()
		following = frappe.get_doc("Visit Log", made["next_visit"])
		assert (visit.status, visit.result, visit.next_step) == ("Completed", "Achieved", "Send samples")
		assert (following.status, following.previous_visit, following.purpose, following.place) == (
			"Planned",
			visit.name,
			"Send samples",
			"Their plant",
		)

	def test_a_missed_one_can_be_made_up_for(self, account):
		visit = make_visit_log(account.name)
		frappe.db.set_value("Visit Log", visit.name, "status", "Missed")
		assert complete_visit(visit.name, nowdate(), "Prices") == {"next_visit": None}
		assert frappe.db.get_value("Visit Log", visit.name, "status") == "Completed"

	def test_the_next_one_is_later(self, account):
		visit = make_visit_log(account.name)
		with pytest.raises(frappe.ValidationError, match="Next Visit"):
			complete_visit(visit.name, nowdate(), "Prices", next_visit_date=nowdate())

	@pytest.mark.parametrize("role", ["KAM User", "KAM Finance"])
	def test_not_by_who_may_not_write_it(self, account, as_user, role):
		visit = make_visit_log(account.name)
		with as_user(make_user(role)), pytest.raises(frappe.PermissionError):
			complete_visit(visit.name, nowdate(), "Prices")

	def test_a_request_can_not_pass_for_the_nightly_run(self, account):
		visit = make_visit_log(account.name, planned_automatically=1, due_date=nowdate(), visitor_role="x")
		assert not any((visit.planned_automatically, visit.due_date, visit.visitor_role))


class TestMap:
	POINT = (
		'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
		'"geometry":{"type":"Point","coordinates":[121.47,31.23]}}]}'
	)

	def found(self, visit):
		features = get_coords("Visit Log", "[]", "location_field")["features"]
		return [
			feature["properties"]["name"]
			for feature in features
			if feature["properties"]["name"] == visit.name
		]

	def test_shows_where_visits_are_to_who_may_read_them(self, account, as_user):
		visit = make_visit_log(account.name, location=self.POINT)
		make_visit_log(account.name)
		assert self.found(visit) == [visit.name]
		with as_user(make_user("KAM User")):
			assert self.found(visit) == []
