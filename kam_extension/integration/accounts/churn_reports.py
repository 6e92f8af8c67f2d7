"""Risk Report drafts and warnings of the churn watch: one of each for an account, kept in step with what is found."""

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from kam_extension.integration.accounts.churn import Finding
from kam_extension.integration.money import company_currency
from kam_extension.policy.rhythm import compared_months, highest

WARNING = "KAM Churn Warning"
REPORT = "Risk Report"


def begin_warning(finding: Finding) -> str:
	"""Draft a Risk Report about a new finding and remember the warning; returns the report's name."""
	warning = frappe.new_doc(WARNING)
	warning.key_account = finding.account.name
	warning.found_on = finding.as_of
	warning.risk_report = _write_report(frappe.new_doc(REPORT), finding)
	_write_warning(warning, finding)
	return warning.risk_report


def change_warning(finding: Finding) -> str | None:
	"""Bring a standing warning in step; returns the report that tells of it, None where people removed theirs.

	A draft that nobody touched is written anew, one that somebody edited is theirs. Where there is no draft any more,
	news makes another one.
	"""
	warning = frappe.get_doc(WARNING, finding.warning.name)
	draft = _draft(warning.risk_report)
	if draft and _is_untouched(draft):
		_write_report(draft, finding)
	elif not draft and finding.is_news:
		warning.risk_report = _write_report(frappe.new_doc(REPORT), finding)
	_write_warning(warning, finding)
	return warning.risk_report


def end_warning(finding: Finding) -> None:
	"""The account orders as usual again: withdraw the draft, or tell those who work on it."""
	_remove_warning(finding.warning)
	draft = _draft(finding.warning.risk_report)
	if not draft:
		return
	if not _is_untouched(draft):
		draft.add_comment("Info", _("Orders are as usual again on {0}.").format(formatdate(finding.as_of)))
		return
	_withdraw(draft)
	note = _("Risk Report {0} was withdrawn: orders are as usual again on {1}.")
	account = frappe.get_doc("Key Account", finding.account.name)
	account.add_comment("Info", note.format(draft.name, formatdate(finding.as_of)))


def forget_account(key_account: str) -> None:
	"""With a Key Account that is deleted or ended go its warning and a draft that nobody touched."""
	warning = frappe.db.get_value(WARNING, key_account, ("name", "risk_report"), as_dict=True)
	if not warning:
		return
	_remove_warning(warning)
	draft = _draft(warning.risk_report)
	if draft and _is_untouched(draft):
		_withdraw(draft)


def note_author(report) -> None:
	"""On each save of a Risk Report: whoever edits it, or makes it, takes it over from the churn watch."""
	report.drafted_by_churn_watch = int(bool(report.flags.kam_churn_watch))


def release_report(report) -> None:
	"""Before a Risk Report is deleted: the warning goes on without it."""
	frappe.db.set_value(WARNING, {"risk_report": report.name}, "risk_report", None)


def _write_report(report, finding: Finding) -> str:
	report.update(
		{
			"key_account": finding.account.name,
			"report_type": "Early Warning",
			"report_date": finding.as_of,
			# A level is lowered by people only, with a reason (R53).
			"risk_level": highest((finding.level, finding.account.risk_level)),
			"indicators": _indicators(finding),
		}
	)
	report.flags.kam_churn_watch = True
	# The scheduler's own finding: every value follows from the orders.
	report.save(ignore_permissions=True)
	return report.name


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


def _draft(name: str | None):
	"""The Risk Report as long as it is a draft, locked so that nobody takes it over meanwhile."""
	if not name or frappe.db.get_value(REPORT, name, "docstatus", for_update=True) != 0:
		return None
	return frappe.get_doc(REPORT, name)


def _is_untouched(report) -> bool:
	"""Nobody edited it, commented on it, was given it or attached a file."""
	if not report.drafted_by_churn_watch or report.get("_comments") or report.get("_assign"):
		return False
	attached = {"attached_to_doctype": REPORT, "attached_to_name": report.name}
	return not frappe.db.exists("File", attached)


def _withdraw(report) -> None:
	"""Alerts about the draft go with it."""
	frappe.delete_doc(REPORT, report.name, ignore_permissions=True)
