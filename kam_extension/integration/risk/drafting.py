"""Writing many drafted Risk Reports at once (R53)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import frappe
from frappe import _

from kam_extension.integration.attempts import attempt
from kam_extension.integration.bulk_rows import insert_records, new_names
from kam_extension.integration.risk.assessment import period_key
from kam_extension.integration.risk.drafts import (
	EARLY_WARNING,
	PERIODIC,
	REPORT,
	is_untouched,
	locked_draft,
	merged_rows,
	save_as_system,
)
from kam_extension.policy.codes import IndicatorSource, RiskLevel, RiskStatus
from kam_extension.policy.rhythm import highest

ROW = "Risk Report Indicator"
ROW_FIELDS = (
	"indicator", "value", "threshold", "level", "evidence", "link", "source", "event_date", "person",
)  # fmt: skip


@dataclass(frozen=True)
class Drafted:
	"""One account (row with `figures.FIELDS`) and the indicator rows of its report."""

	account: Mapping
	rows: Sequence[Mapping]

	@property
	def indicated_level(self) -> RiskLevel:
		return highest(row["level"] for row in self.rows) or RiskLevel.LOW

	@property
	def risk_level(self) -> RiskLevel:
		"""Never below the account's level: people lower it, with a reason."""
		return highest((self.indicated_level, self.account["risk_level"])) or RiskLevel.LOW


def write_reports(drafts: Iterable[Drafted], as_of: date, period: tuple[date, date]) -> None:
	"""Write a draft for each account, or make the app's own draft that it has the report about the period."""
	by_account = {draft.account["name"]: draft for draft in drafts}
	for name in _drafts_of_the_app(list(by_account)):
		report = locked_draft(name)
		if report and is_untouched(report):
			attempt(
				partial(_adopt, report, by_account.pop(report.key_account), as_of),
				_("Risk Report {0} could not be brought up to date").format(name),
			)
	_insert(list(by_account.values()), as_of, period)


def _drafts_of_the_app(key_accounts: list[str]) -> list[str]:
	# A draft about an earlier period stays what it is.
	filters = {
		"key_account": ("in", key_accounts),
		"docstatus": 0,
		"drafted_by_system": 1,
		"report_type": EARLY_WARNING,
	}
	rows = frappe.get_all(REPORT, filters, ["key_account", "name"], order_by="creation")
	return list({row.key_account: row.name for row in rows}.values())


def _adopt(report, draft: Drafted, as_of: date) -> None:
	"""The churn watch's draft becomes the periodic report: what it found stays, the figures come to it."""
	rows = merged_rows(report.indicators, draft.rows, IndicatorSource.FIGURES)
	# People's events of earlier reports come along with the figures, as their own.
	for row, original in zip(rows[-len(draft.rows) :], draft.rows, strict=True):
		row["source"] = original["source"]
	report.update(
		{
			"report_type": PERIODIC,
			"report_date": as_of,
			"indicators": rows,
			"risk_level": highest((draft.risk_level, *(row["level"] for row in rows))),
		}
	)
	save_as_system(report)


def _insert(drafts: Sequence[Drafted], as_of: date, period: tuple[date, date]) -> None:
	"""Reports and their rows, by a few statements."""
	if not drafts:
		return
	names = list(new_names(REPORT, len(drafts)))
	named = list(zip(names, drafts, strict=True))
	insert_records(REPORT, [{"name": name, **_report_values(draft, as_of, period)} for name, draft in named])
	insert_records(
		ROW,
		(
			{"parent": name, "parenttype": REPORT, "parentfield": "indicators", "idx": idx}
			| {field: row.get(field) for field in ROW_FIELDS}
			for name, draft in named
			for idx, row in enumerate(draft.rows, start=1)
		),
	)


def _report_values(draft: Drafted, as_of: date, period: tuple[date, date]) -> dict:
	account = draft.account
	return {
		"key_account": account["name"],
		"customer": account["customer"],
		"customer_name": account["customer_name"],
		"report_type": PERIODIC,
		"report_date": as_of,
		"period_start": period[0],
		"period_end": period[1],
		"period_key": period_key(account["name"], period[1]),
		"status": str(RiskStatus.DRAFT),
		"risk_level": str(draft.risk_level),
		"previous_risk_level": account["risk_level"],
		"indicated_level": str(draft.indicated_level),
		"drafted_by_system": 1,
	}
