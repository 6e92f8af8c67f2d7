"""The two scorecards of S4 chapter 6, as templates that the site edits; seeded once, in the site's language (R2, R59)."""

import frappe
from frappe import _

DOCTYPE = "KAM Scorecard Template"
# 得分 ≥ 95 → 105 %, ≥ 90 → 100 %, ≥ 60 → 按分数比例, below 60 nothing.
BANDS = (
	{"from_score": 95, "factor": 105},
	{"from_score": 90, "factor": 100},
	{"from_score": 60, "pays_score": 1},
)


def seed_scorecard_templates() -> None:
	"""On a site that has none."""
	if frappe.db.count(DOCTYPE):
		return
	language = frappe.db.get_single_value("System Settings", "language") or "en"
	before = frappe.local.lang
	frappe.local.lang = language
	try:
		for name, description, criteria in (_account_manager(), _clerk()):
			_insert(name, description, criteria)
	finally:
		frappe.local.lang = before


def _account_manager() -> tuple:
	business, ability, attitude = _("Business Result"), _("Ability"), _("Attitude")
	return (
		_("Account Manager Scorecard"),
		_("Business result 60, ability 20, attitude 20"),
		(
			(business, _("Sales result against target"), 60, 1),
			(ability, _("Knowledge and skills"), 5, 0),
			(ability, _("Selling skills"), 5, 0),
			(ability, _("Sales process"), 5, 0),
			(ability, _("Coordination"), 5, 0),
			(attitude, _("Discipline"), 5, 0),
			(attitude, _("Initiative"), 5, 0),
			(attitude, _("Responsibility"), 5, 0),
			(attitude, _("Service attitude"), 5, 0),
		),
	)


def _clerk() -> tuple:
	attitude, ability = _("Work Attitude"), _("Work Ability")
	return (
		_("Clerk Scorecard"),
		_("Workload 20, work attitude 30, work ability 40, work result 10"),
		(
			(_("Workload"), _("Work of each working day"), 20, 0),
			(attitude, _("Discipline"), 10, 0),
			(attitude, _("Manners"), 10, 0),
			(attitude, _("Team spirit and the whole in view"), 10, 0),
			(ability, _("Professional ability"), 20, 0),
			(ability, _("Innovation"), 10, 0),
			(ability, _("Communication and coordination"), 10, 0),
			(_("Work Result"), _("Own tasks done"), 10, 0),
		),
	)


def _insert(name: str, description: str, criteria: tuple) -> None:
	fields = ("section", "criterion", "max_points", "by_achievement")
	template = frappe.new_doc(DOCTYPE)
	template.update({"template_name": name, "description": description})
	template.set("criteria", [dict(zip(fields, row, strict=True)) for row in criteria])
	template.set("bands", [dict(row) for row in BANDS])
	# Install seeds what an administrator edits.
	template.insert(ignore_permissions=True)
