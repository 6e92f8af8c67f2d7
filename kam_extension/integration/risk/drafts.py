"""One draft of the app for an account, whoever finds something: periodic run, churn watch, health score (R53, R56, R77).

A draft is the app's until somebody edits, comments on, is given or links to it, or attaches a file. From then on it is
theirs: the app adds a comment and changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

import frappe
from frappe.query_builder import DocType
from frappe.utils import create_batch

from kam_extension.integration.bulk_deletion import referred
from kam_extension.policy.codes import IndicatorSource, RiskIndicator

REPORT, ROW, WARNING = "Risk Report", "Risk Report Indicator", "KAM Churn Warning"
EARLY_WARNING, PERIODIC = "Early Warning", "Periodic"
ROW_FIELDS = (
	"indicator", "value", "threshold", "level", "evidence", "link", "source", "event_date", "person",
)  # fmt: skip
# Longer lists of names would make the database lock more rows than are named.
LOCKED_AT_ONCE = 500
_TRACES = ("_comments", "_assign")


@dataclass(frozen=True)
class Draft:
	"""A Risk Report that is a draft; `rows` have `ROW_FIELDS`. Nobody else changes it until the transaction ends."""

	name: str
	key_account: str
	report_type: str
	report_date: date
	is_untouched: bool
	rows: Sequence[Mapping]


def open_drafts(key_accounts: Iterable[str]) -> dict[str, Draft]:
	"""{key account: its draft, the app's own first, then the latest}; accounts without one are left out."""
	return _first_of_each({}, key_accounts)


def early_drafts(key_accounts: Iterable[str]) -> dict[str, Draft]:
	"""{key account: its latest untouched Early Warning by the app}; accounts without one are left out."""
	filters = {"drafted_by_system": 1, "report_type": EARLY_WARNING}
	found = _first_of_each(filters, key_accounts)
	return {account: draft for account, draft in found.items() if draft.is_untouched}


def drafts_named(names: Iterable[str | None]) -> dict[str, Draft]:
	"""{name: draft} of those that are drafts still."""
	wanted = sorted({name for name in names if name})
	return {draft.name: draft for part in create_batch(wanted, LOCKED_AT_ONCE) for draft in _locked(part)}


def merged_rows(present: Iterable[Mapping], rows: Iterable[Mapping], source: str) -> list[dict]:
	"""Rows of a draft with those of `source` replaced by `rows`, which are of `source` unless they name another.

	Silence is one thing, whoever measures it: the new one counts.
	"""
	new = [{"source": str(source)} | dict(row) for row in rows]
	has_silence = any(row["indicator"] == RiskIndicator.ORDER_SILENCE for row in new)
	kept = [
		dict(row)
		for row in present
		if (row["source"] or IndicatorSource.PERSON) != source
		and not (has_silence and row["indicator"] == RiskIndicator.ORDER_SILENCE)
	]
	return kept + new


def note_author(report) -> None:
	"""On each save of a Risk Report: whoever edits it, or makes it, takes it over from the app, which writes rows."""
	report.drafted_by_system = 0


def _first_of_each(filters: Mapping, key_accounts: Iterable[str]) -> dict[str, Draft]:
	rows = frappe.get_all(
		REPORT,
		{**filters, "key_account": ("in", list(key_accounts)), "docstatus": 0},
		["key_account", "name"],
		order_by="drafted_by_system, creation",
	)
	names = {row.key_account: row.name for row in rows}
	return {draft.key_account: draft for draft in drafts_named(names.values()).values()}


def _locked(names: Sequence[str]) -> list[Draft]:
	report = DocType(REPORT)
	found = (
		frappe.qb.from_(report)
		.select(
			report.name, report.key_account, report.report_type, report.report_date, report.drafted_by_system,
			*(report[trace] for trace in _TRACES),
		)
		.where(report.name.isin(list(names)) & (report.docstatus == 0))
		.for_update()
	).run(as_dict=True)  # fmt: skip
	app_drafts = [row.name for row in found if row.drafted_by_system and not any(row[it] for it in _TRACES)]
	untouched = set(app_drafts) - _with_files(app_drafts) - referred(REPORT, app_drafts, besides=(WARNING,))
	rows = _rows_of([row.name for row in found])
	return [
		Draft(
			row.name, row.key_account, row.report_type, row.report_date, row.name in untouched,
			rows.get(row.name, ()),
		)
		for row in found
	]  # fmt: skip


def _with_files(names: Sequence[str]) -> set[str]:
	filters = {"attached_to_doctype": REPORT, "attached_to_name": ("in", list(names) or [""])}
	return set(frappe.get_all("File", filters, pluck="attached_to_name"))


def _rows_of(names: Sequence[str]) -> dict[str, list[Mapping]]:
	filters = {"parenttype": REPORT, "parent": ("in", list(names) or [""])}
	found: dict[str, list[Mapping]] = {}
	# As of now: another run may have written them while this one waited for their reports.
	rows = frappe.db.get_values(ROW, filters, ["parent", "idx", *ROW_FIELDS], as_dict=True, for_update=True)
	for row in sorted(rows, key=itemgetter("idx")):
		found.setdefault(row.pop("parent"), []).append(row)
	return found
