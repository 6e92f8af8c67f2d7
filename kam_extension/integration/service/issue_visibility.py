"""Members of sales see the issues of their own accounts (R68); roles that ERPNext gives issues see all, as before."""

import frappe

from kam_extension.integration.accounts.account_access import is_in_team, sql_of_accounts
from kam_extension.integration.security.account_visibility import is_limited
from kam_extension.setup.roles import ROLES


def issue_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions: SQL that limits lists, or nothing. Who has an issue assigned sees it."""
	user = user or frappe.session.user
	if not sees_own_only(user):
		return ""
	name = frappe.db.escape(user, percent=False)
	own = f"select kam_own.name from {sql_of_accounts(user)} kam_own"
	parts = [
		f"`tabIssue`.kam_key_account in ({own})",
		f"`tabIssue`.owner = {name}",
		f"`tabIssue`.kam_responsible = {name}",
	]
	shared = frappe.share.get_shared("Issue", user)
	if shared:
		names = ", ".join(frappe.db.escape(one, percent=False) for one in shared)
		parts.append(f"`tabIssue`.name in ({names})")
	return f"({' or '.join(parts)})"


def may_use_issue(doc, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Hook has_permission: False for an issue of another's account, else None, which leaves it to roles and shares.

	What is stored decides, so that nobody writes himself into an issue.
	"""
	user = user or frappe.session.user
	if not sees_own_only(user):
		return None
	fields = ("kam_key_account", "owner", "kam_responsible")
	stored = frappe.db.get_value("Issue", doc.name, fields, as_dict=True) if doc.name else None
	if stored is None or user in (stored.owner, stored.kam_responsible):
		return None
	account = stored.kam_key_account
	return None if account and is_in_team(account, user) else False


def sees_own_only(user: str) -> bool:
	"""Whether nothing but the role KAM User lets `user` read issues."""
	if not is_limited(user):
		return False
	readers = {rule.role for rule in frappe.get_meta("Issue").permissions if rule.read} - set(ROLES)
	return readers.isdisjoint(frappe.get_roles(user))
