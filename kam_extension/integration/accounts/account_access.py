"""Who belongs to an account (R7, R8)."""

import frappe
from frappe.query_builder import DocType


def is_in_team(key_account: str | None, user: str) -> bool:
	"""Whether `user` manages, sponsors or serves the account as it is stored; the maker of a new file does."""
	stored = frappe.db.get_value(
		"Key Account", key_account, ("account_manager", "executive_sponsor"), as_dict=True
	)
	if not stored:
		return True
	if user in (stored.account_manager, stored.executive_sponsor):
		return True
	return bool(frappe.db.exists("Key Account Team Member", {"parent": key_account, "user": user}))


def accounts_of_user(user: str) -> set[str]:
	"""Names of the accounts that `user` manages, sponsors or serves."""
	account = DocType("Key Account")
	own = (
		frappe.qb.from_(account)
		.select(account.name)
		.where((account.account_manager == user) | (account.executive_sponsor == user))
	).run(pluck=True)
	return {*own, *frappe.get_all("Key Account Team Member", filters={"user": user}, pluck="parent")}
