"""Metrics from service documents and from what a manager judged."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Sum

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.integration.service.complaint_figures import counts_as_complaint
from kam_extension.integration.service.survey_figures import answered_in
from kam_extension.policy.money import ZERO, decimal


def complaint_count(scope: Scope) -> Measures:
	"""Complaints of the customer opened in the year, of the home company or of none, whatever their state; None is 0.

	An issue without a kind counts as one.
	"""
	issue = DocType("Issue")
	return scope.by_account(issues_of(issue, scope).select(Count("*")).run(), ZERO)


def satisfaction(scope: Scope) -> Measures:
	"""Mean satisfaction in percent over the year's answered surveys and the completed visits that asked for it, each
	counted once; None where there are none.
	"""
	visit, survey = DocType("Visit Log"), DocType("Satisfaction Survey")
	rows = (
		*rated_visits_of(visit, scope).select(Sum(visit.satisfaction), Count("*")).run(),
		*answered_surveys_of(survey, scope).select(Sum(survey.satisfaction), Count("*")).run(),
	)
	sums: dict[str, Decimal] = defaultdict(Decimal)
	counts: dict[str, int] = defaultdict(int)
	for customer, total, count in rows:
		sums[customer] += decimal(total)
		counts[customer] += count
	return scope.by_account((customer, sums[customer] / counts[customer]) for customer in counts)


def strategic_influence(scope: Scope) -> Measures:
	"""The manager's judgement on the Key Account, 1 to 4; None when nobody judged. It has no date."""
	account = DocType("Key Account")
	query = (
		frappe.qb.from_(account)
		.select(account.customer, account.strategic_influence)
		.where(scope.covers(account.customer))
		.where(account.strategic_influence > 0)
	)
	return scope.by_account(query.run())


def issues_of(issue, scope: Scope):
	"""Query of the issues that count as complaints, grouped by customer."""
	return (
		frappe.qb.from_(issue)
		.select(issue.customer)
		.where(scope.covers(issue.customer))
		.where(issue.company.isnull() | issue.company.isin(("", scope.company)))
		.where(counts_as_complaint(issue))
		.where(scope.is_in_year(issue.opening_date))
		.groupby(issue.customer)
	)


def rated_visits_of(visit, scope: Scope):
	"""Query of the visits that asked for satisfaction, grouped by customer."""
	account = DocType("Key Account")
	return (
		frappe.qb.from_(visit)
		.join(account)
		.on(account.name == visit.key_account)
		.select(account.customer)
		.where(scope.covers(account.customer))
		.where(visit.status == "Completed")
		.where(visit.satisfaction > 0)
		.where(scope.is_in_year(visit.visit_date))
		.groupby(account.customer)
	)


def answered_surveys_of(survey, scope: Scope):
	"""Query of the surveys that were answered in the year, grouped by customer."""
	account = DocType("Key Account")
	return (
		frappe.qb.from_(survey)
		.join(account)
		.on(account.name == survey.key_account)
		.select(account.customer)
		.where(scope.covers(account.customer))
		.where(answered_in(survey, scope.year_start, scope.as_of_date))
		.groupby(account.customer)
	)
