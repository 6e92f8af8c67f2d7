"""Who is close to a better or a worse tier, by how much and until when (R76)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import frappe
from frappe.utils import getdate

from kam_extension.integration.accounts.account_reports import next_report
from kam_extension.integration.metrics import measure
from kam_extension.integration.metrics.scope import SCORED_STATUSES, Measures
from kam_extension.integration.money import company_currency
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.security.roles import has_any_role
from kam_extension.integration.tiers.measures import measured_run, read_measures
from kam_extension.integration.tiers.scorecards import metrics_of, scope_of
from kam_extension.policy.checks import review_months
from kam_extension.policy.codes import COST_METRICS, Metric
from kam_extension.policy.report_dates import next_month_end
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.watch import Distance, Standing, distance_to
from kam_extension.setup.roles import COST_READERS

TIER = "Tier"
# What tells of cost is for those who may read cost (R82).
SHOWN_OF_ACCOUNT = ("customer_name", "account_class", "tier", "account_manager", "company")


def tier_rows(accounts: Iterable, today: date) -> Iterator[dict]:
	"""One row for each tier that one of `accounts` (Key Account rows) is near to; see `watch.distance_to`.

	Judged by what the last run over all accounts measured; an account that it did not measure is measured now. The
	number of queries doesn't depend on the number of accounts. `tier` is the file's own, a manual one left aside.
	"""
	for company, rows in _by_company(accounts).items():
		terms = policy_in_force(company, today)
		if terms is None:
			continue
		until = next_month_end(review_months(terms.tier_review_months), today)
		for account, values, as_of in _measured(rows, terms, today):
			for distance in distance_to(terms, _standing(account, values)):
				yield shown_of_account(account, today) | _shown(distance) | {"as_of": as_of, "until": until}


def shown_of_account(account, today: date) -> dict:
	"""What every row says of its account."""
	dates = next_report(account, today)
	return {field: account.get(field) for field in SHOWN_OF_ACCOUNT} | {
		"key_account": account.name,
		"currency": company_currency(account.company),
		"report_due": dates.due_supervisor if dates else None,
	}


def _by_company(accounts: Iterable) -> dict[str, list]:
	grouped = defaultdict(list)
	for account in sorted(accounts, key=lambda row: row.name):
		if account.status in SCORED_STATUSES:
			grouped[account.company].append(account)
	return grouped


def _measured(accounts: Sequence, terms: PolicyTerms, today: date) -> Iterator[tuple]:
	"""Account, {metric: value} and the day of the values."""
	metrics = metrics_of(terms)
	run = measured_run(accounts[0].company)
	known, measures = read_measures(run, metrics, accounts) if run else ([], {})
	as_of = getdate(frappe.db.get_value("KAM Tier Run", run, "as_of_date")) if run else today
	yield from _with_values(known, measures, as_of)
	names = {account.name for account in known}
	rest = [account for account in accounts if account.name not in names]
	if rest:
		yield from _with_values(rest, measure(metrics, scope_of(rest, terms, today)), today)


def _with_values(accounts: Sequence, measures: Mapping[str, Measures], as_of: date) -> Iterator[tuple]:
	for account in accounts:
		yield account, {metric: values[account.name] for metric, values in measures.items()}, as_of


def _standing(account, values: Mapping) -> Standing:
	tenure = values[Metric.TENURE_MONTHS]
	return Standing(
		account_class=account.account_class,
		tier=account.tier or None,
		values=values,
		months_since_first_order=None if tenure is None else int(tenure),
		overdue_days=int(values[Metric.OVERDUE_DAYS_MAX] or 0),
	)


def _shown(distance: Distance) -> dict:
	shown = {
		"subject": TIER,
		"direction": str(distance.direction),
		"target": distance.tier,
		"points": float(distance.points),
		"deciding_points": float(distance.deciding_points),
		"closeness": float(distance.closeness),
	}
	lever = distance.lever
	if lever is None:
		return shown
	shown["metric"] = str(lever.metric)
	if lever.metric in COST_METRICS and not has_any_role(COST_READERS):
		return shown | {"closeness": None}
	return shown | {
		"value": float(lever.value),
		"threshold": float(lever.threshold),
		"gap": float(lever.gap),
	}
