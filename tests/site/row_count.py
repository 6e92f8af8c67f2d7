"""How many rows a connection changes: what its statements report, whatever the storage engine counts."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

CHANGING = ("insert", "update", "delete", "replace")


class RowCount:
	"""Rows that were inserted, changed or deleted since `start`; a statement that leaves a row as it is changes none."""

	def __init__(self):
		self.rows = 0

	def start(self) -> None:
		self.rows = 0


@contextmanager
def counted_rows() -> Iterator[RowCount]:
	"""Counts what is written through this connection's `frappe.db` within it."""
	database, count = frappe.local.db, RowCount()
	plain = database.sql

	def sql(query, *arguments, **options):
		result = plain(query, *arguments, **options)
		if str(query).split(maxsplit=1)[0].lower() in CHANGING:
			count.rows += database._cursor.rowcount
		return result

	database.sql = sql
	try:
		yield count
	finally:
		database.sql = plain
