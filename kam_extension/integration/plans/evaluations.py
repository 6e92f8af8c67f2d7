"""Life of a Key Account Evaluation: judged with a reason, approved by a director; ending is a step of its own (R58)."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from kam_extension.integration.plans.evaluation_figures import evaluation_values
from kam_extension.integration.plans.periods import period_scope
from kam_extension.integration.security.authorship import authors_of_draft, note_author
from kam_extension.integration.security.roles import DIRECTOR_AND_ABOVE, MANAGER_AND_ABOVE, require_role
from kam_extension.integration.visits import todos
from kam_extension.policy.codes import AccountStatus, AnnualJudgement

EVALUATION = "Key Account Evaluation"


def evaluation_name(key_account: str, year: int) -> str:
	"""One evaluation for each account and year: the primary key keeps it."""
	return f"KAE-{year}-{key_account}"


def refuse_second_evaluation(evaluation) -> None:
	"""Before it gets its name: say in words that there is one. Raises frappe.DuplicateEntryError."""
	name = evaluation_name(evaluation.key_account, evaluation.evaluation_year)
	if not evaluation.amended_from and frappe.db.exists(EVALUATION, name):
		frappe.throw(
			_("{0} is evaluated for {1} in {2} already. Open it, or amend it if it was cancelled.").format(
				evaluation.key_account, evaluation.evaluation_year, frappe.bold(name)
			),
			frappe.DuplicateEntryError,
			title=_("Key Account Evaluation"),
		)


def prepare_evaluation(evaluation) -> None:
	"""Before each save of a draft: judgement and reason are given, everything else is computed here."""
	_check_year(evaluation)
	_fill(evaluation)
	note_author(evaluation, _terms)
	evaluation.evaluator = _evaluator(evaluation)
	evaluation.update({"ended_on": None, "ended_by": None})
	evaluation.status = "Approved" if evaluation.docstatus == 1 else "Draft"


def check_evaluation_approval(evaluation) -> None:
	"""A director or above who didn't judge approves a judgement that has a reason."""
	require_role(DIRECTOR_AND_ABOVE, _(EVALUATION))
	if not evaluation.judgement or not (evaluation.reason or "").strip():
		frappe.throw(
			_("Judgement and Reason are needed: strengthen, maintain or end, and why."), title=_(EVALUATION)
		)
	user = frappe.session.user
	if user != "Administrator" and user in (authors_of_draft(evaluation) | {evaluation.evaluator}):
		frappe.throw(
			_("You judged this account yourself, so somebody else has to approve it."),
			frappe.PermissionError,
			title=_("Four Eyes"),
		)
	evaluation.approved_by = user


def start_termination(evaluation) -> None:
	"""Approved as End: a person is asked to wind the account down; its status changes by `terminate_account` only."""
	if evaluation.judgement != AnnualJudgement.END:
		return
	supervisor = frappe.db.get_value("Key Account Staff", {"user": evaluation.account_manager}, "supervisor")
	text = _("Wind down {0}: open orders, deliveries, receivables. Then terminate the account.").format(
		frappe.utils.escape_html(evaluation.customer_name or evaluation.customer)
	)
	todos.assign(evaluation, supervisor or evaluation.approved_by, text, None, evaluation.name)


def open_orders(name: str) -> int:
	"""How many submitted orders of the account are neither completed nor closed.

	Raises frappe.PermissionError for who may not read the evaluation.
	"""
	evaluation = frappe.get_doc(EVALUATION, name)
	evaluation.check_permission("read")
	return frappe.db.count(
		"Sales Order",
		{"customer": evaluation.customer, "docstatus": 1, "status": ("not in", ("Completed", "Closed"))},
	)


def terminate_account(name: str) -> None:
	"""Carry out an approved End: set the account's status as a manager or above may (R70)."""
	evaluation = frappe.get_doc(EVALUATION, name)
	evaluation.check_permission("read")
	require_role(MANAGER_AND_ABOVE, _(EVALUATION))
	if evaluation.docstatus != 1 or evaluation.judgement != AnnualJudgement.END or evaluation.ended_on:
		frappe.throw(
			_("Only an approved evaluation that ends the account, once, terminates it."), title=_(EVALUATION)
		)
	account = frappe.get_doc("Key Account", evaluation.key_account)
	account.status = AccountStatus.TERMINATED
	account.save()
	account.add_comment("Info", _("Terminated by evaluation {0}: {1}").format(name, evaluation.reason))
	evaluation.db_set({"ended_on": nowdate(), "ended_by": frappe.session.user})
	todos.end_all(EVALUATION, [name], todos.CLOSED)


def end_todos(evaluation) -> None:
	"""A cancelled evaluation asks nobody for anything."""
	evaluation.db_set("status", "Cancelled", update_modified=False)
	todos.end_all(EVALUATION, [evaluation.name], todos.CANCELLED)


def _check_year(evaluation) -> None:
	if not 2000 <= (evaluation.evaluation_year or 0) <= getdate().year:
		frappe.throw(_("Year must be one from 2000 to this year."), title=_(EVALUATION))


def _fill(evaluation) -> None:
	account = frappe.db.get_value(
		"Key Account", evaluation.key_account,
		["customer", "customer_name", "company", "account_manager", "tier", "risk_level"], as_dict=True,
	)  # fmt: skip
	first = date(evaluation.evaluation_year, 1, 1)
	last = min(date(evaluation.evaluation_year, 12, 31), getdate())
	scope = period_scope(account.company, {account.customer: evaluation.key_account}, first, last)
	values = evaluation_values(scope, {evaluation.key_account: account.risk_level})
	evaluation.update(
		{**account, **values[evaluation.key_account], "from_date": first, "to_date": last},
	)


def _evaluator(evaluation) -> str | None:
	"""Who gave judgement or reason last."""
	before = evaluation.get_doc_before_save()
	if _terms(evaluation) != (_terms(before) if before else (None, "")):
		return frappe.session.user if evaluation.judgement else None
	return before.evaluator if before else None


def _terms(evaluation) -> tuple:
	return evaluation.judgement or None, evaluation.reason or ""
