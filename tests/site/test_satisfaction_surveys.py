"""Satisfaction surveys: who is asked, what goes out, what comes back and what follows (R52)."""

from datetime import timedelta
from email.message import Message

import frappe
import pytest
from aiosmtpd.controller import Controller
from frappe.handler import run_doc_method
from frappe.utils import add_days, add_months, getdate, now_datetime, nowdate

from kam_extension.integration.service import survey_follow_up, survey_schedule
from kam_extension.integration.service.survey_answers import Answers, store
from kam_extension.integration.service.survey_figures import satisfaction_figures
from kam_extension.integration.service.survey_sending import remind
from tests.site.factories import (
	insert,
	make_delivery_note,
	make_item,
	make_key_account,
	make_user,
	make_visit_log,
	unique,
)
from tests.site.service_setup import (
	make_contact,
	make_survey,
	secret_in,
	secret_of,
	secrets_of,
	sent_survey,
	settings,
)


@pytest.fixture(autouse=True)
def outgoing(mail):
	"""Every site that invites has an e-mail account."""


@pytest.fixture
def account(site):
	return make_key_account()


def answer(secret: str, overall: int = 5, nps: int = 10, **fields) -> str | None:
	return store(secret, Answers(overall=overall, nps=nps, **fields))


def answered(account, overall: int = 5, nps: int = 10, on: str | None = None, **fields):
	survey, secret = sent_survey(account.name, **fields)
	answer(secret, overall, nps)
	survey.reload()
	if on:
		survey.db_set("answered_on", f"{on} 12:00:00")
	return survey


def press(method: str, form: dict) -> None:
	"""Press a button of the form, which sends along what it shows."""
	frappe.local.request = frappe._dict(method="POST")
	run_doc_method(method, docs=frappe.as_json(form))


def text_of(mail: Message) -> str:
	parts = [part for part in mail.walk() if part.get_content_type() == "text/html"]
	return parts[0].get_payload(decode=True).decode()


class TestRecipient:
	def test_the_primary_contact_in_the_customers_language(self, account):
		frappe.db.set_value("Customer", account.customer, "language", "zh")
		make_contact(account.customer, is_primary_contact=0)
		contact = make_contact(account.customer)
		survey = insert("Satisfaction Survey", key_account=account.name)
		assert (survey.contact, survey.recipient, survey.recipient_language) == (
			contact.name,
			contact.email_id,
			"zh",
		)
		assert (survey.customer, survey.tier, survey.status) == (account.customer, "A", "Draft")

	def test_a_contact_that_is_a_user_is_asked_in_his_language(self, account):
		contact = make_contact(account.customer, user=make_user(language="de"))
		assert make_survey(account.name, contact=contact.name).recipient_language == "de"

	def test_who_unsubscribed_is_not_proposed(self, account):
		make_contact(account.customer, unsubscribed=1)
		gone = make_contact(account.customer)
		insert("Email Unsubscribe", email=gone.email_id, global_unsubscribe=1)
		survey = insert("Satisfaction Survey", key_account=account.name)
		assert (survey.contact, survey.recipient) == (None, None)
		with pytest.raises(frappe.ValidationError, match="E-mail Address is empty"):
			survey.send()

	def test_who_wants_no_more_surveys_gets_none(self, account):
		first = make_survey(account.name)
		insert(
			"Email Unsubscribe",
			email=first.recipient,
			reference_doctype="Satisfaction Survey",
			reference_name=first.name,
		)
		with pytest.raises(frappe.ValidationError, match="does not want such mail"):
			make_survey(account.name, recipient=first.recipient).send()

	def test_a_wrong_address_is_refused(self, account):
		with pytest.raises(frappe.InvalidEmailAddressError):
			make_survey(account.name, recipient="nobody")

	@pytest.mark.parametrize("field", ["company_email", "personal_email"])
	def test_own_people_answer_for_no_customer(self, account, field):
		with pytest.raises(frappe.ValidationError, match="one of your own people"):
			make_survey(account.name, recipient=make_user("KAM User").upper())
		for several in (
			"Mei <mei@home.example.com>",
			"a@customer.example.com, b@home.example.com",
		):
			with pytest.raises(frappe.ValidationError, match="one plain address"):
				make_survey(account.name, recipient=several)
		address = f"{frappe.generate_hash(length=8)}@home.example.com"
		frappe.get_doc(doctype="Employee", name=unique("Employee"), **{field: address}).db_insert()
		with pytest.raises(frappe.ValidationError, match="one of your own people"):
			make_survey(account.name, recipient=address)

	def test_without_questions_nothing_is_sent(self, account):
		frappe.db.set_value("Satisfaction Survey Template", {"name": ("is", "set")}, "is_disabled", 1)
		with pytest.raises(frappe.ValidationError, match="Satisfaction Survey Template"):
			make_survey(account.name).send()


class TestSending:
	def test_the_mail_that_arrives(self, account, mail):
		frappe.db.set_value("Customer", account.customer, "language", "en")
		contact = make_contact(account.customer)
		survey, secret = sent_survey(account.name, contact=contact.name, recipient=contact.email_id)
		[message] = mail.deliver()
		assert contact.email_id in message["X-Envelope-To"]
		assert f"/satisfaction-survey?key={secret}" in text_of(message)
		assert contact.first_name in text_of(message)
		assert (survey.status, survey.expires_on) == ("Sent", getdate(add_days(nowdate(), 30)))

	def test_in_chinese(self, account, mail):
		sent_survey(account.name, recipient_language="zh")
		[message] = mail.deliver()
		assert "填写调查" in text_of(message)

	def test_a_dead_mail_server_loses_nothing(self, account, mail):
		survey, secret = sent_survey(account.name)
		mail.controller.stop()
		with pytest.raises(frappe.ValidationError, match="Outgoing Mail Server"):
			mail.deliver()
		mail.controller = Controller(mail.inbox, hostname="127.0.0.1", port=mail.controller.port)
		mail.controller.start()
		[message] = mail.deliver()
		assert secret in text_of(message)
		assert answer(secret) == survey.name

	def test_only_a_hash_of_the_link_is_stored(self, account):
		survey, secret = sent_survey(account.name)
		stored = frappe.db.get_value("Satisfaction Survey", survey.name, "*", as_dict=True)
		assert len(secret) >= 43
		assert not any(secret in str(value) for value in stored.values())
		assert len(stored.token_hash) == 64

	def test_sent_again_the_earlier_link_is_void(self, account):
		survey, first = sent_survey(account.name)
		survey.send()
		assert answer(first) is None
		assert answer(secret_of(survey)) == survey.name

	def test_so_is_that_of_the_reminder(self, account):
		survey, _first = sent_survey(account.name)
		remind(survey)
		reminder = secret_of(survey)
		survey.send()
		assert answer(reminder) is None

	def test_revoked_links_are_void(self, account):
		survey, secret = sent_survey(account.name)
		survey.revoke()
		assert answer(secret) is None
		assert frappe.db.get_value("Satisfaction Survey", survey.name, "status") == "Revoked"
		with pytest.raises(frappe.ValidationError, match="can't be revoked"):
			survey.revoke()

	def test_the_last_day_counts(self, account):
		survey, secret = sent_survey(account.name)
		survey.db_set("expires_on", add_days(nowdate(), -1))
		assert answer(secret) is None
		survey.db_set("expires_on", nowdate())
		assert answer(secret) == survey.name

	def test_sales_send_for_their_own_accounts(self, as_user):
		user = make_user("KAM User")
		mine = make_survey(make_key_account(account_manager=user).name)
		others = make_survey(make_key_account().name)
		with as_user(user):
			frappe.get_doc("Satisfaction Survey", mine.name).send()
			with pytest.raises(frappe.PermissionError):
				frappe.get_doc("Satisfaction Survey", others.name).send()
		with as_user(make_user("KAM Finance")), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Satisfaction Survey", mine.name).revoke()

	def test_an_invitation_belongs_to_who_got_it(self, account):
		survey, _secret = sent_survey(account.name)
		survey.recipient = "other@example.com"
		with pytest.raises(frappe.PermissionError, match="E-mail Address"):
			survey.save()


class TestAnswers:
	def test_what_is_stored(self, account):
		survey, secret = sent_survey(account.name)
		answer(secret, 4, 9, comment="<b>Fine</b>", ratings={"Delivery": 3})
		survey.reload()
		assert (survey.status, survey.overall, survey.nps, survey.satisfaction) == ("Answered", 4, 9, 80)
		assert [(row.dimension, row.rating) for row in survey.answers] == [("Delivery", 3)]
		assert (survey.comment, survey.token_hash, survey.is_low) == ("<b>Fine</b>", None, 0)

	def test_once_only(self, account):
		survey, secret = sent_survey(account.name)
		assert answer(secret, 5) == survey.name
		assert answer(secret, 1) is None
		assert frappe.db.get_value("Satisfaction Survey", survey.name, "overall") == 5

	def test_the_account_shows_the_last_one(self, account):
		answered(account, 3, 7)
		account.reload()
		shown = (account.last_satisfaction, account.last_nps_score, account.last_surveyed_on)
		assert shown == (60, 7, getdate())
		account.last_satisfaction = 99
		account.save()
		assert frappe.db.get_value("Key Account", account.name, "last_satisfaction") == 60

	def test_one_star_may_be_zero(self, account):
		settings(satisfaction_scale="One Star Is Zero")
		assert answered(account, 4).satisfaction == 75

	def test_a_deleted_contact_costs_no_answer(self, account):
		contact = make_contact(account.customer)
		survey, secret = sent_survey(account.name, contact=contact.name)
		frappe.db.delete("Contact", {"name": contact.name})
		frappe.db.value_cache.clear()
		assert answer(secret) == survey.name

	@pytest.mark.parametrize("change", [{"overall": 1}, {"nps": 0}, {"comment": "x"}, {"status": "Draft"}])
	def test_nobody_changes_an_answer(self, account, change):
		survey = answered(account)
		survey.update(change)
		survey.save()
		survey.reload()
		assert (survey.overall, survey.nps, survey.status, survey.comment or "") == (5, 10, "Answered", "")

	def test_nobody_adds_or_takes_ratings(self, account):
		survey, secret = sent_survey(account.name)
		answer(secret, ratings={"Delivery": 3})
		survey.reload()
		survey.answers[0].rating = 5
		survey.append("answers", {"dimension": "Price", "rating": 5})
		survey.save()
		survey.reload()
		assert [(row.dimension, row.rating) for row in survey.answers] == [("Delivery", 3)]
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc("Satisfaction Survey Answer", survey.answers[0].name).save()

	def test_nobody_makes_up_an_answer(self, account):
		survey = make_survey(account.name, status="Answered", overall=5, nps=10, satisfaction=100)
		assert (survey.status, survey.overall, survey.satisfaction) == ("Draft", None, None)

	def test_nobody_deletes_an_answer(self, account):
		with pytest.raises(frappe.PermissionError, match="What a customer said stays"):
			answered(account).delete()
		make_survey(account.name).delete()

	def test_a_request_to_send_says_nothing_else(self, account):
		"""Buttons send the whole form along, which a request can make up."""
		over = answered(account)
		forged = over.as_dict() | {"status": "Draft", "overall": 1}
		with pytest.raises(frappe.ValidationError, match="is answered"):
			press("send", forged)
		draft = make_survey(account.name)
		forged = draft.as_dict() | {"overall": 5, "nps": 10, "recipient": "other@example.com"}
		press("send", forged)
		stored = frappe.db.get_value("Satisfaction Survey", draft.name, ["overall", "recipient"])
		assert stored == (0, draft.recipient)

	def test_answered_ones_are_not_sent_again(self, account):
		with pytest.raises(frappe.ValidationError, match="is answered"):
			answered(account).send()


class TestFollowUp:
	def told(self, jobs) -> list:
		"""Notices, which leave with the transaction."""
		frappe.db.commit()
		return jobs.named("make_notification_logs")

	@pytest.fixture
	def manager(self) -> str:
		return make_user("KAM User")

	@pytest.mark.parametrize(("overall", "nps", "low"), [(2, 10, 1), (5, 6, 1), (3, 7, 0)])
	def test_low_is_below_the_threshold_or_a_detractor(self, account, overall, nps, low):
		assert answered(account, overall, nps).is_low == low

	def test_the_account_manager_has_a_todo(self, manager, jobs):
		survey = answered(make_key_account(account_manager=manager), 1, 0)
		survey_follow_up.follow_up(survey.name)
		[todo] = frappe.get_all("ToDo", {"reference_name": survey.name}, ["allocated_to", "priority"])
		assert (todo.allocated_to, todo.priority) == (manager, "High")
		assert manager in self.told(jobs)[0].arguments["users"]

	def test_or_an_issue(self, manager):
		settings(survey_follow_up="Issue")
		account = make_key_account(account_manager=manager)
		survey = answered(account, 1, 0)
		survey_follow_up.follow_up(survey.name)
		issue = frappe.get_last_doc("Issue", {"customer": account.customer})
		assert (issue.kam_kind, issue.kam_responsible) == ("Complaint", manager)

	def test_or_nothing_but_the_notice(self, manager, jobs):
		settings(survey_follow_up="None")
		survey = answered(make_key_account(account_manager=manager), 1, 0)
		survey_follow_up.follow_up(survey.name)
		assert self.told(jobs)
		assert not frappe.db.exists("ToDo", {"reference_name": survey.name})

	def test_once_only_and_made_up_for_at_night(self, manager, jobs):
		survey = answered(make_key_account(account_manager=manager), 1, 0)
		survey_follow_up.follow_up_all()
		survey_follow_up.follow_up_all()
		survey_follow_up.follow_up(survey.name)
		assert frappe.db.count("ToDo", {"reference_name": survey.name}) == 1
		assert len([job for job in self.told(jobs) if survey.name in str(job.arguments)]) == 1


class TestNights:
	@pytest.fixture(autouse=True)
	def only_these(self, site):
		"""Accounts that the site has already are not asked."""
		frappe.db.set_value("Satisfaction Survey", {"status": "Sent"}, "status", "Revoked")
		frappe.db.set_value("Key Account", {"status": "Active"}, "status", "Prospect")
		settings(survey_interval_months=6)

	@pytest.fixture
	def asked(self, only_these):
		account = make_key_account()
		make_contact(account.customer)
		return account

	def surveys(self, account) -> list[str]:
		return frappe.get_all("Satisfaction Survey", {"key_account": account.name}, pluck="name")

	def test_an_account_that_was_never_asked(self, asked, mail):
		survey_schedule.nightly()
		[name] = self.surveys(asked)
		survey = frappe.get_doc("Satisfaction Survey", name)
		assert (survey.status, survey.is_automatic) == ("Sent", 1)
		assert len(mail.deliver()) == 1
		survey_schedule.nightly()
		assert self.surveys(asked) == [name]

	@pytest.mark.parametrize(("months", "count"), [(5, 1), (6, 2)])
	def test_again_after_the_interval(self, asked, mail, months, count):
		survey = answered(asked)
		survey.db_set("creation", add_months(now_datetime(), -months), update_modified=False)
		survey_schedule.nightly()
		assert len(self.surveys(asked)) == count

	def test_without_interval_never(self, asked):
		settings(survey_interval_months=0)
		survey_schedule.nightly()
		assert self.surveys(asked) == []

	@pytest.mark.parametrize("status", ["Prospect", "Suspended", "Terminated"])
	def test_only_accounts_at_work(self, asked, status):
		asked.db_set("status", status)
		survey_schedule.nightly()
		assert self.surveys(asked) == []

	def test_nobody_to_ask(self):
		account = make_key_account()
		make_contact(account.customer, unsubscribed=1)
		survey_schedule.nightly()
		assert self.surveys(account) == []

	def test_only_after_a_delivery(self, asked, mail):
		settings(survey_needs_delivery=1)
		survey_schedule.nightly()
		assert self.surveys(asked) == []
		make_delivery_note(asked.customer, [(make_item(cost=1).name, 1, 10)], submit=True)
		survey_schedule.nightly()
		assert len(self.surveys(asked)) == 1

	def test_what_fails_is_tried_again_and_stops_nobody(self, asked, mail):
		broken = make_key_account()
		contact = make_contact(broken.customer)
		contact.db_set("email_id", "nobody")
		survey_schedule.nightly()
		assert (len(self.surveys(asked)), self.surveys(broken)) == (1, [])
		contact.db_set("email_id", "somebody@example.com")
		survey_schedule.nightly()
		assert (len(self.surveys(asked)), len(self.surveys(broken))) == (1, 1)

	def test_a_reminder_once_and_both_links_work_until_one_is_used(self, asked, mail):
		survey, first = sent_survey(asked.name)
		survey.db_set("sent_on", now_datetime() - timedelta(days=7))
		survey_schedule.nightly()
		survey_schedule.nightly()
		_first, second = secrets_of(survey)
		mails = mail.deliver()
		assert {secret_in(str(message)) for message in mails} == {first, second}
		assert answer(first) == survey.name
		assert answer(second) is None

	@pytest.mark.parametrize(("days", "setting"), [(6, 7), (30, 0)])
	def test_no_reminder_too_early_or_where_none_is_wanted(self, asked, days, setting):
		settings(survey_reminder_days=setting)
		survey, _secret = sent_survey(asked.name)
		survey.db_set("sent_on", now_datetime() - timedelta(days=days))
		survey_schedule.nightly()
		assert len(secrets_of(survey)) == 1

	def test_what_nobody_answered_runs_out(self, asked):
		survey, _secret = sent_survey(asked.name)
		survey.db_set("expires_on", add_days(nowdate(), -1))
		survey_schedule.nightly()
		survey.reload()
		assert (survey.status, survey.token_hash) == ("Expired", None)

	@pytest.mark.committing
	def test_two_runs_at_once_ask_once(self, asked, mail, in_parallel):
		run = lambda: survey_schedule.invite(asked.name, getdate())  # noqa: E731
		assert in_parallel(run, run) == [None, None]
		assert len(self.surveys(asked)) == 1


class TestFigures:
	def test_surveys_and_visits(self, account):
		answered(account, 5, 10)
		answered(account, 3, 6)
		answered(account, 4, 8)
		make_visit_log(account.name, status="Completed", discussion="Talked", satisfaction=60)
		answered(account, 1, 0, on=add_days(nowdate(), -1))
		found = satisfaction_figures([account.name], getdate(), getdate())[account.name]
		assert (found.ratings, found.satisfaction, found.answers, found.nps) == (4, 75, 3, 0)

	def test_nobody_asked(self, account):
		assert satisfaction_figures([account.name], getdate(), getdate()) == {}
		assert satisfaction_figures([], getdate(), getdate()) == {}
		assert account.name not in satisfaction_figures(None, getdate(), getdate())

	def test_visits_alone_give_no_recommendation(self, account):
		make_visit_log(account.name, status="Completed", discussion="Talked", satisfaction=60)
		found = satisfaction_figures(None, getdate(), getdate())[account.name]
		assert (found.ratings, found.satisfaction, found.answers, found.nps) == (1, 60, 0, None)


class TestTemplate:
	def make(self, **fields):
		values = {"title": unique("Template"), "questions": [{"dimension": "A", "question": "How is A?"}]}
		return insert("Satisfaction Survey Template", **values | fields)

	def test_one_default(self):
		first = self.make(is_default=1)
		self.make(is_default=1)
		assert frappe.db.get_value("Satisfaction Survey Template", first.name, "is_default") == 0

	def test_a_dimension_is_asked_once(self):
		row = {"dimension": "A", "question": "How is A?"}
		with pytest.raises(frappe.ValidationError, match="is there already"):
			self.make(questions=[row, row])

	def test_the_default_is_in_use(self):
		with pytest.raises(frappe.ValidationError, match="disabled"):
			self.make(is_default=1, is_disabled=1)

	def test_nobody_answers_a_hundred_questions(self):
		rows = [{"dimension": str(number), "question": "How?"} for number in range(21)]
		with pytest.raises(frappe.ValidationError, match="at most 20"):
			self.make(questions=rows)
