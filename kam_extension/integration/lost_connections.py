"""Failures of the database that pass when the work is tried again: deadlocks, lock timeouts, lost connections."""

from collections.abc import Callable
from typing import TypeVar

import frappe

from kam_extension.integration.attempts import log_failure

ATTEMPTS = 3
# Killed by an administrator, server has gone away, lost during a query, lost while reading.
LOST = (1927, 2006, 2013, 2055)
Result = TypeVar("Result")


def is_transient(error: BaseException) -> bool:
	"""Whether the same work may succeed a moment later."""
	return isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError) or is_lost(error)


def is_lost(error: BaseException) -> bool:
	"""Whether the connection to the database is gone: killed, timed out, or the server went away."""
	if isinstance(error, frappe.db.OperationalError):
		return error.args[0] in LOST
	return frappe.db.is_interface_error(error)


def start_anew(error: BaseException) -> None:
	"""Undo the failed transaction, on a new connection where the old one is gone."""
	if is_lost(error):
		frappe.db.connect()
	frappe.db.rollback()


def commit_surely(action: Callable[[], Result], failure_title: str) -> Result | None:
	"""Run a part of a nightly job as a transaction of its own, again after a failure that may pass.

	None where it failed for good: what it wrote is undone, the error is logged under `failure_title` (translated), and
	the caller goes on with the next part.
	"""
	for trial in range(1, ATTEMPTS + 1):
		# What this transaction has read is old; the next one sees what others wrote until its turn.
		frappe.db.commit()
		try:
			result = action()
			frappe.db.commit()
			return result
		except Exception as error:
			start_anew(error)
			if trial == ATTEMPTS or not is_transient(error):
				log_failure(failure_title)
				frappe.db.commit()
				break
	return None
