"""Every night: open reports past their day go a step up, closed ones whose indicators are worse open again (R55)."""

from collections import defaultdict
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.risk.follow_up import place_at
from kam_extension.integration.risk.notices import tell_escalated
from kam_extension.integration.risk.reopening import reopen_worse
from kam_extension.policy.codes import RiskStatus
from kam_extension.policy.risk_escalation import next_step

REPORT = "Risk Report"


def nightly() -> None:
	"""Scheduled daily, as of today; each report is a transaction of its own."""
	if is_enabled():
		escalate(getdate(), commits=True)
		reopen_worse(getdate(), commits=True)


def escalate(as_of: date, commits: bool = False) -> int:
	"""Take each open report that should have been closed before `as_of` one step up; returns how many.

	The next step has its full time from now on, so a second run does nothing, and so does one at the same moment: each
	report is locked and looked at again.
	"""
	overdue = frappe.get_all(
		REPORT,
		filters={"docstatus": 1, "status": str(RiskStatus.OPEN), "escalation_due": ("<", as_of)},
		order_by="escalation_due",
		pluck="name",
	)
	done, news = 0, defaultdict(list)
	for name in overdue:
		title = _("Risk Report {0} could not be escalated").format(name)
		done += attempt(partial(_step_up, name, as_of, news), title)
		if commits:
			frappe.db.commit()
	tell_escalated(news)
	if commits:
		frappe.db.commit()
	return done


def _step_up(name: str, as_of: date, news: dict[str, list]) -> None:
	fields = ("status", "escalation_due")
	state = frappe.db.get_value(REPORT, name, fields, as_dict=True, for_update=True)
	if state.status != RiskStatus.OPEN or not state.escalation_due or state.escalation_due >= as_of:
		return
	report = frappe.get_doc(REPORT, name)
	for user in place_at(report, next_step(report.escalation_level), as_of):
		news[user].append(report)
