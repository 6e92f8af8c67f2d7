"""What a run over all accounts measured, kept in `KAM Tier Measure` (R14, R17, R76).

One row for each run, key account and metric: `value` in company currency, percent, days or a number, by the metric;
`is_known` 0 where there was nothing to measure (`value` is 0 then and means nothing). `customer` is whose documents were
measured. All metrics that the company's policy needs are there for each account, so an account with fewer rows
than metrics was made, moved to another company or given another customer meanwhile. Once a run is completed it is
the only one kept of its companies: `measured_run` names it.
"""

import json
from collections.abc import Sequence

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Count, Max
from frappe.utils import now

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.policy.codes import RunStatus
from kam_extension.policy.money import optional_decimal

# The rows travel as one parameter: twenty thousand of them would be two hundred thousand otherwise.
_INSERT = """
	insert into `tabKAM Tier Measure`
		(name, creation, modified, owner, modified_by, run, company, metric, key_account, customer, value, is_known)
	select concat(%(run)s, '/', %(metric)s, '/', measured.key_account), %(now)s, %(now)s, %(user)s, %(user)s,
		%(run)s, %(company)s, %(metric)s, measured.key_account, measured.customer,
		ifnull(measured.value, 0), measured.value is not null
	from json_table(%(rows)s, '$[*]' columns (
		key_account varchar(140) path '$[0]', customer varchar(140) path '$[1]', value decimal(65, 18) path '$[2]'
	)) measured
"""


def store_measures(run: str, metric: str, scope: Scope, values: Measures) -> None:
	"""Keep one metric of the accounts of a scope; one statement."""
	rows = [(name, customer, _text(values[name])) for customer, name in scope.accounts.items()]
	frappe.db.sql(
		_INSERT,
		{
			"run": run,
			"company": scope.company,
			"metric": metric,
			"rows": json.dumps(rows),
			"now": now(),
			"user": frappe.session.user,
		},
	)


def read_measures(run: str, metrics: Sequence[str], accounts: Sequence) -> tuple[list, dict[str, Measures]]:
	"""Of `accounts` (sorted by name) those that the run measured completely, and {metric: {key account: value}}."""
	if not accounts:
		return [], {metric: {} for metric in metrics}
	rows = {row[:2]: row[2:] for row in _measured_accounts(run, metrics, accounts)}
	complete, measures = [], {metric: {} for metric in metrics}
	for account in accounts:
		number, *values = rows.get((account.name, account.customer), (0,))
		if number == len(metrics):
			complete.append(account)
			for metric, value in zip(metrics, values, strict=True):
				measures[metric][account.name] = optional_decimal(value)
	return complete, measures


def _measured_accounts(run: str, metrics: Sequence[str], accounts: Sequence) -> tuple:
	"""Per account and customer: how many of the metrics were measured, and the value of each, null if unknown."""
	measure = DocType("KAM Tier Measure")
	values = [
		Max(Case().when((measure.metric == metric) & (measure.is_known == 1), measure.value))
		for metric in metrics
	]
	return (
		frappe.qb.from_(measure)
		.select(measure.key_account, measure.customer, Count("*"), *values)
		.where(measure.run == run)
		.where(measure.key_account[accounts[0].name : accounts[-1].name])
		.where(measure.metric.isin(list(metrics)))
		.groupby(measure.key_account, measure.customer)
	).run()


def measured_run(company: str) -> str | None:
	"""The last completed run that measured the accounts of a company."""
	measure, run = DocType("KAM Tier Measure"), DocType("KAM Tier Run")
	rows = (
		frappe.qb.from_(run)
		.select(run.name)
		.where(run.status == RunStatus.COMPLETED)
		.where(
			run.name.isin(
				frappe.qb.from_(measure).select(measure.run).where(measure.company == company).distinct()
			)
		)
		.orderby(run.started_at, order=frappe.qb.desc)
		.limit(1)
	).run()
	return rows[0][0] if rows else None


def drop_older_measures(run: str, companies: Sequence[str]) -> None:
	"""Delete what earlier runs measured of the companies that `run` has measured."""
	if not companies:
		return
	measure = DocType("KAM Tier Measure")
	(
		frappe.qb.from_(measure)
		.delete()
		.where(measure.company.isin(list(companies)))
		.where(measure.run != run)
	).run()


def _text(value: object) -> str | None:
	"""Decimals travel as text, so that none of their digits is lost."""
	return None if value is None else f"{value:f}"
