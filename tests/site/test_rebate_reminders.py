"""Rebate documents that wait or run out call for attention by Frappe's own notifications (R39)."""

import frappe
import pytest
from frappe.email.doctype.notification.notification import evaluate_alert
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.rebates import claim_reminders
from kam_extension.setup.notifications import DAYS_WAITING, reminders, seed_notifications
from tests.site.factories import make_key_account, make_rebate_agreement, make_user
from tests.site.rebate_setup import (
	acting_as,
	approve_next_step,
	last_month,
	make_people,
	make_rebate_account,
	receive,
	set_rebate_accounts,
	take_step,
	this_month,
	verify,
)
from tests.site.visibility_setup import make_member


@pytest.fixture
def account():
	set_rebate_accounts()
	return make_rebate_account()


def told(jobs) -> list[tuple]:
	"""(recipient, document) of what people found in their notifications since the last call."""
	frappe.db.commit()
	jobs.run("make_notification_logs")
	found = frappe.get_all("Notification Log", fields=["for_user", "document_name"], as_list=True)
	frappe.db.delete("Notification Log")
	return [tuple(row) for row in found]


class TestWaiting:
	def test_whoever_is_asked_next_is_told(self, account, jobs):
		receive(account.order(), 400)
		request, people = account.request(), make_people()
		told(jobs)
		take_step(request, make_user("KAM Manager"))
		assert (people.finance, request.name) in told(jobs)
		verify(request, people)
		told(jobs)
		take_step(request, people.finance)
		heard = told(jobs)
		assert (people.director, request.name) in heard and (people.executive, request.name) not in heard

	def test_agreements_too(self, jobs):
		agreement, director = make_rebate_agreement(make_key_account().name), make_user("KAM Director")
		take_step(agreement, make_user("KAM Manager"))
		assert (director, agreement.name) in told(jobs)

	@pytest.mark.parametrize(("days", "due"), [(DAYS_WAITING, True), (DAYS_WAITING - 1, False)])
	def test_a_reminder_after_days(self, jobs, days, due):
		agreement, director = make_rebate_agreement(make_key_account().name), make_user("KAM Director")
		take_step(agreement, make_user("KAM Manager"))
		told(jobs)
		frappe.db.set_value(
			agreement.doctype,
			agreement.name,
			"modified",
			f"{add_days(nowdate(), -days)} 10:00:00",
			update_modified=False,
		)
		daily(f"KAM Rebate Agreement Waits {DAYS_WAITING} Days")
		assert ((director, agreement.name) in told(jobs)) is due


def daily(name: str) -> None:
	"""What Frappe's daily job does for one notification."""
	notification = frappe.get_doc("Notification", name)
	for doc in notification.get_documents_for_today():
		evaluate_alert(doc, notification, notification.event)


@pytest.mark.parametrize(("days", "due"), [(60, True), (30, True), (31, False)])
def test_an_agreement_that_ends(jobs, days, due):
	manager = make_user("KAM Manager")
	agreement = make_rebate_agreement(
		make_key_account().name, submit=True, valid_to=add_days(nowdate(), days)
	)
	told(jobs)
	for notice in (60, 30):
		daily(f"KAM Rebate Agreement Ends in {notice} Days")
	assert ((manager, agreement.name) in told(jobs)) is due


@pytest.mark.parametrize("lang, words", [("en", "waits for your approval"), ("zh", "待您批准")])
def test_it_says_what_waits(lang, words):
	agreement = make_rebate_agreement(make_key_account().name)
	frappe.local.lang = lang
	subject = frappe.get_value("Notification", "KAM Rebate Agreement Waits", "subject")
	said = frappe.render_template(subject, {"doc": agreement})
	assert agreement.name in said and words in said


def test_what_an_administrator_changed_stays():
	name = next(iter(reminders())).name
	frappe.db.set_value("Notification", name, "enabled", 0)
	seed_notifications()
	assert frappe.db.get_value("Notification", name, "enabled") == 0


class TestUnclaimed:
	def test_the_manager_hears_of_last_month(self, account, jobs):
		manager = make_user("KAM Manager")
		frappe.db.set_value("Key Account", account.name, "account_manager", manager)
		receive(account.order(), 1000, posting_date=add_days(this_month(), -3))
		receive(account.order(), 500)
		told(jobs)
		claim_reminders.monthly()
		frappe.db.commit()
		[job] = jobs.named("make_notification_logs")
		assert job.arguments["users"] == [manager]
		assert "50.00" in job.arguments["doc"].subject and "1 key accounts" in job.arguments["doc"].subject

	def test_a_draft_is_enough(self, account, jobs):
		receive(account.order(), 1000, posting_date=add_days(this_month(), -3))
		account.request(last_month())
		told(jobs)
		claim_reminders.monthly()
		assert told(jobs) == []

	def test_nothing_open_is_no_news(self, account, jobs):
		receive(account.order(), 500)
		told(jobs)
		claim_reminders.monthly()
		assert told(jobs) == []


def test_a_second_holder_of_the_role_stands_in(account):
	"""Delegation by Frappe's own means: whoever is given the role takes the step."""
	receive(account.order(), 400)
	with acting_as(make_member(account.name)):
		request = account.request()
	deputy = make_user("Employee")
	frappe.get_doc("User", deputy).add_roles("KAM Manager")
	assert approve_next_step(request, deputy) == "KAM Manager"
	assert getdate(frappe.get_doc("Rebate Request", request.name).approvals[0].approved_on) == getdate()
