"""From a submitted report to its closing with evidence (R55)."""

from collections.abc import Collection
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.risk.measures import end_measures, follow_measures
from kam_extension.integration.risk.responsible import responsible_users
from kam_extension.integration.risk.settings import escalation_rules
from kam_extension.integration.security.roles import (
	DIRECTOR_AND_ABOVE,
	EXECUTIVE_ONLY,
	MANAGER_AND_ABOVE,
	require_role,
)
from kam_extension.integration.visits import todos
from kam_extension.policy.codes import EscalationLevel, MeasureStatus, RiskStatus
from kam_extension.policy.risk_escalation import hindrances, is_escalated

_CLOSERS = {
	EscalationLevel.ACCOUNT_MANAGER: MANAGER_AND_ABOVE,
	EscalationLevel.MANAGER: MANAGER_AND_ABOVE,
	EscalationLevel.DIRECTOR: DIRECTOR_AND_ABOVE,
	EscalationLevel.EXECUTIVE: EXECUTIVE_ONLY,
}


def begin_follow_up(report) -> None:
	"""On submit: High and Critical, and whatever has measures, stays open until it is closed."""
	if is_escalated(report.risk_level):
		place_at(report, EscalationLevel.ACCOUNT_MANAGER, getdate(), notifies=True)
	open_measures = any(row.status == MeasureStatus.OPEN for row in report.measures)
	is_open = is_escalated(report.risk_level) or open_measures
	_write(report, status=str(RiskStatus.OPEN if is_open else RiskStatus.CLOSED))
	follow_measures(report)


def place_at(report, step: EscalationLevel, since: date, notifies: bool = False) -> list[str]:
	"""Put an open report on a step of its escalation and assign it; returns the users who have it now.

	`notifies` False: the caller tells them.
	"""
	due = escalation_rules().due(report.risk_level, step, since)
	_write(report, escalation_level=str(step), escalated_on=since, escalation_due=due)
	users = responsible_users(report.key_account, step)
	_take_from_others(report)
	for user in users:
		_record_step(report, step, user, since, due)
		todos.assign(report, user, _task(report), due, report.name, notifies)
	return users


def end_follow_up(report) -> None:
	"""On cancel: nothing is left to do."""
	_take_from_others(report)
	end_measures(report)
	# The period is free for an amendment; the nightly run goes by its end.
	_write(report, status=str(RiskStatus.CANCELLED), escalation_due=None, period_key=None)


def close_report(report, statement: str) -> None:
	"""Close an open report (R55). Raises ValidationError where evidence is missing, PermissionError for others than the
	role at its step or above; at the first step the account manager may close it, too.
	"""
	if report.docstatus != 1 or report.status != RiskStatus.OPEN:
		frappe.throw(_("{0} is not open.").format(report.name), title=_("Close Risk Report"))
	_require_closer(report)
	_refuse_hindrances(report)
	if not (statement or "").strip():
		frappe.throw(
			_("Closing Statement is missing: say what was achieved."),
			frappe.MandatoryError,
			title=_("Closing Statement"),
		)
	_take_from_others(report)
	_write(
		report,
		status=str(RiskStatus.CLOSED),
		closing_statement=statement.strip(),
		closed_by=frappe.session.user,
		closed_on=getdate(),
		escalation_due=None,
	)
	report.add_comment("Info", frappe.utils.escape_html(statement.strip()))
	report.notify_update()


def closers_of(report) -> Collection[str]:
	"""Roles that may end an open report at its step of the escalation."""
	return _CLOSERS[_step(report)]


def _step(report) -> EscalationLevel:
	return EscalationLevel(report.escalation_level or EscalationLevel.ACCOUNT_MANAGER)


def _require_closer(report) -> None:
	manager = frappe.db.get_value("Key Account", report.key_account, "account_manager")
	if _step(report) == EscalationLevel.ACCOUNT_MANAGER and frappe.session.user == manager:
		return
	require_role(closers_of(report), _("Close Risk Report"))


def _refuse_hindrances(report) -> None:
	measures = [(row.status, bool((row.evidence or "").strip())) for row in report.measures]
	found = hindrances(report.risk_level, measures, len(report.meetings), escalation_rules())
	if found:
		texts = _hindrance_texts()
		frappe.throw([texts[code] for code in found], title=_("Close Risk Report"), as_list=True)


def _hindrance_texts() -> dict[str, str]:
	return {
		"no_measure": _("Measures: a report of this level needs at least one measure with evidence."),
		"open_measure": _("Measures: set each measure to Done or Cancelled, with evidence."),
		"no_evidence": _("Measures: evidence is missing. Enter it in each row."),
		"no_meeting": _("Special Meetings: a critical report needs the record of a special meeting."),
	}


def _write(report, **values) -> None:
	"""Write fields that only the app writes, past the checks of a user's save."""
	report.db_set(values, update_modified=True)


def _record_step(report, step: EscalationLevel, user: str, since: date, due: date) -> None:
	row = report.append(
		"escalations", {"escalation_level": str(step), "user": user, "since": since, "due_date": due}
	)
	row.docstatus = report.docstatus
	row.db_insert()


def _take_from_others(report) -> None:
	todos.end_all(report.doctype, [report.name], todos.CLOSED)


def _task(report) -> str:
	customer = frappe.utils.escape_html(report.customer_name or report.customer or "")
	return _("{0}: deal with the risk of level {1} and close the report with evidence.").format(
		customer, _(report.risk_level)
	)
