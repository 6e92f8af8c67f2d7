"""What the form of a visit asks the server: completing it, and planning the next one (R45)."""

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.policy.codes import VisitStatus

DOCTYPE = "Visit Log"


@frappe.whitelist(methods=["POST"])
def complete_visit(
	visit: str,
	visit_date: str,
	discussion: str,
	result: str | None = None,
	next_step: str | None = None,
	next_visit_date: str | None = None,
) -> dict:
	"""Complete a planned or missed visit in one go and plan the next one where a date is given.

	Returns `next_visit`, the name of the next visit or None. Raises frappe.PermissionError, and
	frappe.ValidationError for what a completed visit may not be.
	"""
	document = frappe.get_doc(DOCTYPE, visit)
	document.check_permission("write")
	document.update(
		{
			"status": VisitStatus.COMPLETED,
			"visit_date": getdate(visit_date),
			"discussion": discussion,
			"result": result or None,
			"next_step": next_step or document.next_step,
		}
	)
	document.save()
	following = _plan_next(document, next_visit_date) if next_visit_date else None
	return {"next_visit": following}


def _plan_next(visit, day: str) -> str:
	if getdate(day) <= getdate(visit.visit_date):
		frappe.throw(
			_("Next Visit has to be later than this one. Choose another date or leave it empty."),
			title=_("Next Visit"),
		)
	following = frappe.new_doc(DOCTYPE)
	following.update(
		{
			"key_account": visit.key_account,
			"visit_date": getdate(day),
			"visit_type": visit.visit_type,
			"visited_by": visit.visited_by,
			"purpose": visit.next_step,
			"place": visit.place,
			"location": visit.location,
			"previous_visit": visit.name,
		}
	)
	return following.insert().name
