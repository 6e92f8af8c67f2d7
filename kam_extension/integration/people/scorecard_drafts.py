"""Every month one draft scorecard for each person who has a template (R59)."""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_months, cint, getdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.notices import notify
from kam_extension.integration.people.sales_results import month_end, month_start
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.turns import hold_turn

SCORECARD, STAFF = "KAM Scorecard", "Key Account Staff"
TURN = "Scorecard Drafts"


def nightly() -> None:
	"""Scheduled daily: from the set day of a month on, draft what is missing of the month before; one transaction."""
	day = cint(frappe.get_cached_doc("KAM Settings").get("scorecard_draft_day"))
	if is_enabled() and day and getdate().day >= day:
		frappe.db.commit()
		hold_turn(TURN)
		draft_month(month_start(add_months(getdate(), -1)))
		frappe.db.commit()


def draft_month(month: date) -> int:
	"""Draft the scorecards of a month that nobody has drafted or cancelled; returns how many."""
	return sum(
		attempt(
			lambda row=row: _draft(row, month), _("Scorecard of {0} could not be drafted").format(row.name)
		)
		for row in _without_scorecard(month)
	)


def _without_scorecard(month: date) -> list:
	staff, card = DocType(STAFF), DocType(SCORECARD)
	return (
		frappe.qb.from_(staff)
		.left_join(card)
		.on((card.staff == staff.name) & (card.month == month))
		.select(staff.name, staff.supervisor)
		.where(card.name.isnull())
		.where(staff.scorecard_template != "")
		.where(staff.joined_on <= month_end(month))
		.where(staff.left_on.isnull() | (staff.left_on >= month))
		.orderby(staff.name)
	).run(as_dict=True)


def _draft(staff, month: date) -> None:
	card = frappe.new_doc(SCORECARD)
	card.update({"staff": staff.name, "month": month})
	card.flags.kam_system = True
	# The scheduler drafts for the supervisor, who is asked to score and approve.
	card.insert(ignore_permissions=True)
	subject = _("Scorecard of {0} for {1} waits for your points").format(
		frappe.bold(card.person_name), f"{month:%Y-%m}"
	)
	notify([staff.supervisor], card, subject, "")
