"""One failing document of many doesn't stop the others (R71)."""

from collections.abc import Callable

import frappe


def attempt(action: Callable[[], object], failure_title: str) -> bool:
	"""Run `action`; when it raises, undo what it wrote, log it under `failure_title` and return False.

	Deadlocks and lock timeouts go on to the caller: the database has undone the whole transaction then.
	"""
	# A name of its own, so that an attempt within an attempt leaves the outer one's savepoint alone.
	savepoint = f"kam_{frappe.generate_hash(length=10)}"
	frappe.db.savepoint(savepoint)
	try:
		action()
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		frappe.db.rollback(save_point=savepoint)
		frappe.log_error(failure_title)
		return False
	frappe.db.release_savepoint(savepoint)
	return True
