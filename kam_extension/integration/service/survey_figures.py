"""Satisfaction and recommendation per account and period (R52)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days
from pypika import Case

from kam_extension.integration.service.survey_recipients import SURVEY
from kam_extension.policy.codes import SurveyStatus
from kam_extension.policy.satisfaction import (
	DETRACTOR_UP_TO,
	PROMOTER_FROM,
	promoters_less_detractors,
)


@dataclass(frozen=True)
class SatisfactionFigures:
	"""`ratings`: answered surveys and rated visits; `satisfaction`: their mean in percent; `answers`: surveys only."""

	ratings: int
	satisfaction: float
	answers: int
	nps: float | None


def satisfaction_figures(
	accounts: Collection[str] | None, start: date, end: date
) -> dict[str, SatisfactionFigures]:
	"""{key account: figures} of what was answered or said from `start` to `end`, both included; two queries.

	`accounts` None: all. Accounts that nobody asked are left out.
	"""
	if accounts is not None and not accounts:
		return {}
	surveys = {row["key_account"]: row for row in _surveys(accounts, start, end).run(as_dict=True)}
	visits = {row["key_account"]: row for row in _visits(accounts, start, end).run(as_dict=True)}
	return {
		name: _figures(surveys.get(name, {}), visits.get(name, {})) for name in surveys.keys() | visits.keys()
	}


def answered_in(survey, start: date, end: date):
	"""Query criterion: answered on one of the days."""
	return (
		(survey.status == SurveyStatus.ANSWERED.value)
		& (survey.answered_on >= start)
		& (survey.answered_on < add_days(end, 1))
	)


def _surveys(accounts: Collection[str] | None, start: date, end: date):
	survey = DocType(SURVEY)
	query = (
		frappe.qb.from_(survey)
		.select(
			survey.key_account,
			Count("*").as_("count"),
			Sum(survey.satisfaction).as_("sum"),
			Sum(Case().when(survey.nps >= PROMOTER_FROM, 1).else_(0)).as_("promoters"),
			Sum(Case().when(survey.nps <= DETRACTOR_UP_TO, 1).else_(0)).as_("detractors"),
		)
		.where(answered_in(survey, start, end))
		.groupby(survey.key_account)
	)
	return query if accounts is None else query.where(survey.key_account.isin(list(accounts)))


def _visits(accounts: Collection[str] | None, start: date, end: date):
	visit = DocType("Visit Log")
	query = (
		frappe.qb.from_(visit)
		.select(visit.key_account, Count("*").as_("count"), Sum(visit.satisfaction).as_("sum"))
		.where((visit.status == "Completed") & (visit.satisfaction > 0) & visit.visit_date[start:end])
		.groupby(visit.key_account)
	)
	return query if accounts is None else query.where(visit.key_account.isin(list(accounts)))


def _figures(surveys: Mapping, visits: Mapping) -> SatisfactionFigures:
	answers = int(surveys.get("count") or 0)
	ratings = answers + int(visits.get("count") or 0)
	total = float(surveys.get("sum") or 0) + float(visits.get("sum") or 0)
	score = promoters_less_detractors(
		int(surveys.get("promoters") or 0), int(surveys.get("detractors") or 0), answers
	)
	return SatisfactionFigures(
		ratings=ratings,
		satisfaction=round(total / ratings, 2),
		answers=answers,
		nps=None if score is None else round(float(score), 1),
	)
