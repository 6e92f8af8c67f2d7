"""What documents say about the risk of accounts: a fixed number of queries for any number of them (R53)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Count, Max, Sum

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.accounts.churn import order_facts
from kam_extension.integration.metrics.invoices import invoices_of
from kam_extension.integration.metrics.scope import Scope
from kam_extension.integration.metrics.service import satisfaction
from kam_extension.integration.receivables.collections import ACCOUNT_FIELDS, collections
from kam_extension.integration.service.complaint_figures import complaint_figures
from kam_extension.policy.codes import PromiseStatus
from kam_extension.policy.money import decimal
from kam_extension.policy.rhythm import order_drop, order_rhythm
from kam_extension.policy.risk import RiskFigures
from kam_extension.policy.risk_periods import year_before
from kam_extension.policy.terms import PolicyTerms

FIELDS = (*ACCOUNT_FIELDS, "company", "next_visit_due", "risk_level")


@dataclass(frozen=True)
class Measured:
	"""An account's figures, and what its evidence names besides them."""

	figures: RiskFigures
	promise: str | None = None
	"""The latest broken promise of the period."""


@dataclass(frozen=True)
class _Asked:
	"""Accounts of one company that are measured together, on one day, about one period."""

	scope: Scope
	accounts: Mapping[str, Mapping]
	period: tuple[date, date]
	terms: PolicyTerms
	names: list[str] = field(default_factory=list)


def measure_accounts(
	company: str, accounts: Sequence[Mapping], terms: PolicyTerms, as_of: date, period: tuple[date, date]
) -> dict[str, Measured]:
	"""{key account: measured} of accounts (rows with FIELDS) of one home company.

	Debts, silence and visits are of `as_of`; revenue, complaints and promises of the period; satisfaction of the year
	before `as_of`.
	"""
	if not accounts:
		return {}
	customers = {row["customer"]: row["name"] for row in accounts}
	by_name = {row["name"]: row for row in accounts}
	asked = _Asked(Scope(company, as_of, customers), by_name, period, terms, list(by_name))
	measured = {name: Measured(_visit_figures(row, terms)) for name, row in by_name.items()}
	for found in (_debts(asked), _sales(asked), _opinions(asked)):
		for name, values in found.items():
			one = measured[name]
			measured[name] = replace(one, figures=replace(one.figures, **values))
	for name, (count, latest) in _broken_promises(asked).items():
		one = measured[name]
		measured[name] = Measured(replace(one.figures, broken_promises=count), latest)
	return measured


def _visit_figures(account: Mapping, terms: PolicyTerms) -> RiskFigures:
	level = terms.service_level(account["account_class"], effective_tier(account))
	return RiskFigures(
		visit_due=account["next_visit_due"], visit_interval_months=level.visit_interval_months or 0
	)


def _debts(asked: _Asked) -> dict[str, dict]:
	return {
		one.account["name"]: {"owed": one.outstanding + one.unapplied, "overdue": one.overdue}
		for one in collections(asked.scope.company, asked.accounts, asked.scope.as_of_date)
	}


def _sales(asked: _Asked) -> dict[str, dict]:
	"""Revenue of the period and a year earlier, and the rhythm of orders."""
	terms, as_of = asked.terms, asked.scope.as_of_date
	found: dict[str, dict] = {name: {} for name in asked.names}
	for customer, amount, before in _revenue(asked):
		drop = order_drop(decimal(amount), decimal(before), terms)
		found[asked.scope.accounts[customer]]["drop"] = drop
	for customer, facts in order_facts(asked.scope).items():
		if customer in asked.scope.accounts:
			rhythm = order_rhythm(facts.days, as_of, terms)
			found[asked.scope.accounts[customer]]["rhythm"] = rhythm
	return found


def _revenue(asked: _Asked) -> Sequence[tuple]:
	invoice, before = DocType("Sales Invoice"), year_before(asked.period)

	def sum_of(period: tuple[date, date]):
		return Sum(Case().when(invoice.posting_date[period[0] : period[1]], invoice.base_net_total).else_(0))

	query = invoices_of(invoice, asked.scope).select(sum_of(asked.period), sum_of(before))
	return query.where(invoice.posting_date[before[0] : asked.period[1]]).run()


def _opinions(asked: _Asked) -> dict[str, dict]:
	complaints = complaint_figures(asked.names, *asked.period)
	rated: Mapping[str, Decimal | None] = satisfaction(asked.scope)
	return {
		name: {
			"complaints": complaints[name].complaints if name in complaints else 0,
			"satisfaction": rated.get(name),
		}
		for name in asked.names
	}


def _broken_promises(asked: _Asked) -> dict[str, tuple[int, str]]:
	"""Promises that fell due since the period began and were not kept."""
	promise = DocType("Collection Promise")
	rows = (
		frappe.qb.from_(promise)
		.select(promise.key_account, Count("*"), Max(promise.name))
		.where(promise.status == PromiseStatus.BROKEN)
		.where(promise.promise_date[asked.period[0] : asked.scope.as_of_date])
		.where(promise.key_account.isin(asked.names))
		.groupby(promise.key_account)
	).run()
	return {account: (count, latest) for account, count, latest in rows}
