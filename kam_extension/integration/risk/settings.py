"""Thresholds, days and levels of Risk Reports from KAM Settings (R53, R55)."""

from collections.abc import Sequence

import frappe
from frappe import _

from kam_extension.policy.checks import review_months
from kam_extension.policy.codes import RiskIndicator, RiskLevel
from kam_extension.policy.money import decimal
from kam_extension.policy.risk import RiskRules, Threshold
from kam_extension.policy.risk_escalation import STEPS, EscalationRules

DOCTYPE = "KAM Settings"
_THRESHOLDS = {
	RiskIndicator.OVERDUE_SHARE: "risk_overdue",
	RiskIndicator.COMPLAINTS: "risk_complaints",
	RiskIndicator.SATISFACTION: "risk_satisfaction",
	RiskIndicator.VISIT_OVERDUE: "risk_visit",
}
_EVENTS = {
	RiskIndicator.LEADERSHIP_CHANGE: "risk_level_leadership",
	RiskIndicator.BROKEN_PROMISE: "risk_level_promise",
	RiskIndicator.LAWSUIT: "risk_level_lawsuit",
	RiskIndicator.BANKRUPTCY: "risk_level_bankruptcy",
}
_DAYS = {RiskLevel.HIGH: "risk_days_high", RiskLevel.CRITICAL: "risk_days_critical"}


def risk_rules() -> RiskRules:
	settings = frappe.get_cached_doc(DOCTYPE)
	return RiskRules(
		thresholds={
			indicator: Threshold(
				decimal(settings.get(f"{field}_medium")), decimal(settings.get(f"{field}_high"))
			)
			for indicator, field in _THRESHOLDS.items()
		},
		events={
			indicator: RiskLevel(settings.get(field))
			for indicator, field in _EVENTS.items()
			if settings.get(field)
		},
	)


def escalation_rules() -> EscalationRules:
	settings = frappe.get_cached_doc(DOCTYPE)
	steps = range(1, len(STEPS) + 1)
	return EscalationRules(
		days={
			level: tuple(settings.get(f"{field}_{step}") or 0 for step in steps)
			for level, field in _DAYS.items()
		},
		critical_needs_meeting=bool(settings.risk_critical_needs_meeting),
	)


def report_months() -> Sequence[int]:
	"""Months (1–12) in whose first days reports are drafted; empty for none."""
	return review_months(frappe.get_cached_doc(DOCTYPE).risk_report_months or "")


def drafting_days() -> int:
	return frappe.get_cached_doc(DOCTYPE).risk_report_days or 0


def check_risk_settings(settings, method: str | None = None) -> None:
	"""Event validate of KAM Settings: thresholds in order, days and months that make sense."""
	_check_months(settings)
	for indicator, field in _THRESHOLDS.items():
		_check_pair(settings, field, is_lower_worse=indicator == RiskIndicator.SATISFACTION)
	days = [f"{field}_{step}" for field in _DAYS.values() for step in range(1, len(STEPS) + 1)]
	for field in ("risk_report_days", *days):
		if (settings.get(field) or 0) < 0:
			_refuse(settings, field, _("{0} can't be negative. Enter a number of days."))


def _check_months(settings) -> None:
	try:
		review_months(settings.risk_report_months or "")
	except ValueError:
		_refuse(
			settings,
			"risk_report_months",
			_("{0} has to be months from 1 to 12, separated by commas, such as 1,4,7,10."),
		)


def _check_pair(settings, field: str, is_lower_worse: bool) -> None:
	medium, high = (decimal(settings.get(f"{field}_{level}")) for level in ("medium", "high"))
	if min(medium, high) < 0:
		_refuse(settings, f"{field}_medium", _("{0} can't be negative. Enter 0 to switch it off."))
	if not medium or not high:
		return
	if (high > medium) if is_lower_worse else (high < medium):
		_refuse(settings, f"{field}_medium", _("{0}: High must not be reached before Medium."))


def _refuse(settings, field: str, message: str) -> None:
	label = _(settings.meta.get_label(field))
	frappe.throw(message.format(frappe.bold(label)), title=_("Risk Reports"))
