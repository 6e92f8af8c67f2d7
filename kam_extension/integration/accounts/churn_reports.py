"""Risk Report drafts and warnings of the churn watch: one of each for an account, kept in step with what is found."""

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from kam_extension.integration.accounts.churn import Finding
from kam_extension.integration.money import company_currency
from kam_extension.integration.risk.drafts import (
	add_finding,
	is_untouched,
	locked_draft,
	withdraw,
	write_draft,
)
from kam_extension.policy.codes import IndicatorSource
from kam_extension.policy.rhythm import compared_months

WARNING = "KAM Churn Warning"
SOURCE = IndicatorSource.CHURN_WATCH


def begin_warning(finding: Finding) -> str:
	"""Report a new finding in the account's draft and remember the warning; returns the report's name."""
	warning = frappe.new_doc(WARNING)
	warning.key_account = finding.account.name
	warning.found_on = finding.as_of
	warning.risk_report = _report(finding)
	_write_warning(warning, finding)
	return warning.risk_report


def change_warning(finding: Finding) -> str | None:
	"""Bring a standing warning in step; returns the report that tells of it, None where people removed theirs.

	A draft that nobody touched is written anew, one that somebody edited is theirs. Where there is no draft any more,
	news makes another one.
	"""
	warning = frappe.get_doc(WARNING, finding.warning.name)
	draft = locked_draft(warning.risk_report)
	if draft and is_untouched(draft):
		write_draft(draft, finding.account.name, _indicators(finding), finding.as_of, SOURCE)
	elif not draft and finding.is_news:
		warning.risk_report = _report(finding)
	_write_warning(warning, finding)
	return warning.risk_report


def end_warning(finding: Finding) -> None:
	"""The account orders as usual again: withdraw the draft, or tell those who work on it."""
	_remove_warning(finding.warning)
	draft = locked_draft(finding.warning.risk_report)
	if not draft:
		return
	if not is_untouched(draft):
		draft.add_comment("Info", _("Orders are as usual again on {0}.").format(formatdate(finding.as_of)))
		return
	if not withdraw(draft, SOURCE):
		return
	note = _("Risk Report {0} was withdrawn: orders are as usual again on {1}.")
	account = frappe.get_doc("Key Account", finding.account.name)
	account.add_comment("Info", note.format(draft.name, formatdate(finding.as_of)))


def forget_account(key_account: str) -> None:
	"""With a Key Account that is deleted or ended go its warning and a draft that nobody touched."""
	warning = frappe.db.get_value(WARNING, key_account, ("name", "risk_report"), as_dict=True)
	if not warning:
		return
	_remove_warning(warning)
	draft = locked_draft(warning.risk_report)
	if draft and is_untouched(draft):
		withdraw(draft, SOURCE)


def release_report(report) -> None:
	"""Before a Risk Report is deleted: the warning goes on without it."""
	frappe.db.set_value(WARNING, {"risk_report": report.name}, "risk_report", None)


def _report(finding: Finding) -> str:
	return add_finding(finding.account.name, _indicators(finding), finding.as_of, SOURCE)


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


def _write_warning(warning, finding: Finding) -> None:
	rhythm, drop = finding.rhythm, finding.drop
	warning.account_manager = finding.account.account_manager
	warning.level, warning.drop_level = finding.level, finding.drop_level
	warning.silence_level = finding.silence_level
	warning.order_change = float(drop.percent) if drop else None
	if rhythm:
		warning.last_order_date = rhythm.last_order
		warning.usual_gap_days = float(rhythm.usual_gap_days)
	# Nobody may write warnings by hand; this is their only writer.
	warning.save(ignore_permissions=True)


def _remove_warning(warning) -> None:
	frappe.db.delete(WARNING, {"name": warning.name})
