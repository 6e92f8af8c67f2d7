"""Closed reports whose indicators have become worse since (R55)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import formatdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.risk.figures import FIELDS, measure_accounts
from kam_extension.integration.risk.follow_up import place_at
from kam_extension.integration.risk.indicator_rows import rows_of
from kam_extension.integration.risk.notices import tell_reopened
from kam_extension.integration.risk.settings import risk_rules
from kam_extension.policy.codes import EscalationLevel, RiskIndicator, RiskLevel, RiskStatus
from kam_extension.policy.rhythm import highest
from kam_extension.policy.risk import assess, rank, worse_than
from kam_extension.policy.terms import PolicyTerms

REPORT, ROW = "Risk Report", "Risk Report Indicator"
# What stands at one day; sums over a time are compared by the next periodic report only.
COMPARED = (
	RiskIndicator.OVERDUE_SHARE,
	RiskIndicator.ORDER_SILENCE,
	RiskIndicator.SATISFACTION,
	RiskIndicator.VISIT_OVERDUE,
)


def reopen_worse(as_of: date, commits: bool = False) -> int:
	"""Open those again that somebody closed, that are the latest of their account, and whose indicators are worse.

	Only what stands on one day is compared. What is found stands in the report as rows of its own, so that it doesn't
	open again for the same. Returns how many.
	"""
	closed = _closed_reports()
	opened, news = 0, defaultdict(list)
	for row, worse in _worse(closed, as_of):
		title = _("Risk Report {0} could not be opened again").format(row.name)
		opened += attempt(partial(_reopen, row.name, worse, as_of, news), title)
		if commits:
			frappe.db.commit()
	tell_reopened(news)
	if commits:
		frappe.db.commit()
	return opened


def _closed_reports() -> list[frappe._dict]:
	"""Reports of level High and Critical that were closed and that no later one follows."""
	report, later = DocType(REPORT), DocType(REPORT).as_("later")
	follows = (later.report_date > report.report_date) | (
		(later.report_date == report.report_date) & (later.creation > report.creation)
	)
	return (
		frappe.qb.from_(report)
		.left_join(later)
		.on((later.key_account == report.key_account) & (later.docstatus == 1) & follows)
		.select(report.name, report.key_account, report.report_date)
		.where((report.docstatus == 1) & (report.status == str(RiskStatus.CLOSED)))
		.where(report.closed_by.isnotnull() & report.escalation_level.isnotnull())
		.where(later.name.isnull())
		.orderby(report.name)
	).run(as_dict=True)


def _worse(closed: Sequence[frappe._dict], as_of: date) -> list[tuple[frappe._dict, list[dict]]]:
	"""Pairs of a closed report and the rows that are worse than in it; a fixed number of queries for each company."""
	if not closed:
		return []
	reports = {row.key_account: row for row in closed}
	levels = _levels_of([row.name for row in closed])
	found = []
	for company, accounts in _by_company(reports).items():
		terms = policy_in_force(company, as_of)
		if terms:
			found += _worse_of_company(company, accounts, reports, levels, terms, as_of)
	return found


def _by_company(reports: Mapping[str, frappe._dict]) -> dict[str, list[frappe._dict]]:
	grouped: dict[str, list[frappe._dict]] = {}
	for account in frappe.get_all("Key Account", {"name": ("in", list(reports))}, list(FIELDS)):
		grouped.setdefault(account.company, []).append(account)
	return grouped


def _worse_of_company(
	company: str,
	accounts: Sequence[frappe._dict],
	reports: Mapping[str, frappe._dict],
	levels: Mapping[str, Mapping[str, str]],
	terms: PolicyTerms,
	as_of: date,
) -> Iterator[tuple[frappe._dict, list[dict]]]:
	rules, period = risk_rules(), (min(row.report_date for row in reports.values()), as_of)
	measured = measure_accounts(company, accounts, terms, as_of, period)
	for account in accounts:
		report, one = reports[account.name], measured[account.name]
		assessed = (a for a in assess(one.figures, rules, terms, as_of) if a.indicator in COMPARED)
		worse = tuple(worse_than(levels.get(report.name, {}), assessed))
		if worse:
			yield report, rows_of(account, one, worse, period)


def _levels_of(reports: Sequence[str]) -> dict[str, dict[str, str]]:
	"""{report: {indicator: its highest level}}."""
	found: dict[str, dict[str, str]] = {}
	rows = frappe.get_all(
		ROW, {"parent": ("in", reports), "parenttype": REPORT}, ["parent", "indicator", "level"]
	)
	for row in rows:
		levels = found.setdefault(row.parent, {})
		levels[row.indicator] = max(row.level, levels.get(row.indicator) or row.level, key=rank)
	return found


def _reopen(name: str, rows: Sequence[Mapping], as_of: date, news: dict[str, list]) -> None:
	if frappe.db.get_value(REPORT, name, "status", for_update=True) != RiskStatus.CLOSED:
		return
	report = frappe.get_doc(REPORT, name)
	for values in rows:
		evidence = _("As of {0}: {1}").format(formatdate(as_of), values["evidence"])
		row = report.append("indicators", {**values, "evidence": evidence})
		row.docstatus = report.docstatus
		row.db_insert()
	indicated = highest(row.level for row in report.indicators) or str(RiskLevel.LOW)
	report.db_set(
		{
			"status": str(RiskStatus.OPEN),
			"indicated_level": str(indicated),
			"reopened_on": as_of,
			"closed_by": None,
			"closed_on": None,
		}
	)
	for user in place_at(report, EscalationLevel.ACCOUNT_MANAGER, as_of):
		news[user].append(report)
