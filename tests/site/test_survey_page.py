"""The public page of a survey, as a guest's browser and as an attacker see it (R52)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.factories import make_key_account
from tests.site.service_setup import GOOD, forget_requests, make_contact, sent_survey, settings, visit_page
from tests.site.web import ask_site

SITE_PATH = "/satisfaction-survey"


@pytest.fixture(autouse=True)
def first_request(mail):
	"""The site can send mail, and nobody has asked for the page yet."""
	forget_requests()


@pytest.fixture
def account(site):
	return make_key_account()


def status_of(survey) -> str:
	return frappe.db.get_value("Satisfaction Survey", survey.name, "status")


class TestForm:
	def test_looking_never_uses_the_link_up(self, account):
		survey, secret = sent_survey(account.name)
		pages = [visit_page(secret) for _time in range(3)]
		assert [page.status_code for page in pages] == [200, 200, 200]
		assert status_of(survey) == "Sent"

	@pytest.mark.parametrize(("language", "text"), [("en", "How satisfied are you with us?"), ("zh", "总体")])
	def test_in_the_language_of_the_survey(self, account, language, text):
		_survey, secret = sent_survey(account.name, recipient_language=language)
		page = visit_page(secret).get_data(as_text=True)
		assert text in page
		assert f'<html lang="{language}">' in page

	def test_nothing_of_the_desk_and_no_script(self, account):
		_survey, secret = sent_survey(account.name)
		page = visit_page(secret).get_data(as_text=True)
		assert "<script" not in page
		assert "/assets/" not in page
		assert 'name="viewport"' in page

	def test_nobody_keeps_indexes_frames_or_forwards_it(self, account):
		_survey, secret = sent_survey(account.name)
		for page in (visit_page(secret), visit_page("wrong")):
			assert page.headers["Cache-Control"] == "no-store, private"
			assert "noindex" in page.headers["X-Robots-Tag"]
			assert page.headers["Referrer-Policy"] == "no-referrer"
			assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]

	def test_every_group_has_a_legend_and_every_field_a_label(self, account):
		_survey, secret = sent_survey(account.name)
		page = visit_page(secret).get_data(as_text=True)
		assert page.count("<legend>") == page.count('<div class="choices') == 7
		assert 'for="comment"' in page and 'id="comment"' in page

	def test_names_are_escaped(self, account):
		contact = make_contact(account.customer)
		frappe.db.set_value("Contact", contact.name, "full_name", "<img src=x>")
		_survey, secret = sent_survey(account.name, contact=contact.name, recipient=contact.email_id)
		page = visit_page(secret).get_data(as_text=True)
		assert "<img" not in page
		assert "&lt;img" in page


class TestPost:
	def test_an_answer(self, account):
		survey, secret = sent_survey(account.name)
		page = visit_page(secret, GOOD | {"nps": "0"})
		assert page.status_code == 200
		assert "Thank you" in page.get_data(as_text=True)
		survey.reload()
		assert (survey.status, survey.overall, survey.nps, survey.comment) == ("Answered", 5, 0, "Fine")
		assert [row.rating for row in survey.answers] == [4]

	@pytest.mark.parametrize(
		("wrong", "text"),
		[
			({"overall": ""}, "how satisfied you are overall"),
			({"overall": "6"}, "how satisfied you are overall"),
			({"overall": "-1"}, "how satisfied you are overall"),
			({"overall": "４"}, "how satisfied you are overall"),
			({"nps": "11"}, "recommend us"),
			({"nps": "1e1"}, "recommend us"),
			({"comment": "x" * 2001}, "2000"),
		],
	)
	def test_what_is_wrong_is_said_and_the_link_goes_on_working(self, account, wrong, text):
		survey, secret = sent_survey(account.name)
		page = visit_page(secret, GOOD | wrong)
		assert page.status_code == 422
		assert text in page.get_data(as_text=True)
		assert status_of(survey) == "Sent"
		assert visit_page(secret, GOOD).status_code == 200

	def test_what_was_answered_is_kept(self, account):
		_survey, secret = sent_survey(account.name)
		page = visit_page(secret, GOOD | {"nps": "", "comment": "<script>x</script>"}).get_data(as_text=True)
		assert page.count(" checked") == 2
		assert "&lt;script&gt;x" in page
		assert "<script" not in page

	def test_a_rating_out_of_range_is_left_out(self, account):
		survey, secret = sent_survey(account.name)
		visit_page(secret, GOOD | {"rating-1": "9", "rating-2": "2", "rating-99": "3"})
		survey.reload()
		assert [row.rating for row in survey.answers] == [2]

	def test_a_huge_request_is_refused(self, account):
		survey, secret = sent_survey(account.name)
		assert visit_page(secret, GOOD | {"comment": "x" * 50_000}).status_code == 404
		assert status_of(survey) == "Sent"


class TestAttackers:
	def test_one_answer_for_every_link_that_does_not_work(self, account):
		used, used_secret = sent_survey(account.name)
		visit_page(used_secret, GOOD)
		revoked, revoked_secret = sent_survey(account.name)
		revoked.revoke()
		late, late_secret = sent_survey(account.name, recipient_language="zh")
		late.db_set("expires_on", add_days(nowdate(), -1))
		wrong = ("", "x", "x" * 5000, "' or 1=1 -- ", used.name, used_secret, revoked_secret, late_secret)
		pages = [visit_page(secret, form) for secret in wrong for form in (None, GOOD)]
		assert {page.status_code for page in pages} == {404}
		assert len({page.get_data() for page in pages}) == 1

	def test_the_stored_hash_opens_nothing(self, account):
		survey, _secret = sent_survey(account.name)
		assert visit_page(survey.token_hash, GOOD).status_code == 404

	def test_too_many_requests(self, account):
		settings(survey_requests_per_hour=3)
		survey, secret = sent_survey(account.name)
		assert [visit_page("wrong").status_code for _time in range(3)] == [404, 404, 404]
		page = visit_page(secret, GOOD)
		assert page.status_code == 429
		assert status_of(survey) == "Sent"
		assert visit_page(secret, ip="203.0.113.10").status_code == 200

	@pytest.mark.committing
	def test_of_two_answers_at_once_one_counts(self, account, in_parallel):
		survey, secret = sent_survey(account.name)
		pages = in_parallel(
			*[lambda stars=stars: visit_page(secret, GOOD | {"overall": str(stars)}) for stars in (1, 5)]
		)
		assert sorted(page.status_code for page in pages) == [200, 404]
		survey.reload()
		assert survey.status == "Answered"
		assert len(survey.answers) == 1


@pytest.mark.committing
def test_through_the_web_server(account, site):
	"""Without a session, without a token of Frappe's own, and committed."""
	survey, secret = sent_survey(account.name)
	frappe.db.commit()
	headers = {"X-Frappe-Site-Name": site}
	seen = ask_site("GET", f"{SITE_PATH}?key={secret}", headers)
	sent = ask_site("POST", SITE_PATH, headers, data={"key": secret} | GOOD)
	again = ask_site("POST", SITE_PATH, headers, data={"key": secret} | GOOD)
	assert [answer.status_code for answer in (seen, sent, again)] == [200, 200, 404]
	frappe.db.rollback()
	assert status_of(survey) == "Answered"
