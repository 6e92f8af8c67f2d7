"""Quarterly reviews of plans: figures are filled in by night, reviewed, and frozen once confirmed (R57)."""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import formatdate, getdate, now_datetime

from kam_extension.integration.alerts import tell
from kam_extension.integration.plans.plan_figures import PLAN, QUARTER, refresh_plans, refresh_quarters
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, require_role
from kam_extension.integration.turns import hold_turn

TURN = "Plan Quarters"
_PLAN_FIELDS = ("name", "company", "customer", "key_account", "account_manager")


def nightly() -> None:
	"""Scheduled daily: the night after a quarter its figures are written into all plans; one transaction."""
	if not is_enabled():
		return
	frappe.db.commit()
	hold_turn(TURN)
	fill_ended_quarters(getdate())
	frappe.db.commit()


def fill_ended_quarters(today: date) -> int:
	"""Fill the quarters that ended before `today` and were not filled since; returns how many.

	Managers of the accounts are told once each. Done again on the same day it writes nothing.
	"""
	row, plan = DocType(QUARTER), DocType(PLAN)
	due = (
		_quarters(row, plan)
		.where(row.to_date < today)
		.where(row.filled_on.isnull() | (row.filled_on <= row.to_date))
	).run(as_dict=True)
	if not due:
		return 0
	refresh_quarters(due)
	plans = {quarter.plan for quarter in due}
	refresh_plans(frappe.get_all(PLAN, filters={"name": ("in", list(plans))}, fields=["*"]))
	_tell_managers(due)
	return len(due)


def refresh_plan(name: str) -> None:
	"""Write a plan's actuals, and those of its begun quarters that nobody confirmed, as of now.

	Raises frappe.PermissionError for who may not read the plan.
	"""
	plan = frappe.get_doc(PLAN, name)
	plan.check_permission("read")
	if plan.docstatus != 1:
		frappe.throw(_("Save the plan: drafts show figures as of their last save."), title=_(PLAN))
	row, table = DocType(QUARTER), DocType(PLAN)
	open_quarters = _quarters(row, table).where(table.name == name).where(row.from_date <= getdate())
	refresh_quarters(open_quarters.run(as_dict=True))
	refresh_plans(frappe.get_all(PLAN, filters={"name": name}, fields=["*"]))


def review_quarter(name: str, quarter: int, review: str, confirm: bool = False) -> None:
	"""Keep what is said of a quarter; with `confirm` by a manager its figures are read once more and frozen."""
	plan = frappe.get_doc(PLAN, name)
	plan.check_permission("write")
	row = next((row for row in plan.quarters if row.quarter == quarter), None)
	_check_review(plan, row, review, confirm)
	if confirm:
		refresh_plan(name)
	values = {"review": review.strip()}
	if confirm:
		values |= {"confirmed_by": frappe.session.user, "confirmed_on": now_datetime()}
	frappe.db.set_value(QUARTER, row.name, values)
	plan.add_comment("Info", _("Quarter {0}: {1}").format(quarter, review.strip()))


def _check_review(plan, row, review: str, confirm: bool) -> None:
	if plan.docstatus != 1 or row is None:
		frappe.throw(_("Quarters of an approved plan are reviewed. Choose one of them."), title=_(PLAN))
	if row.confirmed_by:
		frappe.throw(
			_("Quarter {0} was confirmed by {1} and stays as it is.").format(row.quarter, row.confirmed_by),
			title=_(PLAN),
		)
	if not (review or "").strip():
		frappe.throw(_("Review is empty: say what was reached, what was not, and why."), title=_(PLAN))
	if confirm:
		require_role(MANAGER_AND_ABOVE, _(PLAN))
		if getdate() <= getdate(row.to_date):
			frappe.throw(
				_("Quarter {0} ends on {1}. Confirm it afterwards.").format(
					row.quarter, formatdate(row.to_date)
				),
				title=_(PLAN),
			)


def _quarters(row, plan):
	"""Query of the unconfirmed quarters of approved plans, with what their figures need."""
	return (
		frappe.qb.from_(row)
		.join(plan)
		.on((plan.name == row.parent) & (row.parenttype == PLAN))
		.select(row.name, row.from_date, row.to_date, plan.name.as_("plan"))
		.select(*(plan[field] for field in _PLAN_FIELDS if field != "name"))
		.where((plan.docstatus == 1) & (row.confirmed_by.isnull() | (row.confirmed_by == "")))
	)


def _tell_managers(due: list) -> None:
	for manager in sorted({quarter.account_manager for quarter in due if quarter.account_manager}):
		number = len({quarter.plan for quarter in due if quarter.account_manager == manager})
		tell(
			manager,
			lambda language, number=number: _(
				"{0} account plans have new figures of the quarter. Review them.", lang=language
			).format(number),
			PLAN,
			{"account_manager": manager, "status": "Approved"},
		)
