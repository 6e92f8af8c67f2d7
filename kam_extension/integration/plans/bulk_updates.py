"""Many rows of one table get values of their own in a few statements; the rows travel as one parameter."""

import json
from collections.abc import Mapping
from itertools import islice

import frappe

CHUNK = 2000


def update_rows(doctype: str, updates: Mapping[str, Mapping[str, float | str]]) -> None:
	"""Write `updates` ({name: {field: number or text}}, the same fields for each row); `modified` stays.

	Fields are named by the code that calls, never by input.
	"""
	if not updates:
		return
	fields = next(iter(updates.values()))
	columns = ", ".join(f"`{field}` {_type(value)} path '$.{field}'" for field, value in fields.items())
	assignments = ", ".join(f"target.`{field}` = given.`{field}`" for field in fields)
	statement = f"""
		update `tab{doctype}` target
			join json_table(%s, '$[*]' columns (row_name varchar(140) path '$.row_name', {columns})) given
				on target.name = given.row_name collate utf8mb4_unicode_ci
		set {assignments}
	"""
	rows = ({"row_name": name, **values} for name, values in updates.items())
	while chunk := list(islice(rows, CHUNK)):
		frappe.db.sql(statement, json.dumps(chunk))


def _type(value: float | str) -> str:
	return "varchar(255)" if isinstance(value, str) else "decimal(30, 9)"
