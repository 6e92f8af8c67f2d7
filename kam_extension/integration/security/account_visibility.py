"""Members of sales see own and team accounts only, and what belongs to them (R68).

Three hooks of Frappe, each for every DocType of ours that names a key account (`kam_account_records` in hooks.py):
what lists, counts, links and reports hold (`condition_of_records`), the same for rows of their tables
(`condition_of_rows`), and the single document with its prints, files, comments and shares (`may_use`).

Whoever holds a role that sees all accounts is not limited, nor are users without the role KAM User: what they see is
the administrator's to decide by roles. A shared or assigned document stays readable, as everywhere in Frappe.
"""

import frappe
from frappe import _
from frappe.permissions import push_perm_check_log

from kam_extension.integration.accounts.account_access import is_in_team, sql_of_accounts
from kam_extension.integration.accounts.units import units_of_user
from kam_extension.setup.roles import COST_READERS, KAM_USER

SEES_ALL = frozenset((*COST_READERS, "System Manager"))
ACCOUNT = "Key Account"
PROSPECT = "Prospect Registration"
# People who asked for a document, or whom it pays, see it whatever became of the account.
PEOPLE = {
	"Accountability Case": ("person_concerned",),
	"Access Request": ("requested_by",),
	"KAM Commission Entry": ("account_manager",),
	"KAM Decision": ("decided_by",),
	"Price Exception": ("requested_by",),
	PROSPECT: ("registered_by",),
}


def is_limited(user: str | None = None) -> bool:
	"""Whether `user` (default: the session's) sees own and team accounts only."""
	roles = frappe.get_roles(user)
	return KAM_USER in roles and SEES_ALL.isdisjoint(roles)


def account_records() -> list[str]:
	"""Names of our DocTypes that name a key account, Key Account first."""
	return frappe.get_hooks("kam_account_records")


def condition_of_records(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions of a record: SQL that leaves what the user may see, "" for everything."""
	user = user or frappe.session.user
	if not is_limited(user):
		return ""
	own = f"select kam_own.name from {sql_of_accounts(user)} kam_own"
	parts = [f"{_column(doctype, _account_field(doctype))} in ({own})"]
	parts += [f"{_column(doctype, field)} = {_escape(user)}" for field in PEOPLE.get(doctype, ())]
	parts += _parts_without_account(doctype, user)
	shared = frappe.share.get_shared(doctype, user)
	if shared:
		parts.append(f"{_column(doctype, 'name')} in ({', '.join(map(_escape, shared))})")
	return f"({' or '.join(parts)})"


def condition_of_rows(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions of a table: rows of the records that the user may see."""
	user = user or frappe.session.user
	if not is_limited(user):
		return ""
	parts = [
		f"({_column(doctype, 'parenttype')} != {_escape(parent)} or {_column(doctype, 'parent')} in "
		f"(select `tab{parent}`.name from `tab{parent}` where {condition_of_records(user, parent)}))"
		for parent in account_records()
		if any(field.options == doctype for field in frappe.get_meta(parent).get_table_fields())
	]
	return " and ".join(parts)


def may_use(doc, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Hook has_permission of a record: False for what is not the user's, None to leave it to roles and shares.

	What is stored decides, so that nobody writes himself into a team or a record onto an account of his own.
	"""
	user = user or frappe.session.user
	if not is_limited(user) or _is_users(doc, user):
		return None
	push_perm_check_log(
		_("{0} {1}: this key account is not yours. You see the accounts that you manage or serve.").format(
			_(doc.doctype), frappe.bold(doc.name or "")
		)
	)
	return False


def _is_users(doc, user: str) -> bool:
	if doc.doctype == ACCOUNT:
		return is_in_team(doc.name, user)
	people = PEOPLE.get(doc.doctype, ())
	fields = ["key_account", "owner", *people, *(["unit"] if doc.doctype == PROSPECT else [])]
	stored = frappe.db.get_value(doc.doctype, doc.name, fields, as_dict=True) if doc.name else None
	if stored is None:
		return bool(people) or not doc.key_account or is_in_team(doc.key_account, user)
	if any(stored[field] == user for field in people):
		return True
	if not stored.key_account:
		return stored.owner == user or stored.get("unit") in units_of_user(user)
	accounts = {stored.key_account, doc.key_account or stored.key_account}
	return all(is_in_team(account, user) for account in accounts)


def _parts_without_account(doctype: str, user: str) -> list[str]:
	"""Records that have no account yet: their maker's, and a prospect is known to all of the unit that develops it."""
	field = frappe.get_meta(doctype).get_field(_account_field(doctype))
	if field is None or field.reqd:
		return []
	parts = [f"{_column(doctype, 'owner')} = {_escape(user)}"]
	units = units_of_user(user) if doctype == PROSPECT else ()
	if units:
		parts.append(f"{_column(doctype, 'unit')} in ({', '.join(map(_escape, units))})")
	return [f"(ifnull({_column(doctype, 'key_account')}, '') = '' and ({' or '.join(parts)}))"]


def _account_field(doctype: str) -> str:
	return "name" if doctype == ACCOUNT else "key_account"


def _column(doctype: str, field: str) -> str:
	return f"`tab{doctype}`.`{field}`"


def _escape(value: str) -> str:
	return frappe.db.escape(value, percent=False)
