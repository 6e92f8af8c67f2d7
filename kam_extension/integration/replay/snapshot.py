"""Reading without being in anybody's way: one moment of the database, no locks, nothing written (R62)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import frappe

from kam_extension.integration.second_connection import second_connection

Reading = Callable[[], AbstractContextManager[None]]
"""Makes a context within which `frappe.db` only reads."""


@contextmanager
def snapshot() -> Iterator[Reading]:
	"""`with snapshot() as reading:` and then `with reading():` as often as needed; each time the same moment is read.

	What is read there comes from a connection of its own in a read-only transaction: a statement that writes fails.
	"""
	with second_connection() as connection:
		connection.sql("start transaction with consistent snapshot, read only")

		@contextmanager
		def reading() -> Iterator[None]:
			own = frappe.local.db
			frappe.local.db = connection
			try:
				yield
			finally:
				frappe.local.db = own

		yield reading
