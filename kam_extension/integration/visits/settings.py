"""What KAM Settings says about visits, follow-up, care and account reports; read once for each run."""

from dataclasses import dataclass

import frappe
from frappe.utils import cint

from kam_extension.policy.cadence import CadenceTerms


@dataclass(frozen=True)
class VisitSettings:
	"""Days are calendar days."""

	cadence: CadenceTerms
	visits_per_day: int
	grace_days: int
	need_answer_days: int
	follow_up_manager_days: int
	follow_up_kam_manager_days: int
	care_lead_days: int
	care_birthdays: bool
	care_anniversaries: bool
	report_draft_days: int
	report_days_to_manager: int
	report_days_to_deputy: int


def visit_settings() -> VisitSettings:
	stored = frappe.get_cached_doc("KAM Settings")

	def number(fieldname: str) -> int:
		return cint(stored.get(fieldname))

	return VisitSettings(
		cadence=CadenceTerms(
			lead_days=number("visit_lead_days"),
			replan_days=number("visit_replan_days"),
			executive_contacts=number("executive_contacts_per_year"),
			executive_lead_days=number("executive_lead_days"),
		),
		visits_per_day=number("visits_per_day"),
		grace_days=number("visit_grace_days"),
		need_answer_days=number("need_answer_days"),
		follow_up_manager_days=number("follow_up_manager_days"),
		follow_up_kam_manager_days=number("follow_up_kam_manager_days"),
		care_lead_days=number("care_lead_days"),
		care_birthdays=bool(number("care_birthdays")),
		care_anniversaries=bool(number("care_anniversaries")),
		report_draft_days=number("report_draft_days"),
		report_days_to_manager=number("report_days_to_manager"),
		report_days_to_deputy=number("report_days_to_deputy"),
	)
