"""When an account was visited last and when the next visit is due (R45, R46)."""

from datetime import date

import frappe
from frappe.utils import add_months, getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.policies.policies import is_enabled, policy_in_force


def refresh_visit_dates(account) -> None:
	"""Bring `last_visit_date` and `next_visit_due` of a Key Account document in step with its visit logs."""
	last = last_completed_visit(account.name)
	due = next_visit_due(account, last)
	if account.last_visit_date == last and account.next_visit_due == due:
		return
	dates = {"last_visit_date": last, "next_visit_due": due}
	account.update(dates)
	frappe.db.set_value("Key Account", account.name, dates, update_modified=False)


def refresh_account_of_visit(visit) -> None:
	"""After a Visit Log changed: refresh its account, and the one it belonged to before."""
	before = visit.get_doc_before_save()
	for name in {visit.key_account, before.key_account if before else visit.key_account}:
		refresh_visit_dates(frappe.get_doc("Key Account", name))


def last_completed_visit(key_account: str) -> date | None:
	filters = {"key_account": key_account, "status": "Completed"}
	latest = frappe.get_all("Visit Log", filters, pluck="visit_date", order_by="visit_date desc", limit=1)
	return latest[0] if latest else None


def next_visit_due(account, last_visit: date | None) -> date | None:
	"""Last visit, or for an account never visited the day its file was opened, plus the policy's interval.

	None without a policy in force or without an interval for the account's class and tier.
	"""
	terms = policy_in_force(account.company) if is_enabled() else None
	if terms is None:
		return None
	months = terms.service_level(account.account_class, effective_tier(account)).visit_interval_months
	return getdate(add_months(last_visit or getdate(account.creation), months)) if months else None
