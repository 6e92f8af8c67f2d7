"""Life of a Key Account Plan: what it starts with, who approves it (R57, R70)."""

import frappe
from frappe import _
from frappe.utils import flt

from kam_extension.integration.plans.plan_figures import MEASURES, fill_plan
from kam_extension.integration.security.authorship import authors_of_draft, note_author
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, require_role
from kam_extension.policy.codes import AccountStatus

PLAN, EVALUATION = "Key Account Plan", "Key Account Evaluation"


def plan_name(key_account: str, fiscal_year: str) -> str:
	"""One plan for each account and fiscal year: its name says so, and the primary key keeps it."""
	return f"KAP-{fiscal_year}-{key_account}"


def refuse_second_plan(plan) -> None:
	"""Before a plan gets its name: say in words that there is one. Raises frappe.DuplicateEntryError."""
	name = plan_name(plan.key_account, plan.fiscal_year)
	if not plan.amended_from and frappe.db.exists(PLAN, name):
		frappe.throw(
			_(
				"There is a plan of this account for {0}: {1}. Open it, or amend it if it was cancelled."
			).format(plan.fiscal_year, frappe.bold(name)),
			frappe.DuplicateEntryError,
			title=_("Key Account Plan"),
		)


def prepare_plan(plan) -> None:
	"""Before each save of a draft: targets, strategy and actions are given, everything else is computed here."""
	_take_account(plan)
	if plan.is_new():
		_suggest_targets(plan)
	fill_plan(plan)
	if plan.is_new() and not flt(plan.revenue_target):
		plan.revenue_target = flt(flt(plan.revenue_last_year) * (1 + flt(plan.growth_target) / 100), 2)
	_take_evaluation(plan)
	note_author(plan, _terms)
	plan.status = "Approved" if plan.docstatus == 1 else "Draft"


def check_plan_approval(plan) -> None:
	"""A manager or above who didn't write the plan approves it."""
	require_role(MANAGER_AND_ABOVE, _(PLAN))
	user = frappe.session.user
	if user != "Administrator" and user in authors_of_draft(plan):
		frappe.throw(
			_("You wrote this plan yourself, so somebody else has to approve it."),
			frappe.PermissionError,
			title=_("Four Eyes"),
		)
	if not any(flt(plan.get(f"{field}_target")) for field in ("revenue", "collected")):
		frappe.throw(
			_("Revenue: Target is missing. Set it, or a target of what is collected."), title=_(PLAN)
		)
	plan.approved_by = user


def _take_account(plan) -> None:
	account = frappe.db.get_value(
		"Key Account", plan.key_account, ["customer", "customer_name", "company", "account_manager", "status"],
		as_dict=True,
	)  # fmt: skip
	if account.status == AccountStatus.TERMINATED and plan.is_new():
		frappe.throw(_("{0} is terminated: it needs no plan.").format(account.customer_name), title=_(PLAN))
	del account["status"]
	plan.update(account)
	year = frappe.get_cached_doc("Fiscal Year", plan.fiscal_year)
	plan.from_date, plan.to_date = year.year_start_date, year.year_end_date


def _suggest_targets(plan) -> None:
	settings = frappe.get_cached_doc("KAM Settings")
	usual = {
		"satisfaction_target": settings.satisfaction_target,
		"renewal_target": settings.plan_renewal_target,
		"growth_target": settings.plan_growth_target,
	}
	for field, value in usual.items():
		if not flt(plan.get(field)):
			plan.set(field, flt(value))


def _take_evaluation(plan) -> None:
	"""The account's latest approved evaluation: what the plan has to follow (R58)."""
	row = frappe.db.get_value(
		EVALUATION,
		{"key_account": plan.key_account, "docstatus": 1},
		["name", "judgement"],
		order_by="evaluation_year desc, creation desc",
	)
	plan.evaluation, plan.judgement = row or (None, None)


def _terms(plan) -> tuple:
	targets = tuple(flt(plan.get(f"{field}_target"), 6) for field, _quarter, _grows in MEASURES.values())
	actions = tuple((row.action, row.responsible, str(row.due_date)) for row in plan.actions)
	return (*targets, plan.strategy or "", actions)
