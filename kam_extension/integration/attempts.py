"""One failing document of many doesn't stop the others (R71)."""

from collections.abc import Callable

import frappe

SAVEPOINT = "kam_attempt"


def attempt(action: Callable[[], object], failure_title: str) -> bool:
	"""Run `action`; when it raises, undo what it wrote, log it under `failure_title` and return False.

	Deadlocks and lock timeouts go on to the caller: the database has undone the whole transaction then.
	"""
	frappe.db.savepoint(SAVEPOINT)
	try:
		action()
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(failure_title)
		return False
	frappe.db.release_savepoint(SAVEPOINT)
	return True
