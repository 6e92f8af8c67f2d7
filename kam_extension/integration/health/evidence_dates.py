"""How old the newest document behind each part of the health score is (R77): {key account: day}, one query each."""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import getdate

from kam_extension.integration.metrics.invoices import invoices_of
from kam_extension.integration.metrics.receivables import ledger_entries
from kam_extension.integration.metrics.scope import Scope
from kam_extension.integration.metrics.service import answered_surveys_of, issues_of, rated_visits_of

Dates = dict[str, date]


def ledger_dates(scope: Scope) -> Dates:
	"""Last entry on the customer's receivable account."""
	ledger = DocType("Payment Ledger Entry")
	query = ledger_entries(ledger, scope).select(ledger.party, Max(ledger.posting_date)).groupby(ledger.party)
	return _by_account(scope, query.run())


def invoice_dates(scope: Scope) -> Dates:
	invoice = DocType("Sales Invoice")
	query = invoices_of(invoice, scope).select(Max(invoice.posting_date))
	return _by_account(scope, query.where(invoice.posting_date <= scope.as_of_date).run())


def complaint_dates(scope: Scope) -> Dates:
	issue = DocType("Issue")
	return _by_account(scope, issues_of(issue, scope).select(Max(issue.opening_date)).run())


def satisfaction_dates(scope: Scope) -> Dates:
	"""The last answered survey or rated visit."""
	visit, survey = DocType("Visit Log"), DocType("Satisfaction Survey")
	rows = (
		*rated_visits_of(visit, scope).select(Max(visit.visit_date)).run(),
		*answered_surveys_of(survey, scope).select(Max(survey.answered_on)).run(),
	)
	return _by_account(scope, sorted(rows, key=lambda row: getdate(row[1])))


def relation_dates(scope: Scope) -> Dates:
	"""When a stakeholder of the account was last written."""
	stakeholder, account = DocType("Key Account Stakeholder"), DocType("Key Account")
	rows = (
		frappe.qb.from_(stakeholder)
		.join(account)
		.on(account.name == stakeholder.parent)
		.select(account.customer, Max(stakeholder.modified))
		.where(account.company == scope.company)
		.groupby(account.customer)
	).run()
	return _by_account(scope, rows)


def _by_account(scope: Scope, rows: Iterable[tuple]) -> Dates:
	return {scope.accounts[row[0]]: getdate(row[1]) for row in rows if row[0] in scope.accounts and row[1]}
