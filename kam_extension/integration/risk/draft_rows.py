"""Writing the app's drafts of Risk Reports, some or thousands at once, by a few statements (R53, R56, R77)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import frappe

from kam_extension.integration.bulk_deletion import delete_records
from kam_extension.integration.bulk_rows import insert_comments, insert_records, new_names, tell_search
from kam_extension.integration.risk.drafts import (
	EARLY_WARNING,
	PERIODIC,
	REPORT,
	ROW,
	ROW_FIELDS,
	Draft,
	merged_rows,
	open_drafts,
)
from kam_extension.policy.codes import RiskLevel, RiskStatus
from kam_extension.policy.rhythm import highest

Rows = Sequence[Mapping]


def add_findings(found: Mapping[str, Rows], as_of: date, source: str) -> dict[str, str]:
	"""Bring what was found about accounts, {key account: rows}, into their open drafts, or make Early Warnings.

	Rows are values of Risk Report Indicator. In a draft of the app they take the place of earlier ones of the same
	`source`; to a draft that is people's their evidence is added as a comment. Returns {key account: report}.
	"""
	drafts = open_drafts(found)
	rewrite_drafts(
		[(draft, found[name]) for name, draft in drafts.items() if draft.is_untouched], as_of, source
	)
	_tell_readers({draft.name: found[name] for name, draft in drafts.items() if not draft.is_untouched})
	new = {name: rows for name, rows in found.items() if name not in drafts}
	return {name: draft.name for name, draft in drafts.items()} | _insert_warnings(new, as_of, source)


def rewrite_drafts(changes: Sequence[tuple[Draft, Rows]], as_of: date | None, source: str) -> None:
	"""Put rows in the place of each draft's earlier ones of `source`.

	Early Warnings are dated anew, unless `as_of` is None; a periodic report keeps its date.
	"""
	accounts = _account_values([draft.key_account for draft, _rows in changes])
	replaced = {}
	for draft, rows in changes:
		merged = merged_rows(draft.rows, rows, source)
		keeps_date = draft.report_type == PERIODIC or as_of is None
		values = {"report_date": draft.report_date if keeps_date else as_of}
		values |= level_values(merged, accounts[draft.key_account].risk_level)
		replaced[draft.name] = (values, merged)
	replace_reports(replaced)


def withdraw_findings(drafts: Iterable[Draft], source: str) -> list[Draft]:
	"""What `source` found is over: take its rows out of untouched drafts; one that held nothing else is deleted.

	Returns those that were deleted; alerts about them go with them.
	"""
	kept, empty = [], []
	for draft in drafts:
		has_more = draft.report_type == PERIODIC or merged_rows(draft.rows, (), source)
		(kept if has_more else empty).append(draft)
	rewrite_drafts([(draft, ()) for draft in kept], None, source)
	delete_records(REPORT, [draft.name for draft in empty])
	return empty


def insert_reports(reports: Sequence[tuple[Mapping, Rows]]) -> list[str]:
	"""Insert reports, each with its fields and rows; returns their names in the same order."""
	if not reports:
		return []
	names = list(new_names(REPORT, len(reports)))
	own = {"status": str(RiskStatus.DRAFT), "drafted_by_system": 1}
	insert_records(
		REPORT,
		({"name": name, **values, **own} for name, (values, _rows) in zip(names, reports, strict=True)),
	)
	_insert_rows({name: rows for name, (_values, rows) in zip(names, reports, strict=True)})
	tell_search(REPORT, names)
	return names


def replace_reports(changes: Mapping[str, tuple[Mapping, Rows]]) -> None:
	"""Give drafts, {name: (fields, rows)}, these fields and, instead of all they have, these rows."""
	if not changes:
		return
	frappe.db.bulk_update(REPORT, {name: dict(values) for name, (values, _rows) in changes.items()})
	frappe.db.delete(ROW, {"parenttype": REPORT, "parent": ("in", list(changes))})
	_insert_rows({name: rows for name, (_values, rows) in changes.items()})


def level_values(rows: Iterable[Mapping], account_level: str | None) -> dict[str, str | None]:
	"""A draft's levels: what its rows say, never below the account's. People lower it, with a reason (R53)."""
	indicated = highest(row["level"] for row in rows)
	return {
		"indicated_level": indicated and str(indicated),
		"previous_risk_level": account_level,
		"risk_level": str(highest((indicated, account_level)) or RiskLevel.LOW),
	}


def _insert_warnings(found: Mapping[str, Rows], as_of: date, source: str) -> dict[str, str]:
	accounts = _account_values(found)
	reports = [
		(
			{"key_account": name, "customer": account.customer, "customer_name": account.customer_name}
			| {"report_type": EARLY_WARNING, "report_date": as_of}
			| level_values(rows, account.risk_level),
			merged_rows((), rows, source),
		)
		for name, rows in found.items()
		for account in [accounts[name]]
	]
	return dict(zip(found, insert_reports(reports), strict=True))


def _insert_rows(rows_of: Mapping[str, Rows]) -> None:
	insert_records(
		ROW,
		(
			{"parent": name, "parenttype": REPORT, "parentfield": "indicators", "idx": idx}
			| {field: row.get(field) for field in ROW_FIELDS}
			| {"value": row.get("value") or 0}
			for name, rows in rows_of.items()
			for idx, row in enumerate(rows, start=1)
		),
	)


def _account_values(key_accounts: Iterable[str]) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Key Account",
		{"name": ("in", list(key_accounts) or [""])},
		["name", "customer", "customer_name", "risk_level"],
	)
	return {row.name: row for row in rows}


def _tell_readers(found: Mapping[str, Rows]) -> None:
	texts = (
		(name, " ".join(row["evidence"] for row in rows if row.get("evidence")))
		for name, rows in found.items()
	)
	insert_comments(REPORT, "Info", ((name, frappe.utils.escape_html(text)) for name, text in texts if text))
