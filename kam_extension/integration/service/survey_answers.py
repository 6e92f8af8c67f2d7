"""A customer's answers: read from the form, checked, and stored once (R52)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import now_datetime

from kam_extension.integration.service.survey_links import open_survey
from kam_extension.integration.service.survey_recipients import SURVEY
from kam_extension.policy.codes import SurveyStatus
from kam_extension.policy.satisfaction import RECOMMENDATIONS, STARS, is_detractor, stars_in_percent

LONGEST_COMMENT = 2000


@dataclass
class Answers:
	"""What the form holds. `ratings`: {dimension: stars}; `errors`: translated, one for each thing to mend."""

	overall: int | None = None
	nps: int | None = None
	comment: str = ""
	ratings: dict[str, int] = field(default_factory=dict)
	errors: list[str] = field(default_factory=list)


def questions_of(survey: str) -> list[frappe._dict]:
	"""Rows (dimension, question) of the survey's template."""
	template = frappe.db.get_value(SURVEY, survey, "template")
	return frappe.get_all(
		"Satisfaction Survey Question",
		{"parent": template, "parenttype": "Satisfaction Survey Template"},
		["dimension", "question"],
		order_by="idx",
	)


def read_answers(form: Mapping, questions: Sequence) -> Answers:
	"""The answers in a posted form: `overall`, `nps`, `comment`, and `rating-1` … for the questions in order.

	Overall satisfaction and recommendation are needed; a question may be left out.
	"""
	answers = Answers(
		overall=_number(form.get("overall"), STARS),
		nps=_number(form.get("nps"), RECOMMENDATIONS),
		comment=str(form.get("comment") or "").replace("\r\n", "\n").strip(),
	)
	for place, question in enumerate(questions, 1):
		rating = _number(form.get(f"rating-{place}"), STARS)
		if rating is not None:
			answers.ratings[question.dimension] = rating
	_note_errors(answers)
	return answers


def _note_errors(answers: Answers) -> None:
	if answers.overall is None:
		answers.errors.append(_("Please say how satisfied you are overall."))
	if answers.nps is None:
		answers.errors.append(_("Please say how likely you are to recommend us."))
	if len(answers.comment) > LONGEST_COMMENT:
		answers.errors.append(_("Please shorten the comment to {0} characters.").format(LONGEST_COMMENT))


def _number(value: object, allowed: range) -> int | None:
	text = "" if value is None else str(value)
	return int(text) if text.isascii() and text.isdigit() and len(text) < 3 and int(text) in allowed else None


def store(secret: str, answers: Answers) -> str | None:
	"""Store the answers under the secret and make it void; returns the survey, None where it is void already.

	Whoever has the secret is the one who was asked, so no permission is needed.
	"""
	name = open_survey(secret, lock=True)
	if name is None:
		return None
	survey = frappe.get_doc(SURVEY, name)
	settings = frappe.get_cached_doc("KAM Settings")
	percent = float(stars_in_percent(answers.overall, settings.satisfaction_scale))
	survey.update(
		{
			"status": SurveyStatus.ANSWERED.value,
			"answered_on": now_datetime(),
			"overall": answers.overall,
			"satisfaction": percent,
			"nps": answers.nps,
			"is_low": percent < (settings.survey_low_percent or 0) or is_detractor(answers.nps),
			"comment": answers.comment,
			"token_hash": None,
			"reminder_hash": None,
			"answers": [
				{"dimension": dimension, "rating": rating} for dimension, rating in answers.ratings.items()
			],
		}
	)
	survey.flags.kam_system = True
	# A contact that was deleted meanwhile must not cost the answer.
	survey.flags.ignore_links = survey.flags.ignore_mandatory = True
	survey.save(ignore_permissions=True)
	_show_on_account(survey)
	return name


def _show_on_account(survey) -> None:
	latest = {
		"last_satisfaction": survey.satisfaction,
		"last_nps_score": survey.nps,
		"last_surveyed_on": survey.answered_on.date(),
	}
	frappe.db.set_value("Key Account", survey.key_account, latest, update_modified=False)
