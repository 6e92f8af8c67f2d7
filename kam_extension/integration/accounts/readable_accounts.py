"""Which accounts a reader of lists and papers of finance sees: sales their own, the others all (R68)."""

from collections.abc import Mapping, Sequence

import frappe
from frappe import _

from kam_extension.integration.accounts.account_access import accounts_of_user, is_in_team
from kam_extension.integration.security.roles import has_any_role
from kam_extension.setup.roles import COST_READERS

SEES_ALL = (*COST_READERS, "System Manager")


def readable_accounts(filters: Mapping, fields: Sequence[str]) -> dict[str, frappe._dict]:
	"""{name: row with `fields`} of the Key Accounts that the session's user may read and `filters` ask for.

	Members of sales see the accounts that they manage, sponsor or serve. `fields` has to hold "name".
	"""
	wanted = {field: value for field, value in filters.items() if value}
	if not has_any_role(SEES_ALL):
		own = accounts_of_user(frappe.session.user)
		asked_for = {wanted["name"]} if wanted.get("name") else own
		wanted["name"] = ("in", list(own & asked_for) or [""])
	rows = frappe.get_list("Key Account", filters=wanted, fields=list(fields), limit_page_length=0)
	return {row.name: row for row in rows}


def open_account(key_account: str, right: str = "read"):
	"""The Key Account document, checked: the session's user has `right` on it and may see its money.

	Raises frappe.DoesNotExistError and frappe.PermissionError.
	"""
	account = frappe.get_doc("Key Account", key_account)
	account.check_permission("read")
	account.check_permission(right)
	if not has_any_role(SEES_ALL) and not is_in_team(account.name, frappe.session.user):
		frappe.throw(
			_("You are not in the team of {0}. Ask its account manager {1}.").format(
				frappe.bold(account.customer_name or account.name), account.account_manager
			),
			frappe.PermissionError,
			title=_("Key Account"),
		)
	return account
