"""Metrics from service documents and from what a manager judged."""

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Avg, Count

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.policy.money import ZERO


def complaint_count(scope: Scope) -> Measures:
	"""Issues of the customer opened in the year, of the home company or of none, whatever their state; None is 0."""
	issue = DocType("Issue")
	return scope.by_account(issues_of(issue, scope).select(Count("*")).run(), ZERO)


def satisfaction(scope: Scope) -> Measures:
	"""Mean satisfaction in percent over the year's completed visits that asked for it; None when none did."""
	visit = DocType("Visit Log")
	return scope.by_account(rated_visits_of(visit, scope).select(Avg(visit.satisfaction)).run())


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
	"""Query of the issues that count, grouped by customer."""
	return (
		frappe.qb.from_(issue)
		.select(issue.customer)
		.where(scope.covers(issue.customer))
		.where(issue.company.isnull() | issue.company.isin(("", scope.company)))
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
