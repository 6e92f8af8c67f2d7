"""Which level a Risk Report may have: the highest there is a ground for, lower only with a reason (R53)."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form, getdate

from kam_extension.integration.risk.drafts import PERIODIC, note_author
from kam_extension.integration.risk.judged_events import judge_events
from kam_extension.integration.risk.settings import report_months, risk_rules
from kam_extension.integration.security.authorship import note_author as note_person
from kam_extension.policy.codes import IndicatorSource
from kam_extension.policy.rhythm import highest
from kam_extension.policy.risk import rank
from kam_extension.policy.risk_periods import report_period

REPORT = "Risk Report"
# What follows from other fields or from methods, whatever a request sends.
SERVER_FIELDS = (
	"status", "period_start", "period_end", "period_key", "previous_risk_level", "indicated_level", "escalation_level",
	"escalated_on", "escalation_due", "closing_statement", "closed_by", "closed_on", "reopened_on",
)  # fmt: skip
_ROW = ("indicator", "value", "threshold", "level", "evidence", "link", "source")
_DRAFTED = ("risk_level", "lowering_reason", "lift_suspension")


def prepare(report) -> None:
	"""Before the checks of a draft: what the app keeps is as the app had it."""
	note_author(report)
	note_person(report, assessed_terms)
	keep_server_fields(report)
	keep_app_rows(report)
	set_period(report)
	report.previous_risk_level = frappe.db.get_value("Key Account", report.key_account, "risk_level")


def keep_server_fields(report) -> None:
	"""Restore what only the app writes, rows of past escalations included."""
	before = report.get_doc_before_save()
	for field in SERVER_FIELDS:
		report.set(field, before.get(field) if before else None)
	report.set("escalations", before.escalations if before else [])
	if not before:
		report.status = "Draft"


def keep_app_rows(report) -> None:
	"""Rows with the app's figures stay as they were; people write rows of their own."""
	kept = [row for row in _stored_rows(report) if row.source not in (None, "", IndicatorSource.PERSON)]
	names = {row.name for row in kept}
	own = [row for row in report.indicators if row.name not in names and not _copies(row, kept)]
	for row in own:
		row.source, row.threshold = str(IndicatorSource.PERSON), None
		if not (row.link or "").startswith("/app/"):
			row.link = None
	report.indicators = []
	for row in kept:
		report.append("indicators", {field: row.get(field) for field in _ROW})
	for row in own:
		report.append("indicators", row)


def _stored_rows(report) -> list:
	"""Rows as stored; of an amendment, those of the report that it amends."""
	before = report.get_doc_before_save()
	if before:
		return list(before.indicators)
	return list(frappe.get_doc(REPORT, report.amended_from).indicators) if report.amended_from else []


def _copies(row, kept: list) -> bool:
	"""An amendment brings the rows of the amended report along under new names."""
	return any(all((row.get(field) or None) == (one.get(field) or None) for field in _ROW) for one in kept)


def set_period(report) -> None:
	"""A periodic report is about the time that ended before its date; one for an account and period."""
	if report.report_type != PERIODIC:
		report.update(dict.fromkeys(("period_start", "period_end", "period_key")))
		return
	if not report.period_start:
		period = report_period(getdate(report.report_date), report_months())
		report.period_start, report.period_end = period or (None, None)
	report.period_key = period_key(report.key_account, report.period_end) if report.period_end else None
	refuse_second_report(report)


def period_key(key_account: str, period_end) -> str:
	return f"{key_account} {getdate(period_end)}"


def refuse_second_report(report) -> None:
	other = report.period_key and frappe.db.get_value(
		REPORT, {"period_key": report.period_key, "name": ("!=", report.name or "")}
	)
	if other:
		frappe.throw(
			_(
				"{0} has a Risk Report about this period already: {1}. Open it, or make this one an Early Warning."
			).format(
				frappe.bold(report.customer_name or report.key_account), get_link_to_form(REPORT, other)
			),
			frappe.DuplicateEntryError,
			title=_("Report Type"),
		)


def check_level(report) -> None:
	"""At least the account's level so far and what the indicators say; below that only with a reason."""
	least = judge_events(report, risk_rules())
	report.indicated_level = highest(row.level for row in report.indicators)
	report.flags.kam_is_lowering = rank(report.risk_level) < max(least, _rank_so_far(report))
	if report.flags.kam_is_lowering and not (report.lowering_reason or "").strip():
		frappe.throw(
			_(
				"Risk Level {0} is below the previous level or below an indicator. Raise it, or say why under "
				"Reason for a Lower Level."
			).format(frappe.bold(_(report.risk_level))),
			title=_("Risk Level"),
		)


def _rank_so_far(report) -> int:
	"""Of the account, and of the report that this one amends."""
	amended = report.amended_from and frappe.db.get_value(REPORT, report.amended_from, "risk_level")
	return max(rank(report.previous_risk_level), rank(amended))


def check_date(report) -> None:
	if getdate(report.report_date) > getdate():
		frappe.throw(_("Report Date can't lie in the future."), title=_("Report Date"))


def assessed_terms(report) -> tuple:
	"""What a person says with a report; who changes it can't approve a lower level."""
	rows = tuple((row.indicator, row.level, row.evidence or "") for row in report.indicators)
	return *((report.get(field) or None) for field in _DRAFTED), rows
