"""The care calendar: birthdays, anniversaries and occasions are planned once, for those who are cared for (R49)."""

from datetime import date, timedelta

import frappe
import pytest

from kam_extension.integration.visits import care
from tests.site.cadence_setup import MONDAY, make_visited
from tests.site.churn_setup import order_row
from tests.site.clock import on_day
from tests.site.factories import insert, make_user, unique

TODAY = date(2031, 3, 3)
BIRTHDAY = {"full_name": "Li Wei", "birthday": "1975-03-10", "preferences": "Green tea"}


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


@pytest.fixture
def account(manager):
	return make_visited(MONDAY, account_manager=manager, stakeholders=[BIRTHDAY])


def night(day: date = TODAY) -> int:
	with on_day(day):
		return care.plan_care(day)


def care_of(account, **filters) -> list:
	return frappe.get_all(
		"Key Account Care", {"key_account": account.name, **filters}, ["*"], order_by="care_date"
	)


def make_occasion(day: date, **fields):
	values = {
		"title": unique("Spring Festival"),
		"occasion_type": "Festival",
		"dates": [{"occasion_date": day}],
	}
	return insert("Care Occasion", **values | fields)


class TestPlanning:
	def test_a_birthday_that_comes_near(self, account, manager):
		night(date(2031, 2, 23))
		assert care_of(account) == []
		night(date(2031, 2, 24))
		[found] = care_of(account)
		assert (found.care_type, found.care_date, found.person, found.preferences, found.responsible) == (
			"Birthday",
			date(2031, 3, 10),
			"Li Wei",
			"Green tea",
			manager,
		)
		assert (found.status, found.customer_name) == ("Planned", account.customer_name)

	def test_once_a_year(self, account):
		night()
		assert night() == 0
		night(date(2031, 3, 9))
		assert len(care_of(account)) == 1
		night(date(2032, 3, 3))
		assert [row.care_date for row in care_of(account)] == [date(2031, 3, 10), date(2032, 3, 10)]

	def test_29_february_in_other_years(self, manager):
		leap = make_visited(
			MONDAY, account_manager=manager, stakeholders=[{"full_name": "Wang", "birthday": "1980-02-29"}]
		)
		night(date(2031, 2, 20))
		night(date(2032, 2, 20))
		assert [row.care_date for row in care_of(leap)] == [date(2031, 2, 28), date(2032, 2, 29)]

	def test_anniversary_of_the_first_order(self, account):
		order_row(account, date(2028, 3, 5))
		order_row(account, date(2029, 3, 6))
		order_row(account, date(2027, 3, 4), docstatus=0)
		night()
		[found] = care_of(account, care_type="Anniversary")
		assert (found.care_date, found.years) == (date(2031, 3, 5), 3)

	def test_no_anniversary_on_the_first_order_itself(self, account):
		order_row(account, TODAY)
		night()
		assert care_of(account, care_type="Anniversary") == []

	def test_occasions_are_for_class_and_tier(self, account):
		ordinary = make_visited(MONDAY, account_class="Ordinary", tier="B")
		make_occasion(date(2031, 3, 8))
		make_occasion(date(2031, 3, 9), account_class="Major", occasion_type="Appreciation")
		make_occasion(date(2031, 3, 10), tier="B", occasion_type="Training")
		make_occasion(date(2031, 3, 11), enabled=0)
		night()
		assert [row.care_type for row in care_of(ordinary)] == ["Festival", "Training"]
		assert [row.care_type for row in care_of(account, occasion=("is", "set"))] == [
			"Festival",
			"Appreciation",
		]

	@pytest.mark.parametrize("status", ["Prospect", "Suspended", "Terminated"])
	def test_only_active_and_watched_accounts(self, status):
		resting = make_visited(MONDAY, status=status, stakeholders=[BIRTHDAY])
		night()
		assert care_of(resting) == []

	def test_what_is_planned_follows_the_account(self, account):
		night()
		successor = make_user("KAM User")
		frappe.db.set_value("Key Account", account.name, "account_manager", successor)
		night()
		assert care_of(account)[0].responsible == successor
		frappe.db.set_value("Key Account", account.name, "status", "Terminated")
		night()
		assert care_of(account)[0].status == "Skipped"

	@pytest.mark.parametrize("setting", ["care_birthdays", "care_anniversaries"])
	def test_kinds_can_be_switched_off(self, account, setting):
		order_row(account, date(2028, 3, 5))
		frappe.db.set_single_value("KAM Settings", setting, 0)
		night()
		left = {"care_birthdays": ["Anniversary"], "care_anniversaries": ["Birthday"]}
		assert [row.care_type for row in care_of(account)] == left[setting]

	def test_days_ahead_are_a_setting(self, account):
		frappe.db.set_single_value("KAM Settings", "care_lead_days", 3)
		night()
		assert care_of(account) == []


class TestDone:
	@pytest.fixture
	def planned(self, account):
		night()
		return frappe.get_doc("Key Account Care", care_of(account)[0].name)

	def test_done_says_what_when_and_by_whom(self, planned, manager, as_user):
		with on_day(TODAY + timedelta(days=7)), as_user(manager):
			planned.update({"status": "Done", "done_note": "Called, sent tea"})
			planned.save()
		assert (planned.done_on, planned.done_by) == (date(2031, 3, 10), manager)

	def test_done_needs_what_was_done(self, planned):
		planned.status = "Done"
		with pytest.raises(frappe.MandatoryError, match="What Was Done"):
			planned.save()

	def test_the_key_is_not_written_by_hand(self, planned):
		key = planned.care_key
		planned.care_key = "other"
		planned.save()
		assert planned.care_key == key

	def test_personal_fields_are_for_the_team_and_managers(self, planned, manager, as_user):
		def person_seen_by(user: str):
			with as_user(user):
				seen = frappe.get_doc("Key Account Care", planned.name)
				seen.apply_fieldlevel_read_permissions()
				return seen.get("person")

		assert person_seen_by(manager) == "Li Wei"
		assert person_seen_by(make_user("KAM Manager")) == "Li Wei"
		assert person_seen_by(make_user("KAM User", "KAM Finance")) is None
