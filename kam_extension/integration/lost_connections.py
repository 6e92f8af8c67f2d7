"""Failures of the database that pass when the work is tried again: deadlocks, lock timeouts, lost connections."""

import frappe

# Killed by an administrator, server has gone away, lost during a query, lost while reading.
LOST = (1927, 2006, 2013, 2055)


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
