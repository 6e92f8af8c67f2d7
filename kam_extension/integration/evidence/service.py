"""Issues, visits and judgements behind a metric."""

from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Avg

from kam_extension.integration.evidence.counted import (
	NUMBER,
	PERCENT,
	Breakdown,
	Column,
	CountedDocument,
	Link,
	counted,
	only_customer,
)
from kam_extension.integration.metrics import Scope
from kam_extension.integration.metrics.service import (
	answered_surveys_of,
	issues_of,
	rated_visits_of,
	strategic_influence,
)
from kam_extension.policy.codes import IssueKind, Metric
from kam_extension.policy.money import decimal

KINDS = ("in", ["", IssueKind.COMPLAINT.value])


def _issues(scope: Scope) -> list[CountedDocument]:
	issue = DocType("Issue")
	query = (
		issues_of(issue, scope).select(issue.name, issue.opening_date).groupby(issue.name, issue.opening_date)
	)
	return counted("Issue", ((name, day, 1) for _customer, name, day in query.run()))


def _ratings(scope: Scope) -> list[CountedDocument]:
	return [*_rated_visits(scope), *_answered_surveys(scope)]


def _rated_visits(scope: Scope) -> list[CountedDocument]:
	visit = DocType("Visit Log")
	query = (
		rated_visits_of(visit, scope)
		.select(visit.name, visit.visit_date, Avg(visit.satisfaction))
		.groupby(visit.name, visit.visit_date)
	)
	return counted("Visit Log", (row[1:] for row in query.run()))


def _answered_surveys(scope: Scope) -> list[CountedDocument]:
	survey = DocType("Satisfaction Survey")
	query = (
		answered_surveys_of(survey, scope)
		.select(survey.name, survey.answered_on, Avg(survey.satisfaction))
		.groupby(survey.name, survey.answered_on)
	)
	rows = ((name, answered_on.date(), percent) for _customer, name, answered_on, percent in query.run())
	return counted("Satisfaction Survey", rows)


def _judged_account(scope: Scope) -> list[CountedDocument]:
	judged = strategic_influence(scope).items()
	return [
		CountedDocument("Key Account", name, None, decimal(value))
		for name, value in judged
		if value is not None
	]


def _issues_of_the_year(scope: Scope) -> Link:
	dates = ("between", [str(scope.year_start), str(scope.as_of_date)])
	return Link("Issue", {"customer": only_customer(scope), "opening_date": dates, "kam_kind": KINDS})


def _visits_of_the_year(scope: Scope) -> Link:
	dates = ("between", [str(scope.year_start), str(scope.as_of_date)])
	[account] = scope.accounts.values()
	return Link(
		"Visit Log",
		{"key_account": account, "status": "Completed", "visit_date": dates, "satisfaction": (">", 0)},
	)


SERVICE = {
	Metric.COMPLAINT_COUNT: Breakdown(
		_issues, lambda: [Column(_("Complaints"), NUMBER)], _issues_of_the_year
	),
	Metric.SATISFACTION: Breakdown(
		_ratings, lambda: [Column(_("Satisfaction"), PERCENT)], _visits_of_the_year
	),
	Metric.STRATEGIC_INFLUENCE: Breakdown(
		_judged_account, lambda: [Column(_("Strategic Influence"), NUMBER)]
	),
}
