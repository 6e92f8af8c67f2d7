"""Who had an account on which day: commission belongs to the manager at the receipt's date (R60)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe.utils import getdate, now_datetime

DOCTYPE = "KAM Manager Change"


def record_manager(account) -> None:
	"""Key Account on_update: from today on the account has another manager. The first one has it from the beginning."""
	before = account.get_doc_before_save()
	if before and before.account_manager == account.account_manager:
		return
	if before and not frappe.db.exists(DOCTYPE, {"key_account": account.name}):
		write_change(account.name, before.account_manager, getdate(account.creation))
	write_change(account.name, account.account_manager, getdate())


def write_change(
	key_account: str, account_manager: str, valid_from: date, changed_by: str | None = None
) -> None:
	"""Write one KAM Manager Change. The right to the change was checked on the Key Account."""
	record = frappe.new_doc(DOCTYPE)
	record.update(
		{
			"key_account": key_account,
			"account_manager": account_manager,
			"valid_from": valid_from,
			"changed_on": now_datetime(),
			"changed_by": changed_by or frappe.session.user,
		}
	)
	record.flags.kam_system = True
	# Nobody may write the history through the app: it follows from a change whose rights were checked.
	record.insert(ignore_permissions=True)


def forget_managers(key_account: str) -> None:
	"""Delete the history of an account that is deleted, so that no later file inherits it."""
	frappe.db.delete(DOCTYPE, {"key_account": key_account})


class ManagerHistory:
	"""The managers of some accounts over time, read in two queries."""

	def __init__(self, key_accounts: Iterable[str]):
		names = list(key_accounts)
		self._changes: dict[str, list[tuple[date, str]]] = defaultdict(list)
		self._present: dict[str, str] = {}
		if names:
			self._read(names)

	def manager_on(self, key_account: str, day: date) -> str:
		"""The manager of the account on `day`. Before the first known day it is the first one known."""
		changes = self._changes.get(key_account)
		if not changes:
			return self._present[key_account]
		place = bisect_right([valid_from for valid_from, _manager in changes], day)
		return changes[max(place - 1, 0)][1]

	def _read(self, names: list[str]) -> None:
		rows = frappe.get_all(
			DOCTYPE,
			filters={"key_account": ("in", names)},
			fields=["key_account", "account_manager", "valid_from"],
			order_by="valid_from, changed_on, creation",
		)
		for row in rows:
			self._changes[row.key_account].append((row.valid_from, row.account_manager))
		accounts = frappe.get_all(
			"Key Account", filters={"name": ("in", names)}, fields=["name", "account_manager"]
		)
		self._present = {row.name: row.account_manager for row in accounts}
