"""A second connection to the site's database: it sees what others committed and survives our rollback."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.database import get_db


@contextmanager
def second_connection() -> Iterator:
	"""A connection of its own, closed at the end; what it wrote is lost unless it was committed."""
	connection = get_db(
		socket=frappe.conf.db_socket,
		host=frappe.conf.db_host,
		port=frappe.conf.db_port,
		user=frappe.conf.db_name,
		password=frappe.conf.db_password,
		cur_db_name=frappe.conf.db_name,
	)
	try:
		yield connection
	finally:
		connection.close()


@contextmanager
def fresh_reads() -> Iterator[None]:
	"""Within, everything that is read comes from what is committed by now, this transaction's own work left out."""
	own = frappe.local.db
	with second_connection() as connection:
		frappe.local.db = connection
		try:
			yield
		finally:
			frappe.local.db = own
