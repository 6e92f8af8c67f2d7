"""Life of a KAM Scorecard: what is computed, who approves, what approval and objection do (R59, R70)."""

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.notices import notify
from kam_extension.integration.people.ranking import refresh_ranks
from kam_extension.integration.people.sales_results import month_end, month_start, results_by_manager
from kam_extension.integration.people.team_targets import claim_key, release_key, result_of
from kam_extension.integration.people.templates import bands_of, team_shares_of
from kam_extension.integration.security.roles import DIRECTOR_AND_ABOVE, MANAGER_AND_ABOVE, has_any_role
from kam_extension.policy.money import decimal
from kam_extension.policy.scorecards import achievement, payout, points_by_achievement, total_score

STAFF = "Key Account Staff"
_CRITERION = ("section", "criterion", "max_points", "by_achievement", "guidance")


def prepare_scorecard(card) -> None:
	"""Before each save of a draft: the supervisor gives points and remarks, everything else is computed here."""
	refuse_other_staff(card)
	_copy_staff(card)
	refuse_own(card)
	_check_month(card)
	claim_key(card, f"{card.person}|{card.month:%Y-%m}", card.person_name or card.person)
	_restore_rows(card)
	_take_sales_result(card)
	_check_points(card)
	_pay(card)
	before = card.get_doc_before_save()
	for field in ("objection", "objected_on"):
		card.set(field, before.get(field) if before else None)
	card.status = "Approved" if card.docstatus == 1 else "Draft"


def refuse_other_staff(card) -> None:
	"""A scorecard stays with the person for whom it was made."""
	before = card.get_doc_before_save()
	if before and before.staff != card.staff:
		_refuse(_("Staff can't be changed any more. Make another scorecard."))


def refuse_own(card) -> None:
	"""Nobody writes, cancels or deletes the own scorecard; an objection comes by `object_to` (R70)."""
	if frappe.session.user == card.person and card.get_doc_before_save():
		_refuse(_("This is your own scorecard. Your supervisor keeps it."), frappe.PermissionError)


def check_scorecard_approval(card) -> None:
	"""Approved by the supervisor, or by a director or executive; never by the person, after the month (R70)."""
	user = frappe.session.user
	if user == card.person:
		_refuse(_("This is your own scorecard. Your supervisor approves it."), frappe.PermissionError)
	is_supervisor = user == card.supervisor and has_any_role(MANAGER_AND_ABOVE)
	if not (is_supervisor or has_any_role(DIRECTOR_AND_ABOVE)):
		_refuse(
			_("Scorecards are approved by the person's supervisor {0}, a director or an executive.").format(
				frappe.bold(card.supervisor)
			),
			frappe.PermissionError,
		)
	if getdate() <= month_end(card.month):
		_refuse(_("The month isn't over yet. Approve the scorecard when its figures are complete."))
	if not card.score and not (card.remarks or "").strip():
		_refuse(_("Points are missing. Give points, or say in Overall Remarks why there are none."))
	card.approved_by = user


def after_approval(card) -> None:
	"""Rank the unit's people anew and tell the person."""
	refresh_ranks(card.unit, card.template, card.month)
	subject = _("Your scorecard of {0} was approved").format(f"{card.month:%Y-%m}")
	notify([card.person], card, subject, subject)


def after_cancel(card) -> None:
	release_key(card)
	refresh_ranks(card.unit, card.template, card.month)


def object_to(name: str, objection: str) -> None:
	"""The person says what is wrong with a scorecard (S4: 人员工作业绩评审异议权); the supervisor is told."""
	card = frappe.get_doc("KAM Scorecard", name)
	card.check_permission("read")
	if frappe.session.user != card.person or card.docstatus == 2:
		_refuse(_("Only the person whose scorecard this is can object to it."), frappe.PermissionError)
	text = (objection or "").strip()
	if not text:
		_refuse(_("Objection is empty: say which points are wrong, and why."))
	card.db_set({"objection": text, "objected_on": now_datetime()})
	notify(
		[card.supervisor], card, _("{0} objects to a scorecard").format(frappe.bold(card.person_name)), text
	)


def _copy_staff(card) -> None:
	staff = frappe.get_doc(STAFF, card.staff)
	if not staff.scorecard_template:
		_refuse(_("{0} has no scorecard template. Choose one in the staff record.").format(staff.person_name))
	is_makers = frappe.session.user == staff.supervisor or has_any_role(DIRECTOR_AND_ABOVE)
	if card.is_new() and not is_makers and not card.flags.kam_system:
		_refuse(_("You make scorecards of people whose supervisor you are."), frappe.PermissionError)
	card.update(
		{
			"person": staff.user,
			"person_name": staff.person_name,
			"supervisor": staff.supervisor,
			"company": staff.company,
			"unit": staff.unit,
			"performance_pay": staff.performance_pay,
			"sales_target": staff.monthly_sales_target,
		}
	)
	if card.is_new():
		card.template = staff.scorecard_template


def _check_month(card) -> None:
	card.month = month_start(card.month)
	staff = frappe.db.get_value(STAFF, card.staff, ["joined_on", "left_on"], as_dict=True)
	is_before = month_end(card.month) < staff.joined_on
	is_after = staff.left_on and card.month > staff.left_on
	if is_before or is_after:
		_refuse(
			_("Month: the person was not there in {0}. Choose another one.").format(f"{card.month:%Y-%m}")
		)
	if card.month > getdate():
		_refuse(_("Month lies in the future. Choose the month that is judged."))


def _restore_rows(card) -> None:
	"""Criteria are the template's when the card is drafted, then the card's own: of rows sent, points and remarks stay."""
	before = card.get_doc_before_save()
	source = before.points if before else frappe.get_doc("KAM Scorecard Template", card.template).criteria
	given = {(row.section, row.criterion): row for row in card.points}
	card.set("points", [])
	for row in source:
		values = {field: row.get(field) for field in _CRITERION}
		sent = given.get((row.section, row.criterion))
		if sent:
			values |= {"points": sent.points, "remark": sent.remark}
		if before:
			values["name"] = row.name
		card.append("points", values)


def _take_sales_result(card) -> None:
	result = results_by_manager(card.company, card.month, {card.person})[card.person]
	achieved = achievement(result, decimal(card.sales_target))
	card.sales_result = float(result)
	card.achievement = float(achieved) if achieved is not None else None
	has_target = achieved is not None
	for row in card.points:
		proposed = points_by_achievement(decimal(row.max_points), achieved)
		row.proposed_points = float(proposed) if row.by_achievement and has_target else None
		if card.is_new() and row.proposed_points and not row.points:
			row.points = row.proposed_points


def _check_points(card) -> None:
	for row in card.points:
		if not 0 <= decimal(row.points) <= decimal(row.max_points):
			_refuse(
				_("Points, row {0}: {1} gets 0 to {2} points.").format(
					row.idx, frappe.bold(row.criterion), f"{row.max_points:g}"
				)
			)


def _pay(card) -> None:
	score = total_score([decimal(row.points) for row in card.points])
	team = result_of(card.unit, card.company, card.month)
	paid = payout(
		decimal(card.performance_pay),
		score,
		bands_of(card.template),
		team,
		team_shares_of(card.template),
		site_rounding(company_currency(card.company)),
	)
	card.update(
		{
			"score": float(score),
			"payout_factor": float(paid.factor),
			"performance_payout": float(paid.performance),
			"team_result": team,
			"team_amount": float(paid.team),
			"payout": float(paid.total),
		}
	)


def _refuse(message: str, error: type = frappe.ValidationError) -> None:
	frappe.throw(message, error, title=_("KAM Scorecard"))
