"""Counters on which transactions take turns: whoever moves one holds the others back until its transaction ends.

A transaction goes on reading what was committed when it began. The count that it read, against the count that it was
given, tells whether somebody came in between whose work it does not see.
"""

import frappe
from frappe.query_builder import DocType

COUNTER = "KAM Turn"


def take_turn(name: str) -> int:
	"""Move the counter by one and return it, after waiting for whoever holds it; one statement."""
	frappe.db.sql(
		"""
		insert into `tabKAM Turn` (name, turn, creation, modified) values (%s, last_insert_id(1), now(), now())
		on duplicate key update turn = last_insert_id(turn + 1)
		""",
		name,
	)
	return frappe.db._cursor.lastrowid


def hold_turn(name: str) -> None:
	"""Wait for whoever holds the counter and hold it until the transaction ends; no row changes once it is there.

	As the first statement of a transaction: what is read after it is what those before have committed.
	"""
	# Locking what isn't there yet would lock a gap, for which two first ones kill each other.
	frappe.db.sql(
		"""
		insert into `tabKAM Turn` (name, turn, creation, modified) values (%s, 0, now(), now())
		on duplicate key update turn = turn
		""",
		name,
	)


def turns_taken(name: str) -> int:
	"""The counter as this transaction sees it."""
	turn = DocType(COUNTER)
	rows = frappe.qb.from_(turn).select(turn.turn).where(turn.name == name).run(pluck=True)
	return rows[0] if rows else 0


def forget_turns(name: str) -> None:
	frappe.db.delete(COUNTER, {"name": name})
