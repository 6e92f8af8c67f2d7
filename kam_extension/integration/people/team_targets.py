"""What a unit is to sell in a month, approved before it counts, and what came of it (R59; S4 chapter 6, 5.)."""

from datetime import date

import frappe
from frappe import _

from kam_extension.integration.people.sales_results import month_start, result_of_unit
from kam_extension.integration.security.roles import DIRECTOR_AND_ABOVE, require_other_person, require_role
from kam_extension.policy.codes import TeamResult
from kam_extension.policy.money import decimal
from kam_extension.policy.scorecards import team_result

DOCTYPE = "KAM Team Target"
_TERMS = ("unit", "company", "month", "base_target", "challenge_target")


def prepare_target(target) -> None:
	"""Before each save: month and state are the server's; one target for each unit and month."""
	target.month = month_start(target.month)
	target.status = "Approved" if target.docstatus == 1 else "Draft"
	if decimal(target.base_target) <= 0:
		frappe.throw(_("Base Target must be above 0."), title=_("Base Target"))
	challenge = decimal(target.challenge_target)
	if challenge and challenge <= decimal(target.base_target):
		frappe.throw(
			_("Challenge Target must be above the base target, or 0 for none."), title=_("Challenge Target")
		)
	claim_key(target, f"{target.unit}|{target.month:%Y-%m}", target.unit)


def check_target_approval(target) -> None:
	"""A director or executive who didn't draft it approves (R70)."""
	require_role(DIRECTOR_AND_ABOVE, _(DOCTYPE))
	require_other_person(target.owner, DOCTYPE)
	_refuse_own_terms(target)
	target.approved_by = frappe.session.user


def _refuse_own_terms(target) -> None:
	"""Who changed the target last doesn't approve it, nor changes it while approving."""
	before = target.get_doc_before_save()
	if before is None:
		return
	require_other_person(before.modified_by, DOCTYPE)
	if any(target.has_value_changed(field) for field in _TERMS):
		frappe.throw(
			_("Save the changed target first. Somebody else approves it."),
			frappe.PermissionError,
			title=_(DOCTYPE),
		)


def result_of(unit: str | None, company: str, month: date) -> TeamResult | None:
	"""What the unit reached in the month; None without an approved target."""
	filters = {"unit": unit, "company": company, "month": month_start(month), "docstatus": 1}
	row = frappe.db.get_value(DOCTYPE, filters, ["base_target", "challenge_target"]) if unit else None
	if row is None:
		return None
	return team_result(result_of_unit(company, unit, month), decimal(row[0]), decimal(row[1]))


def claim_key(doc, key: str, who: str) -> None:
	"""One document that is not cancelled for each key: the unique index decides, this says it in words.

	Raises frappe.DuplicateEntryError.
	"""
	doc.open_key = key
	other = frappe.db.get_value(doc.doctype, {"open_key": key, "name": ("!=", doc.name or "")})
	if other:
		frappe.throw(
			_("{0} {1} is for {2} and this month already. Open that one.").format(
				_(doc.doctype), frappe.bold(other), frappe.bold(who)
			),
			frappe.DuplicateEntryError,
			title=_("Given Twice"),
		)


def release_key(doc) -> None:
	"""On cancel: another document may take the place."""
	doc.db_set({"open_key": None, "status": "Cancelled"}, update_modified=False)
