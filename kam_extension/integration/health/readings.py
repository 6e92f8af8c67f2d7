"""What the health score measures of all accounts of a company (R77): a fixed number of queries for any number.

The metrics of the scorecard are used as they are; an account without data for a part has no reading of it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from kam_extension.integration.accounts.churn import OrderFacts, order_facts
from kam_extension.integration.health.evidence_dates import (
	complaint_dates,
	invoice_dates,
	ledger_dates,
	relation_dates,
	satisfaction_dates,
)
from kam_extension.integration.metrics import METRICS
from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.codes import HealthPart, Metric
from kam_extension.policy.health import Reading
from kam_extension.policy.money import HUNDRED, decimal
from kam_extension.policy.rhythm import order_rhythm

Readings = dict[str, Reading]

_RELATIONS = """
	select account.name,
		sum(weighted.weight * weighted.strength) / sum(weighted.weight)
	from `tabKey Account` account
		join (
			select parent,
				case influence when 'High' then 3 when 'Low' then 1 else 2 end weight,
				case relationship_strength
					when 'Strong' then 100 when 'Good' then 75 when 'Neutral' then 50 when 'Weak' then 25 else 0
				end strength
			from `tabKey Account Stakeholder`
			where parenttype = 'Key Account' and ifnull(relationship_strength, '') != ''
		) weighted on weighted.parent = account.name
	where account.company = %(company)s
	group by account.name
"""


def read_parts(scope: Scope, accounts: Sequence[Mapping], parts: Sequence[HealthPart]) -> dict[str, dict]:
	"""{key account: {part: reading}} of the accounts of a scope, of those `parts` that count.

	`accounts`: rows with name, customer, creation, last_visit_date and next_visit_due.
	"""
	found: dict[str, dict] = {account["name"]: {} for account in accounts}
	for part in parts:
		for name, reading in _READERS[part](scope, accounts).items():
			if name in found:
				found[name][part] = reading
	return found


def _payment(scope: Scope, accounts: Sequence[Mapping]) -> Readings:
	"""Days overdue; customers without a ledger entry have no payment behaviour yet."""
	return _with_dates(METRICS[Metric.OVERDUE_DAYS_MAX](scope), ledger_dates(scope), needs_date=True)


def _revenue(scope: Scope, accounts: Sequence[Mapping]) -> Readings:
	return _with_dates(METRICS[Metric.REVENUE_GROWTH](scope), invoice_dates(scope))


def _orders(scope: Scope, accounts: Sequence[Mapping]) -> Readings:
	"""Silence in usual gaps, by the policy's rhythm; an account with too few orders has none."""
	terms = policy_in_force(scope.company, scope.as_of_date)
	if terms is None:
		return {}
	facts = order_facts(scope)
	rhythms = {
		account["name"]: order_rhythm(
			facts.get(account["customer"], OrderFacts()).days, scope.as_of_date, terms
		)
		for account in accounts
	}
	return {name: Reading(one.ratio, one.last_order) for name, one in rhythms.items() if one}


def _visits(scope: Scope, accounts: Sequence[Mapping]) -> Readings:
	return {
		account["name"]: Reading(_intervals_overdue(account, scope.as_of_date), account["last_visit_date"])
		for account in accounts
		if account["next_visit_due"]
	}


def _intervals_overdue(account: Mapping, as_of: date) -> Decimal:
	due = getdate(account["next_visit_due"])
	begin = getdate(account["last_visit_date"] or account["creation"])
	interval = max((due - begin).days, 1)
	return Decimal(max((as_of - due).days, 0)) / interval


def _complaints(scope: Scope, accounts: Sequence[Mapping]) -> Readings:
	"""A company that records no complaints at all has no data, not the happiest customers."""
	counts = METRICS[Metric.COMPLAINT_COUNT](scope)
	return _with_dates(counts, complaint_dates(scope)) if any(counts.values()) else {}


def _satisfaction(scope: Scope, accounts: Sequence[Mapping]) -> Readings:
	return _with_dates(METRICS[Metric.SATISFACTION](scope), satisfaction_dates(scope))


def _relationship(scope: Scope, accounts: Sequence[Mapping]) -> Readings:
	"""Mean strength of the relations in percent, weighted by influence (high 3, medium 2, low 1)."""
	values = {name: decimal(value) for name, value in frappe.db.sql(_RELATIONS, {"company": scope.company})}
	return _with_dates(values, relation_dates(scope))


def _with_dates(values: Measures, dates: Mapping[str, date], needs_date: bool = False) -> Readings:
	return {
		name: Reading(min(value, HUNDRED * HUNDRED), dates.get(name))
		for name, value in values.items()
		if value is not None and (name in dates or not needs_date)
	}


_READERS: dict[HealthPart, Callable[[Scope, Sequence[Mapping]], Readings]] = {
	HealthPart.PAYMENT: _payment,
	HealthPart.REVENUE: _revenue,
	HealthPart.ORDERS: _orders,
	HealthPart.VISITS: _visits,
	HealthPart.COMPLAINTS: _complaints,
	HealthPart.SATISFACTION: _satisfaction,
	HealthPart.RELATIONSHIP: _relationship,
}
