"""Who belongs to an account (R7, R8, R68): its manager, its sponsor, its team, the managers of its additional units."""

from collections.abc import Iterable

import frappe
from frappe.query_builder import DocType

_OF_USER = """(
	select name from `tabKey Account` where account_manager = {user}
	union select name from `tabKey Account` where executive_sponsor = {user}
	union select parent from `tabKey Account Team Member` where user = {user} and parenttype = 'Key Account'
	union select parent from `tabKey Account Unit` where manager = {user} and parenttype = 'Key Account'
)"""
_MEMBERS = (("Key Account Team Member", "user"), ("Key Account Unit", "manager"))


def is_in_team(key_account: str | None, user: str) -> bool:
	"""Whether `user` manages, sponsors or serves the account as it is stored; the maker of a new file does."""
	stored = frappe.db.get_value(
		"Key Account", key_account, ("account_manager", "executive_sponsor"), as_dict=True
	)
	if not stored:
		return True
	if user in (stored.account_manager, stored.executive_sponsor):
		return True
	return any(frappe.db.exists(table, {"parent": key_account, field: user}) for table, field in _MEMBERS)


def accounts_of_user(user: str) -> set[str]:
	"""Names of the accounts that `user` manages, sponsors or serves."""
	account = DocType("Key Account")
	own = (
		frappe.qb.from_(account)
		.select(account.name)
		.where((account.account_manager == user) | (account.executive_sponsor == user))
	).run(pluck=True)
	served = (frappe.get_all(table, filters={field: user}, pluck="parent") for table, field in _MEMBERS)
	return {*own, *(name for names in served for name in names)}


def sql_of_accounts(user: str) -> str:
	"""The same names as a table of SQL without an alias, one column `name`; the user's name is escaped.

	As a derived table, and not as `or` or a bare union in a condition, MariaDB works it out once.
	"""
	return _OF_USER.format(user=frappe.db.escape(user, percent=False))


def names_of_people(account) -> dict[str, str]:
	"""{user: full name} of those who manage, sponsor and serve an account, for its relationship map; one query."""
	return full_names(
		(account.account_manager, account.executive_sponsor, *(row.user for row in account.team))
	)


def full_names(users: Iterable[str | None]) -> dict[str, str]:
	"""{user: full name}, for papers and drawings; one query. Readers of an account see who answers for it without the
	right to read users.
	"""
	names = list(set(users) - {None}) or [""]
	rows = frappe.get_all("User", filters={"name": ("in", names)}, fields=["name", "full_name"])
	return {row.name: row.full_name or row.name for row in rows}
