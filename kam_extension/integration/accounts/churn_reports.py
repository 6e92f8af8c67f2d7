"""Risk Report drafts and warnings of the churn watch: one of each for an account, kept in step with what is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from kam_extension.integration.accounts.churn import WATCHED_STATUSES, Finding
from kam_extension.integration.bulk_rows import insert_comments, insert_records
from kam_extension.integration.money import company_currency
from kam_extension.integration.risk.draft_rows import add_findings, rewrite_drafts, withdraw_findings
from kam_extension.integration.risk.drafts import REPORT, WARNING, Draft, drafts_named
from kam_extension.policy.codes import IndicatorSource
from kam_extension.policy.rhythm import compared_months

SOURCE = IndicatorSource.CHURN_WATCH
STANDING = (
	"name", "silence_level", "drop_level", "last_order_date", "usual_gap_days", "risk_report",
)  # fmt: skip


def still_found(found: Sequence[Finding]) -> list[Finding]:
	"""Findings against the warnings as they stand now, locked; without those for which another run, or people, came first."""
	names = [finding.account.name for finding in found]
	rows = frappe.db.get_values(WARNING, {"name": ("in", names)}, STANDING, as_dict=True, for_update=True)
	standing = {row.name: row for row in rows}
	filters = {"name": ("in", names), "status": ("in", WATCHED_STATUSES)}
	watched = set(frappe.get_all("Key Account", filters, pluck="name"))
	now = [
		replace(finding, warning=standing.get(finding.account.name))
		for finding in found
		if finding.is_new != (finding.account.name in standing)
	]
	return [
		one for one in now if one.is_over or (one.account.name in watched and (one.is_new or one.is_changed))
	]


def begin_warnings(found: Sequence[Finding]) -> dict[str, str]:
	"""Report new findings of one day in their accounts' drafts and remember the warnings; {key account: report}."""
	reports = _reports(found)
	insert_records(
		WARNING,
		(
			{"name": name, "key_account": name, "customer_name": finding.account.customer_name}
			| {"found_on": finding.as_of, "risk_report": reports[name]}
			| _warning_values(finding)
			for finding in found
			for name in [finding.account.name]
		),
	)
	return reports


def change_warnings(found: Sequence[Finding]) -> dict[str, str]:
	"""Bring standing warnings in step; {key account: report that tells of it}, without those where people removed theirs.

	A draft that nobody touched is written anew, one that somebody edited is theirs. Where there is no draft any more,
	news makes another one.
	"""
	drafts = _drafts_of(finding.warning for finding in found)
	drafted = [(drafts.get(finding.account.name), finding) for finding in found]
	if untouched := [(draft, _indicators(one)) for draft, one in drafted if draft and draft.is_untouched]:
		rewrite_drafts(untouched, found[0].as_of, SOURCE)
	written = _reports([finding for draft, finding in drafted if not draft and finding.is_news])
	reports = {one.account.name: written.get(one.account.name) or one.warning["risk_report"] for one in found}
	frappe.db.bulk_update(
		WARNING,
		{
			finding.account.name: {"risk_report": reports[finding.account.name]} | _warning_values(finding)
			for finding in found
		},
	)
	return {name: report for name, report in reports.items() if report}


def end_warnings(found: Sequence[Finding]) -> None:
	"""These accounts order as usual again: withdraw their drafts, or tell those who work on them."""
	if not found:
		return
	day = formatdate(found[0].as_of)
	readers, withdrawn = _end([finding.warning for finding in found])
	said = _("Orders are as usual again on {0}.").format(day)
	insert_comments(REPORT, "Info", ((draft.name, said) for draft in readers))
	note = _("Risk Report {0} was withdrawn: orders are as usual again on {1}.")
	insert_comments(
		"Key Account", "Info", ((draft.key_account, note.format(draft.name, day)) for draft in withdrawn)
	)


def forget_account(key_account: str) -> None:
	"""With a Key Account that is deleted or ended go its warning and a draft that nobody touched."""
	_end(frappe.get_all(WARNING, {"name": key_account}, ["name", "risk_report"]))


def release_report(report) -> None:
	"""Before a Risk Report is deleted: the warning goes on without it."""
	filters = {"name": report.key_account, "risk_report": report.name}
	frappe.db.set_value(WARNING, filters, "risk_report", None)


def _end(warnings: Sequence[Mapping]) -> tuple[list[Draft], list[Draft]]:
	"""Remove warnings; returns drafts that are people's, and drafts that went with the warnings."""
	if not warnings:
		return [], []
	frappe.db.delete(WARNING, {"name": ("in", [warning["name"] for warning in warnings])})
	drafts = _drafts_of(warnings).values()
	withdrawn = withdraw_findings([draft for draft in drafts if draft.is_untouched], SOURCE)
	return [draft for draft in drafts if not draft.is_untouched], withdrawn


def _drafts_of(warnings: Iterable[Mapping]) -> dict[str, Draft]:
	"""{key account: the draft that its warning names}. The name of a deleted one may be another account's by now."""
	reports = {warning["name"]: warning["risk_report"] for warning in warnings}
	drafts = drafts_named(reports.values()).values()
	return {draft.key_account: draft for draft in drafts if reports.get(draft.key_account) == draft.name}


def _reports(found: Sequence[Finding]) -> dict[str, str]:
	if not found:
		return {}
	return add_findings({one.account.name: _indicators(one) for one in found}, found[0].as_of, SOURCE)


def _indicators(finding: Finding) -> list[dict]:
	rows = []
	if finding.rhythm and finding.rhythm.level:
		rows.append(_silence_row(finding))
	if finding.drop_level:
		rows.append(_drop_row(finding))
	return rows


def _silence_row(finding: Finding) -> dict:
	rhythm = finding.rhythm
	evidence = _("Last order on {0}, {1} days ago. Usually there are {2} days between two orders.").format(
		formatdate(rhythm.last_order), rhythm.silent_days, f"{rhythm.usual_gap_days:g}"
	)
	if rhythm.counted_days < rhythm.silent_days:
		back = frappe.utils.add_days(finding.as_of, -rhythm.counted_days)
		evidence += " " + _("Counted from {0}: before, the account made a break last year too.").format(
			formatdate(back)
		)
	return {
		"indicator": "Order Silence",
		"value": rhythm.counted_days,
		"level": rhythm.level,
		"evidence": evidence,
	}


def _drop_row(finding: Finding) -> dict:
	drop, (start, end) = finding.drop, compared_months(finding.as_of)
	currency = company_currency(finding.account.company)
	evidence = _("Ordered from {0} to {1}: {2}. In the same months of last year: {3}.").format(
		formatdate(start),
		formatdate(end),
		fmt_money(drop.amount, currency=currency),
		fmt_money(drop.amount_before, currency=currency),
	)
	return {
		"indicator": "Revenue Change",
		"value": float(drop.percent),
		"level": drop.level,
		"evidence": evidence,
	}


def _warning_values(finding: Finding) -> dict:
	rhythm, drop, standing = finding.rhythm, finding.drop, finding.warning or {}
	return {
		"account_manager": finding.account.account_manager,
		"level": _text(finding.level),
		"drop_level": _text(finding.drop_level),
		"silence_level": _text(finding.silence_level),
		"order_change": float(drop.percent) if drop else 0.0,
		"last_order_date": rhythm.last_order if rhythm else standing.get("last_order_date"),
		"usual_gap_days": float(rhythm.usual_gap_days) if rhythm else standing.get("usual_gap_days", 0.0),
	}


def _text(level) -> str | None:
	return level and str(level)
