"""Who may submit and cancel Risk Reports (R53, R54).

Anybody in the account's team raises a level, Critical included, and it holds at once; others are kept out by
`security/account_visibility.py`. Below the account's level so far or below an indicator, and out of a suspension, leads
only a manager or above who didn't write the report.
"""

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate

from kam_extension.integration.accounts.risk_levels import latest_level
from kam_extension.integration.risk.follow_up import closers_of
from kam_extension.integration.security.authorship import authors_of_draft
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, require_role
from kam_extension.policy.codes import AccountStatus, RiskLevel, RiskStatus
from kam_extension.policy.risk import rank
from kam_extension.policy.risk_escalation import is_escalated


def check_submit(report) -> None:
	"""Before submit: a lower level and the end of a suspension need a manager, and other eyes than the author's."""
	_refuse_too_late(report)
	_check_lift(report)
	if report.flags.kam_is_lowering or report.lift_suspension:
		_require_other_manager(report, _("Lower Risk Level"))


def check_cancel(report) -> None:
	"""Before cancel: where the account's level falls by it, or an escalation ends without evidence, it takes a reason
	and whoever may lower a level, or close the report at its step."""
	lowers, ends_escalation = _lowers_by_cancel(report), _is_being_escalated(report)
	if not (lowers or ends_escalation):
		return
	if not (report.cancel_reason or "").strip():
		frappe.throw(
			_(
				"Cancelling lowers the account's risk level or ends an open escalation. Enter and save the Reason for "
				"Cancelling first, then cancel."
			),
			frappe.MandatoryError,
			title=_("Reason for Cancelling"),
		)
	if ends_escalation:
		require_role(closers_of(report), _("Cancel Risk Report"))
	_require_other_manager(report, _("Lower Risk Level"))


def _lowers_by_cancel(report) -> bool:
	account_level = frappe.db.get_value("Key Account", report.key_account, "risk_level")
	left = latest_level(report.key_account, excluding=report.name)
	return max(rank(left), rank(RiskLevel.LOW)) < rank(account_level)


def _is_being_escalated(report) -> bool:
	return report.status == RiskStatus.OPEN and is_escalated(report.risk_level)


def _refuse_too_late(report) -> None:
	"""Suspending and lifting follow the account's latest report; an earlier one would do half of it."""
	if report.risk_level != RiskLevel.CRITICAL and not report.lift_suspension:
		return
	day, created = getdate(report.report_date), get_datetime(report.creation)
	reports = frappe.get_all(
		"Risk Report",
		{"key_account": report.key_account, "docstatus": 1, "report_date": (">=", day)},
		["name", "report_date", "creation"],
	)
	later = [row.name for row in reports if (row.report_date, row.creation) > (day, created)]
	if later:
		frappe.throw(
			_("{0} is later and decides the level. Set Report Date to today, or make a new report.").format(
				later[0]
			),
			title=_("Report Date"),
		)


def _check_lift(report) -> None:
	"""A suspension ends only with a report that is no longer critical and says why."""
	if not report.lift_suspension:
		return
	status = frappe.db.get_value("Key Account", report.key_account, "status")
	if status != AccountStatus.SUSPENDED or report.risk_level == RiskLevel.CRITICAL:
		frappe.throw(
			_("Lift the Suspension: the account has to be suspended and the level below Critical."),
			title=_("Lift the Suspension"),
		)


def _require_other_manager(report, title: str) -> None:
	require_role(MANAGER_AND_ABOVE, title)
	user = frappe.session.user
	if user == "Administrator" or user not in authors_of_draft(report):
		return
	frappe.throw(
		_(
			"You wrote this report. Somebody else, a manager or above, has to agree to a lower risk level or to "
			"cancelling it."
		),
		frappe.PermissionError,
		title=_("Four Eyes"),
	)
