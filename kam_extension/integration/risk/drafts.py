"""One draft of the app for an account, whoever finds something: periodic run, churn watch, health score (R53, R56, R77).

A draft is the app's until somebody edits, comments on, is given or attaches a file to it. From then on it is theirs: the
app adds a comment and changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import frappe

from kam_extension.policy.codes import IndicatorSource, RiskIndicator
from kam_extension.policy.rhythm import highest

REPORT = "Risk Report"
EARLY_WARNING, PERIODIC = "Early Warning", "Periodic"


def add_finding(
	key_account: str, rows: Sequence[Mapping], as_of: date, source: str, news: str | None = None
) -> str:
	"""Bring a finding (values of Risk Report Indicator) into the account's open draft, or make an Early Warning.

	In a draft of the app the rows take the place of earlier ones of the same `source`; to a draft that is people's the
	evidence is added as a comment, where `news` is given that text instead. Returns the report's name.
	"""
	draft = open_draft(key_account)
	if draft is None:
		return write_draft(frappe.new_doc(REPORT), key_account, rows, as_of, source)
	if is_untouched(draft):
		return write_draft(draft, key_account, rows, as_of, source)
	text = news or " ".join(row["evidence"] for row in rows if row.get("evidence"))
	if text:
		draft.add_comment("Info", frappe.utils.escape_html(text))
	return draft.name


def write_draft(report, key_account: str, rows: Iterable[Mapping], as_of: date, source: str) -> str:
	"""Put `rows` in the place of the draft's earlier ones of `source` and save it; returns its name."""
	account_level = frappe.db.get_value("Key Account", key_account, "risk_level")
	is_periodic = report.report_type == PERIODIC and not report.is_new()
	report.update(
		{
			"key_account": key_account,
			"report_type": PERIODIC if is_periodic else EARLY_WARNING,
			"report_date": report.report_date if is_periodic else as_of,
			"indicators": merged_rows(report.get("indicators") or (), rows, source),
		}
	)
	# A level is lowered by people only, with a reason (R53).
	report.risk_level = highest((*(row.level for row in report.indicators), account_level)) or "Low"
	save_as_system(report)
	return report.name


def merged_rows(present: Iterable, rows: Iterable[Mapping], source: str) -> list[dict]:
	"""Rows of a draft with those of `source` replaced. Silence is one thing, whoever measures it: the new one counts."""
	new = [dict(row) | {"source": str(source)} for row in rows]
	has_silence = any(row["indicator"] == RiskIndicator.ORDER_SILENCE for row in new)
	kept = [
		row.as_dict(no_default_fields=True)
		for row in present
		if (row.source or str(IndicatorSource.PERSON)) != source
		and not (has_silence and row.indicator == RiskIndicator.ORDER_SILENCE)
	]
	return kept + new


def save_as_system(report) -> None:
	"""Save a report for the app: its values follow from documents."""
	report.flags.kam_system = True
	report.save(ignore_permissions=True)


def open_draft(key_account: str):
	"""The account's draft, the app's own first; locked so that nobody takes it over meanwhile. None: there is none."""
	names = frappe.get_all(
		REPORT,
		filters={"key_account": key_account, "docstatus": 0},
		order_by="drafted_by_system desc, creation desc",
		pluck="name",
		limit=1,
	)
	return locked_draft(names[0]) if names else None


def locked_draft(name: str | None):
	"""The Risk Report as long as it is a draft, locked; else None."""
	if not name or frappe.db.get_value(REPORT, name, "docstatus", for_update=True) != 0:
		return None
	return frappe.get_doc(REPORT, name)


def is_untouched(report) -> bool:
	"""Nobody edited it, commented on it, was given it or attached a file."""
	if not report.drafted_by_system or report.get("_comments") or report.get("_assign"):
		return False
	return not frappe.db.exists("File", {"attached_to_doctype": REPORT, "attached_to_name": report.name})


def withdraw(report, source: str) -> bool:
	"""What `source` found is over: take its rows out of an untouched draft; one that held nothing else is deleted.

	Returns whether it was deleted; alerts about it go with it.
	"""
	left = merged_rows(report.indicators, (), source)
	if left or report.report_type == PERIODIC:
		write_draft(report, report.key_account, (), report.report_date, source)
		return False
	frappe.delete_doc(REPORT, report.name, ignore_permissions=True)
	return True


def note_author(report) -> None:
	"""On each save of a Risk Report: whoever edits it, or makes it, takes it over from the app."""
	report.drafted_by_system = int(bool(report.flags.kam_system))
