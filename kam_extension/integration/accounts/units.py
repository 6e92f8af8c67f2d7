"""The unit that a user sells for (R11): the department of the user's employee record."""

import frappe

CACHE_KEY = "kam_units_of_user"


def units_of_user(user: str) -> list[str]:
	"""Departments of the user's active employee records, the newest record first; none without one.

	One cached lookup: every selling document of a key account and every list of prospects asks this.
	"""
	return frappe.cache.hget(CACHE_KEY, user, lambda: _find_units(user))


def units_led_by_user(user: str) -> set[str]:
	"""The user's departments and all below them."""
	led = set()
	for unit in units_of_user(user):
		led |= {unit, *frappe.db.get_descendants("Department", unit)}
	return led


def forget_units(doc=None, method: str | None = None, *args) -> None:
	"""Events of Employee and Department: who belongs where may have changed, for good or until a rollback."""
	frappe.cache.delete_value(CACHE_KEY)
	for ending in (frappe.db.after_commit, frappe.db.after_rollback):
		ending.add(_forget)


def _forget() -> None:
	frappe.cache.delete_value(CACHE_KEY)


def _find_units(user: str) -> list[str]:
	rows = frappe.get_all(
		"Employee",
		filters={"user_id": user, "status": "Active", "department": ("is", "set")},
		pluck="department",
		order_by="creation desc",
	)
	return list(dict.fromkeys(rows))
