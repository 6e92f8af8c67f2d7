"""Writing many drafted account reports at once, each as if it had been saved by itself (R50)."""

from collections.abc import Mapping, Sequence

import frappe
from frappe.utils.global_search import update_global_search

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.bulk_rows import insert_records
from kam_extension.integration.todo_rows import Assignment, assign_all, assigned_to, enabled_users
from kam_extension.integration.visits.report_stages import DOCTYPE, DUE, next_due, report_text
from kam_extension.integration.visits.todos import MARK
from kam_extension.policy.codes import ReportStage
from kam_extension.policy.report_dates import ReportDates

ACCOUNT_FIELDS = ("customer", "customer_name", "company", "account_manager")


def opening_values(account: Mapping, dates: ReportDates) -> dict:
	"""What every report begins with: a draft about the account as it is now (a row with `ACCOUNT_FIELDS`, status, tier
	and its override), with its deadlines."""
	return {
		"status": str(ReportStage.DRAFT),
		"tier": effective_tier(account),
		**{field: getattr(dates, field) for field in DUE.values()},
		**{field: account[field] for field in ACCOUNT_FIELDS},
	}


def draft_of(account: Mapping, dates: ReportDates, values: Mapping) -> frappe._dict:
	"""The report of an account as a row; `values` are its figures and quotes."""
	draft = frappe._dict(
		key_account=account["name"],
		period_start=dates.period_start,
		period_end=dates.period_end,
		**opening_values(account, dates),
		**values,
	)
	draft.name = _name_of(draft)
	return draft


def _name_of(draft: Mapping) -> str:
	return frappe.get_meta(DOCTYPE).autoname.removeprefix("format:").format_map(draft)


def write_drafts(drafts: Sequence[frappe._dict]) -> None:
	"""Insert reports (rows of `draft_of`), each with the to-do of its writer; a few statements for all.

	Notifications and webhooks of an administrator that listen to new reports are not asked.
	"""
	enabled = enabled_users(draft.account_manager for draft in drafts)
	for draft in drafts:
		draft["_assign"] = assigned_to(draft.account_manager) if draft.account_manager in enabled else None
	insert_records(DOCTYPE, drafts)
	assign_all(DOCTYPE, [_assignment(draft) for draft in drafts if draft["_assign"]])
	for draft in drafts:
		update_global_search(frappe.get_doc({"doctype": DOCTYPE, **draft}))


def _assignment(draft: frappe._dict) -> Assignment:
	user = draft.account_manager
	text, due = report_text(draft, user), draft[next_due(draft)]
	return Assignment(draft.name, user, text, due, {MARK: draft.name})
