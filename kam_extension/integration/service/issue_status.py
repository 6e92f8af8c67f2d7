"""The list's "Set as Closed" of ERPNext writes past every check; issues of key accounts are saved instead (R51)."""

import frappe
from erpnext.support.doctype.issue import issue as erpnext_issue

from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.policies.policies import is_enabled


@frappe.whitelist()
def set_status(name: str, status: str) -> None:
	"""As ERPNext's own for issues of other customers; of key accounts with rights, checks and assignments."""
	if not _is_of_key_account(name):
		erpnext_issue.set_status(name, status)
		return
	issue = frappe.get_doc("Issue", name)
	issue.check_permission("write")
	issue.status = status
	issue.save()


@frappe.whitelist()
def set_multiple_status(names: str, status: str) -> None:
	"""`names`: JSON list of Issues. All or none are changed."""
	for name in frappe.parse_json(names):
		set_status(name, status)


def _is_of_key_account(name: str) -> bool:
	return is_enabled() and bool(account_of(frappe.db.get_value("Issue", name, "customer")))
