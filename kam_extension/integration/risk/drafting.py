"""Writing many drafted Risk Reports at once (R53)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from frappe import _

from kam_extension.integration.attempts import attempt_together
from kam_extension.integration.risk.assessment import period_key
from kam_extension.integration.risk.draft_rows import insert_reports, level_values, replace_reports
from kam_extension.integration.risk.drafts import PERIODIC, Draft, early_drafts, merged_rows
from kam_extension.policy.codes import IndicatorSource

Period = tuple[date, date]


@dataclass(frozen=True)
class Drafted:
	"""One account (row with `figures.FIELDS`) and the indicator rows of its report."""

	account: Mapping
	rows: Sequence[Mapping]


def write_reports(drafts: Sequence[Drafted], as_of: date, period: Period) -> list[Drafted]:
	"""Write a draft for each account, or make the app's own draft that it has the report about the period.

	Returns those that could be written; one that fails stops no other.
	"""
	return attempt_together(drafts, partial(_write, as_of=as_of, period=period), _failure)


def _failure(draft: Drafted) -> str:
	return _("Risk Reports of {0} could not be drafted").format(draft.account["name"])


def _write(drafts: Sequence[Drafted], as_of: date, period: Period) -> None:
	by_account = {draft.account["name"]: draft for draft in drafts}
	adopted = {
		early.name: _adopted(early, by_account.pop(account), as_of, period)
		for account, early in early_drafts(by_account).items()
	}
	replace_reports(adopted)
	insert_reports([(_values(one.account, one.rows, as_of, period), one.rows) for one in by_account.values()])


def _adopted(early: Draft, draft: Drafted, as_of: date, period: Period) -> tuple[dict, list[dict]]:
	"""The churn watch's draft becomes the periodic report: what it found stays, the figures come to it."""
	rows = merged_rows(early.rows, draft.rows, IndicatorSource.FIGURES)
	return _values(draft.account, rows, as_of, period), rows


def _values(account: Mapping, rows: Sequence[Mapping], as_of: date, period: Period) -> dict:
	return {
		"key_account": account["name"],
		"customer": account["customer"],
		"customer_name": account["customer_name"],
		"report_type": PERIODIC,
		"report_date": as_of,
		"period_start": period[0],
		"period_end": period[1],
		"period_key": period_key(account["name"], period[1]),
	} | level_values(rows, account["risk_level"])
