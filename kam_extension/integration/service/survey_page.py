"""The public page on which a customer answers a survey: no login, no desk, no script (R52).

Looking at the page changes nothing, so that mail scanners may follow the link. Wrong, used, revoked and expired links
get one and the same answer.
"""

from collections.abc import Mapping, Sequence

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.translate import print_language
from frappe.utils import cint
from frappe.website.page_renderers.base_renderer import BaseRenderer
from werkzeug.wrappers import Response

from kam_extension.integration.lost_connections import is_transient, start_anew
from kam_extension.integration.service.survey_answers import (
	LONGEST_COMMENT,
	Answers,
	questions_of,
	read_answers,
	store,
)
from kam_extension.integration.service.survey_follow_up import follow_up_soon
from kam_extension.integration.service.survey_links import PATH, open_survey
from kam_extension.integration.service.survey_recipients import SURVEY
from kam_extension.policy.satisfaction import RECOMMENDATIONS, STARS

PAGE = "kam_extension/templates/satisfaction_survey.html"
CLOSED_PAGE = "kam_extension/templates/satisfaction_survey_closed.html"
HOUR = 3600
ATTEMPTS = 3
MOST_BYTES = 32_768
HEADERS = {
	"Cache-Control": "no-store, private",
	"X-Robots-Tag": "noindex, nofollow, noarchive",
	"Referrer-Policy": "no-referrer",
	"X-Content-Type-Options": "nosniff",
	"Content-Security-Policy": (
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	),
}


class SurveyPage(BaseRenderer):
	"""Page renderer (hook page_renderer) of /satisfaction-survey."""

	def can_render(self) -> bool:
		return self.path == PATH

	def render(self) -> Response:
		# Frappe's limiter counts by command, which a page has none of.
		frappe.form_dict.cmd = PATH
		try:
			html, status = respond(frappe.request.method, frappe.form_dict)
		except frappe.RateLimitExceededError:
			frappe.clear_messages()
			html, status = closed_page(is_too_often=True), 429
		return Response(html, status=status, headers=HEADERS, mimetype="text/html")


@rate_limit(limit=lambda: requests_per_hour(), seconds=HOUR)
def respond(method: str, form: Mapping) -> tuple[str, int]:
	"""HTML and HTTP status of the page for a request."""
	secret = form.get("key") if isinstance(form.get("key"), str) else ""
	if method == "POST" and (frappe.request.content_length or 0) > MOST_BYTES:
		return closed_page(), 404
	survey = open_survey(secret)
	if survey is None:
		return closed_page(), 404
	questions = questions_of(survey)
	with print_language(frappe.db.get_value(SURVEY, survey, "recipient_language")):
		if method != "POST":
			return form_page(survey, secret, questions, Answers()), 200
		answers = read_answers(form, questions)
		if answers.errors:
			return form_page(survey, secret, questions, answers), 422
		if store_surely(secret, answers):
			return thanks_page(survey), 200
	return closed_page(), 404


def requests_per_hour() -> int:
	return cint(frappe.get_cached_doc("KAM Settings").survey_requests_per_hour) or 1


def store_surely(secret: str, answers: Answers) -> str | None:
	"""Store, again after a deadlock or a lost connection; nothing of a failed try is left."""
	for trial in range(1, ATTEMPTS + 1):
		try:
			survey = store(secret, answers)
			frappe.db.commit()
			break
		except Exception as error:
			start_anew(error)
			if trial == ATTEMPTS or not is_transient(error):
				raise
	if survey:
		follow_up_soon(survey)
	return survey


def form_page(survey: str, secret: str, questions: Sequence, answers: Answers) -> str:
	"""The questions; `answers` fills in what was answered and says what is missing."""
	row = frappe.db.get_value(SURVEY, survey, ["customer_name", "contact_name", "template"], as_dict=True)
	return _page(
		survey,
		secret=secret,
		questions=questions,
		answers=answers,
		introduction=frappe.db.get_value("Satisfaction Survey Template", row.template, "introduction"),
		recipient=row.contact_name or row.customer_name,
		stars=STARS,
		recommendations=RECOMMENDATIONS,
		longest_comment=LONGEST_COMMENT,
		# A person who is logged in with the same browser has a session, which asks for this.
		csrf_token=frappe.session.data.csrf_token if frappe.session.user != "Guest" else None,
	)


def thanks_page(survey: str) -> str:
	return _page(survey, is_done=True)


def _page(survey: str, **context) -> str:
	key_account = frappe.db.get_value(SURVEY, survey, "key_account")
	company = frappe.db.get_value("Key Account", key_account, "company")
	return frappe.render_template(PAGE, {"company": company, "lang": frappe.local.lang, **context})


def closed_page(is_too_often: bool = False) -> str:
	"""Nothing about any survey, so in both languages of the app."""
	texts = {}
	for language in ("zh", "en"):
		with print_language(language):
			texts[language] = (
				_("Too many requests. Please try again in an hour.")
				if is_too_often
				else _("This link is not valid: it was used, replaced, or has run out. Ask us for a new one.")
			)
	return frappe.render_template(CLOSED_PAGE, {"texts": texts})
