"""The nightly drafting of periodic Risk Reports: one for each account and period, set-based, resumable (R53).

In the first days of a month of the settings, accounts that have no report about the time before get a draft. Some
thousand accounts are a transaction; a run that was broken off is finished by the next one, and a second one at the same
moment waits and then finds nothing to do.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import formatdate, getdate

from kam_extension.integration.lost_connections import commit_surely
from kam_extension.integration.metrics.scope import SCORED_STATUSES
from kam_extension.integration.policies.policies import is_enabled, policy_in_force
from kam_extension.integration.risk.drafting import Drafted, write_reports
from kam_extension.integration.risk.figures import FIELDS, measure_accounts
from kam_extension.integration.risk.indicator_rows import rows_of
from kam_extension.integration.risk.judged_events import carried_events
from kam_extension.integration.risk.settings import drafting_days, report_months, risk_rules
from kam_extension.integration.turns import hold_turn
from kam_extension.policy.risk import RiskRules, assess
from kam_extension.policy.risk_periods import is_drafting_day, report_period
from kam_extension.policy.terms import PolicyTerms

REPORT = "Risk Report"
COUNTER = "Risk Reports"
ACCOUNTS_AT_ONCE = 1000
Period = tuple[date, date]


def nightly() -> None:
	"""Scheduled daily: draft what is missing as of today."""
	if is_enabled():
		draft_if_due(getdate(), commits=True)


def draft_if_due(as_of: date, commits: bool = False) -> int:
	"""Draft in the first days of the months of the settings only; as `draft_missing`."""
	is_due = is_drafting_day(as_of, report_months(), drafting_days())
	return draft_missing(as_of, commits) if is_due else 0


def draft_missing(as_of: date, commits: bool = False) -> int:
	"""Draft the reports that active, watched and suspended accounts lack about the last period; returns how many.

	Accounts of a company without policy in force are left out. With `commits`, for a job of its own, each part is a
	transaction that is tried again after a deadlock or a lost connection.
	"""
	period = report_period(as_of, report_months())
	if period is None:
		return 0
	drafted: dict[str, int] = defaultdict(int)
	for company, names in _missing(period).items():
		terms = policy_in_force(company, as_of)
		for start in range(0, len(names) if terms else 0, ACCOUNTS_AT_ONCE):
			part = names[start : start + ACCOUNTS_AT_ONCE]
			for manager, count in _draft_safely(company, part, terms, as_of, period, commits).items():
				drafted[manager] += count
	_tell_managers(drafted, period)
	if commits:
		frappe.db.commit()
	return sum(drafted.values())


def _draft_safely(
	company: str, names: Sequence[str], terms: PolicyTerms, as_of: date, period: Period, commits: bool
) -> Mapping[str, int]:
	if not commits:
		return _draft_part(company, names, terms, as_of, period)
	# After a failure the next night finds the same accounts without a report.
	failure = _("Risk Reports of {0} could not be drafted").format(company)
	return commit_surely(partial(_draft_part, company, names, terms, as_of, period), failure) or {}


def _draft_part(
	company: str, names: Sequence[str], terms: PolicyTerms, as_of: date, period: Period
) -> Mapping[str, int]:
	"""{account manager: number of drafts} of some accounts of one company."""
	# Whoever drafts at the same moment is waited for; what it has written is then seen.
	hold_turn(COUNTER)
	missing = set(_missing(period, names).get(company, ()))
	accounts = frappe.get_all(
		"Key Account", {"name": ("in", [name for name in names if name in missing] or [""])}, list(FIELDS)
	)
	if not accounts:
		return {}
	rules = risk_rules()
	measured = measure_accounts(company, accounts, terms, as_of, period)
	events = carried_events([account.name for account in accounts], rules)
	drafts = [
		_drafted(account, measured[account.name], events.get(account.name, ()), rules, terms, as_of, period)
		for account in accounts
	]
	counts: dict[str, int] = defaultdict(int)
	for draft in write_reports(drafts, as_of, period):
		counts[draft.account.account_manager] += 1
	return counts


def _drafted(
	account, measured, events, rules: RiskRules, terms: PolicyTerms, as_of: date, period: Period
) -> Drafted:
	assessed = assess(measured.figures, rules, terms, as_of)
	return Drafted(account, [*rows_of(account, measured, assessed, period), *events])


def _missing(period: Period, names: Sequence[str] | None = None) -> dict[str, list[str]]:
	"""{company: accounts without a report about the period, whatever became of it}, by name; one query."""
	account, report = DocType("Key Account"), DocType(REPORT)
	query = (
		frappe.qb.from_(account)
		.left_join(report)
		.on((report.key_account == account.name) & (report.period_end == period[1]))
		.select(account.company, account.name)
		.where(account.status.isin([str(status) for status in SCORED_STATUSES]))
		.where(report.name.isnull())
		.orderby(account.name)
	)
	if names is not None:
		query = query.where(account.name.isin(list(names)))
	found: dict[str, list[str]] = defaultdict(list)
	for company, name in query.run():
		found[company].append(name)
	return found


def _tell_managers(drafted: Mapping[str, int], period: Period) -> None:
	"""One notification for each account manager, whatever the number of reports."""
	users = frappe.get_all(
		"User", {"name": ("in", list(drafted) or [""]), "enabled": 1}, ["name", "language"]
	)
	for user in users:
		subject = _(
			"{0} Risk Reports about {1} to {2} wait for you.", lang=user.language or frappe.local.lang
		)
		values = {
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user.name,
			"document_type": REPORT,
			"subject": subject.format(drafted[user.name], formatdate(period[0]), formatdate(period[1])),
			"link": f"/app/risk-report?status=Draft&period_end={period[1]}",
		}
		# The scheduler tells people of their own accounts; a Notification Log is read by its user only.
		frappe.get_doc(values).insert(ignore_permissions=True)
