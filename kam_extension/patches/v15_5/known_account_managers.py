"""The account managers of accounts that are there already, as far as their change log tells (R60)."""

import json
from collections import defaultdict

import frappe
from frappe.utils import getdate

from kam_extension.integration.commission.manager_history import DOCTYPE, write_change

FIELD = "account_manager"


def execute() -> None:
	"""One change for each manager that the account is known to have had; doing it again writes nothing."""
	known = set(frappe.get_all(DOCTYPE, pluck="key_account", distinct=True))
	changes = _logged_changes()
	for account in frappe.get_all("Key Account", fields=["name", "creation", FIELD, "owner"]):
		if account.name in known:
			continue
		logged = changes.get(account.name, [])
		first = logged[0].old if logged else account.account_manager
		write_change(account.name, first, getdate(account.creation), account.owner)
		for change in logged:
			write_change(account.name, change.new, getdate(change.day), change.user)


def _logged_changes() -> dict[str, list[frappe._dict]]:
	rows = frappe.get_all(
		"Version",
		filters={"ref_doctype": "Key Account", "data": ("like", f'%"{FIELD}"%')},
		fields=["docname", "data", "creation", "owner"],
		order_by="creation",
	)
	changes = defaultdict(list)
	for row in rows:
		for field, old, new in json.loads(row.data).get("changed") or ():
			if field == FIELD and old and new and _is_user(new) and _is_user(old):
				changes[row.docname].append(frappe._dict(old=old, new=new, day=row.creation, user=row.owner))
	return changes


def _is_user(name: str) -> bool:
	return bool(frappe.get_cached_value("User", name, "name"))
