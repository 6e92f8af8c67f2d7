"""One failing document of many doesn't stop the others (R71)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import frappe
from frappe import _

Item = TypeVar("Item")
LONGEST_TITLE = 140


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
		log_failure(failure_title)
		return False
	frappe.db.release_savepoint(savepoint)
	return True


def attempt_together(
	items: Sequence[Item], action: Callable[[Sequence[Item]], object], failure_title: Callable[[Item], str]
) -> list[Item]:
	"""Run `action` for all items at once; when it raises, for each by itself, so that one that fails stops no other.

	Returns those that didn't fail; each that did is logged under its title.
	"""
	together = _("Records that could not be written together were written one by one: {0}").format(len(items))
	if len(items) > 1 and attempt(partial(action, items), together):
		return list(items)
	return [item for item in items if attempt(partial(action, [item]), failure_title(item))]


def log_failure(title: str) -> None:
	"""The error that is being handled, in the Error Log; longer titles it would refuse."""
	frappe.log_error(title[:LONGEST_TITLE])
