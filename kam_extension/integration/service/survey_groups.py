"""What surveys say by month, dimension, tier or account (R52)."""

from collections.abc import Collection, Mapping
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Avg, Count, Sum
from frappe.utils import add_days
from pypika import Case
from pypika.terms import CustomFunction

from kam_extension.integration.service.survey_figures import answered_in
from kam_extension.integration.service.survey_recipients import SURVEY
from kam_extension.policy.codes import SurveyStatus
from kam_extension.policy.satisfaction import (
	DETRACTOR_UP_TO,
	PROMOTER_FROM,
	STARS,
	promoters_less_detractors,
	stars_in_percent,
)

_month = CustomFunction("date_format", ["day", "format"])
DIMENSION = "Dimension"
# By what invitations are grouped: the month is that of the invitation.
GROUPED = {
	"Month": lambda survey: _month(survey.sent_on, "%Y-%m"),
	"Tier": lambda survey: survey.tier,
	"Key Account": lambda survey: survey.key_account,
}
GROUPS = (*GROUPED, DIMENSION)


def survey_groups(group_by: str, accounts: Collection[str], start: date, end: date) -> list[dict]:
	"""Rows (group, sent, answers, answer_rate, satisfaction, nps, low) of the invitations sent from `start` to `end`,
	both included; by dimension rows (group, answers, satisfaction) of what was answered in that time.

	`group_by`: one of GROUPS. Rates and satisfaction in percent, None where nobody answered.
	"""
	if not accounts:
		return []
	if group_by == DIMENSION:
		return _dimensions(accounts, start, end)
	survey = DocType(SURVEY)
	group = GROUPED[group_by](survey)
	is_answered = survey.status == SurveyStatus.ANSWERED.value
	rows = (
		frappe.qb.from_(survey)
		.select(
			group.as_("group"),
			Count("*").as_("sent"),
			_sum_of(is_answered).as_("answers"),
			Avg(Case().when(is_answered, survey.satisfaction)).as_("satisfaction"),
			_sum_of(is_answered & (survey.nps >= PROMOTER_FROM)).as_("promoters"),
			_sum_of(is_answered & (survey.nps <= DETRACTOR_UP_TO)).as_("detractors"),
			_sum_of(is_answered & (survey.is_low == 1)).as_("low"),
		)
		.where(survey.key_account.isin(list(accounts)))
		.where((survey.sent_on >= start) & (survey.sent_on < add_days(end, 1)))
		.groupby(group)
		.orderby(group)
	).run(as_dict=True)
	return [_as_row(row) for row in rows]


def _sum_of(criterion):
	return Sum(Case().when(criterion, 1).else_(0))


def _as_row(row: Mapping) -> dict:
	answers = int(row["answers"])
	score = promoters_less_detractors(int(row["promoters"]), int(row["detractors"]), answers)
	return {
		"group": row["group"],
		"sent": row["sent"],
		"answers": answers,
		"answer_rate": round(answers * 100 / row["sent"], 2),
		"satisfaction": None if row["satisfaction"] is None else round(float(row["satisfaction"]), 2),
		"nps": None if score is None else round(float(score), 1),
		"low": int(row["low"]),
	}


def _dimensions(accounts: Collection[str], start: date, end: date) -> list[dict]:
	survey, answer = DocType(SURVEY), DocType("Satisfaction Survey Answer")
	scale = frappe.get_cached_doc("KAM Settings").satisfaction_scale
	in_percent = Case()
	for stars in STARS:
		in_percent = in_percent.when(answer.rating == stars, float(stars_in_percent(stars, scale)))
	rows = (
		frappe.qb.from_(answer)
		.join(survey)
		.on(answer.parent == survey.name)
		.select(answer.dimension, Count("*"), Avg(in_percent))
		.where(survey.key_account.isin(list(accounts)) & answered_in(survey, start, end))
		.groupby(answer.dimension)
		.orderby(answer.dimension)
	).run()
	return [
		{"group": dimension, "answers": count, "satisfaction": round(float(percent), 2)}
		for dimension, count, percent in rows
	]
