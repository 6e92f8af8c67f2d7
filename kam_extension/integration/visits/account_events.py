"""What a changed file does to the planned visits of its account (R46)."""

from functools import partial

import frappe
from frappe import _
from frappe.query_builder import DocType

from kam_extension.integration.attempts import attempt
from kam_extension.integration.visits import visit_plans
from kam_extension.policy.codes import AccountStatus, VisitStatus

ENDED = AccountStatus.TERMINATED
# What the run planned rests; what people planned stays: a suspended account often needs a visit most.
RESTING = (AccountStatus.SUSPENDED, AccountStatus.PROSPECT)


def follow_account(account, method: str | None = None) -> None:
	"""Event on_update of Key Account: planned visits go to the new manager, or are cancelled with the account."""
	before = account.get_doc_before_save()
	if before is None:
		return
	if before.status != account.status:
		_cancel_resting(account.name)
	if before.account_manager != account.account_manager:
		filters = {
			"key_account": account.name,
			"status": VisitStatus.PLANNED,
			"visited_by": before.account_manager,
		}
		for name in frappe.get_all("Visit Log", filters=filters, pluck="name"):
			visit_plans.pass_on(name, account.account_manager)


def follow_all_accounts() -> int:
	"""The same for files that changed without an event; returns how many visits were cancelled or passed on."""
	return _cancel_resting() + _pass_on_untouched()


def _cancel_resting(name: str | None = None) -> int:
	visit, account = DocType("Visit Log"), DocType("Key Account")
	query = (
		frappe.qb.from_(visit)
		.join(account)
		.on(account.name == visit.key_account)
		.select(visit.name)
		.where(visit.status == VisitStatus.PLANNED)
		.where(
			(account.status == ENDED)
			| (account.status.isin(RESTING) & (visit.planned_automatically == 1) & (visit.is_touched == 0))
		)
	)
	if name:
		query = query.where(account.name == name)
	return visit_plans.end_visits(query.run(pluck=True), VisitStatus.CANCELLED)


def _pass_on_untouched() -> int:
	visit, account = DocType("Visit Log"), DocType("Key Account")
	rows = (
		frappe.qb.from_(visit)
		.join(account)
		.on(account.name == visit.key_account)
		.select(visit.name, account.account_manager)
		.where((visit.status == VisitStatus.PLANNED) & (visit.planned_automatically == 1))
		.where((visit.is_touched == 0) & (visit.visited_by != account.account_manager))
	).run()
	return sum(
		attempt(
			partial(visit_plans.pass_on, name, manager), _("Visit {0} could not be passed on").format(name)
		)
		for name, manager in rows
	)
