"""Managers are told when the assessment of a month, quarter or year is ready for review (R61; S1)."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, getdate

from kam_extension.integration.alerts import tell
from kam_extension.integration.metrics.scope import SCORED_STATUSES
from kam_extension.integration.notices import users_with_role
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.turns import hold_turn
from kam_extension.policy.assessments import ANNUAL, MONTHLY, ended_periods
from kam_extension.setup.record import read_record, write_record
from kam_extension.setup.roles import KAM_DIRECTOR, KAM_MANAGER

TURN = "Assessment Notices"
REPORT = "Key Account Assessment"
_RECORD_KEY = "assessment_told"


def nightly() -> None:
	"""Scheduled daily: so many days after a period, tell account managers, KAM Managers and directors, once."""
	days = cint(frappe.get_cached_doc("KAM Settings").get("assessment_notice_day"))
	if is_enabled() and days:
		frappe.db.commit()
		hold_turn(TURN)
		tell_of_periods(getdate(), days)
		frappe.db.commit()


def tell_of_periods(today: date, days_after: int) -> int:
	"""Tell of the periods that ended `days_after` days before `today`; returns how many people were told.

	The longest one of the same day counts, its page shows the others by a filter. Told once for each day.
	"""
	periods = ended_periods(today, days_after)
	if not periods or read_record(_RECORD_KEY, "") >= str(today):
		return 0
	write_record(_RECORD_KEY, str(today))
	kind, _first, last_day = periods[-1]
	people = _people()
	for user in people:
		tell(
			user,
			lambda language: _subject(kind, language),
			"Key Account",
			{"period_type": kind, "day": str(last_day)},
			path=f"/app/query-report/{REPORT.replace(' ', '%20')}",
		)
	return len(people)


def _people() -> list[str]:
	managers = frappe.get_all(
		"Key Account",
		filters={"status": ("in", SCORED_STATUSES)},
		pluck="account_manager",
		distinct=True,
	)
	return sorted({*managers, *users_with_role(KAM_MANAGER, KAM_DIRECTOR)} - {None, "", "Administrator"})


def _subject(kind: str, language: str) -> str:
	if kind == MONTHLY:
		return _("The monthly assessment of key accounts is ready for review.", lang=language)
	if kind == ANNUAL:
		return _("The annual assessment of key accounts is ready for review.", lang=language)
	return _("The quarterly assessment of key accounts is ready for review.", lang=language)
