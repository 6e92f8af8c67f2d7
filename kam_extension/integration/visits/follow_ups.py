"""Actions and needs of a visit as to-dos, in step both ways (R47, R48).

A row with somebody responsible has one open to-do while it is open. What changed in the row changes the to-do, and
nothing else does: who edits the to-do keeps the edit, and the row follows its state, day and person. A need is closed
in the visit, where its feedback stands; closing its to-do leaves the need open.
"""

from dataclasses import dataclass

import frappe
from frappe.utils import escape_html, getdate

from kam_extension.integration.visits import todos
from kam_extension.policy.codes import ActionStatus, NeedStatus

VISIT = "Visit Log"


@dataclass(frozen=True)
class Table:
	"""A table of follow-up in a visit; `ended` maps its last statuses to those of a to-do."""

	fieldname: str
	doctype: str
	text: str
	ended: dict[str, str]


TABLES = (
	Table(
		"actions",
		"Visit Log Action",
		"action",
		{ActionStatus.DONE: todos.CLOSED, ActionStatus.CANCELLED: todos.CANCELLED},
	),
	Table("needs", "Visit Log Need", "need", {NeedStatus.CLOSED: todos.CLOSED}),
)
_ROW_STATUS = {
	todos.CLOSED: ActionStatus.DONE,
	todos.CANCELLED: ActionStatus.CANCELLED,
	todos.OPEN: ActionStatus.OPEN,
}


def keep_rows(visit) -> None:
	"""Before_validate: how far a row escalated is the nightly run's to say; another due date begins anew."""
	before = _rows_before(visit)
	for table in TABLES:
		for row in visit.get(table.fieldname):
			old = before.get(row.name)
			is_same = old and getdate(old.due_date) == getdate(row.due_date)
			row.escalation_level = old.escalation_level if is_same else 0


def sync_todos(visit) -> None:
	"""On_update of Visit Log: to-dos follow the rows that changed, and end with rows that are gone."""
	before = _rows_before(visit)
	rows = {row.name: (table, row) for table in TABLES for row in visit.get(table.fieldname)}
	open_todos = todos.open_todos(before.keys() | rows.keys())
	for name, (table, row) in rows.items():
		_sync(visit, table, row, before.get(name), open_todos.get(name))
	for name in before.keys() - rows.keys() & open_todos.keys():
		todos.change(open_todos[name].name, status=todos.CANCELLED)


def cancel_todos(visit) -> None:
	"""On_trash: nobody is asked to follow up a visit that is gone."""
	rows = [row.name for table in TABLES for row in visit.get(table.fieldname)]
	for todo in todos.open_todos([visit.name, *rows]).values():
		todos.change(todo.name, status=todos.CANCELLED)


def follow_todo(todo, method: str | None = None) -> None:
	"""Event on_update of ToDo: the row that it stands for takes over state, day and person."""
	row_name = todo.get(todos.MARK)
	if not row_name or todo.reference_type != VISIT or todo.flags.get(todos.SYSTEM_FLAG):
		return
	for table in TABLES:
		row = frappe.db.get_value(
			table.doctype, row_name, ("parent", "status", "due_date", "responsible"), as_dict=True
		)
		if row:
			_write_row(table, row_name, row, todo)


def _write_row(table: Table, name: str, row: frappe._dict, todo) -> None:
	values = {"due_date": getdate(todo.date) if todo.date else None, "responsible": todo.allocated_to}
	if table.fieldname == "actions":
		values["status"] = _ROW_STATUS[todo.status]
	changed = {field: value for field, value in values.items() if (row[field] or None) != (value or None)}
	if not changed:
		return
	if "due_date" in changed:
		changed["escalation_level"] = 0
	# The person may change the to-do, and the row is what it stands for; an open form is told to load anew.
	frappe.db.set_value(table.doctype, name, changed)
	visit = frappe.get_doc(VISIT, row.parent)
	visit.notify_update()
	frappe.db.set_value(VISIT, row.parent, "modified", frappe.utils.now(), update_modified=False)


def _rows_before(visit) -> dict:
	before = visit.get_doc_before_save()
	if not before:
		return {}
	return {row.name: row for table in TABLES for row in before.get(table.fieldname)}


def _sync(visit, table: Table, row, old, todo) -> None:
	ended = table.ended.get(row.status)
	if ended:
		if todo:
			todos.change(todo.name, status=ended)
		return
	is_changed = not old or any(
		(row.get(field) or None) != (old.get(field) or None)
		for field in (table.text, "responsible", "due_date", "status")
	)
	if not is_changed:
		return
	if todo and todo.allocated_to == row.responsible:
		_follow_changes(table, row, old, todo)
		return
	if todo:
		todos.change(todo.name, status=todos.CANCELLED)
	todos.assign(visit, row.responsible, escape_html(row.get(table.text)), row.due_date, row=row.name)


def _follow_changes(table: Table, row, old, todo) -> None:
	"""Only what was changed in the row, so that an edit of the to-do stays."""
	values = {}
	if old and row.get(table.text) != old.get(table.text):
		values["description"] = escape_html(row.get(table.text))
	if old and getdate(row.due_date) != getdate(old.due_date):
		values["date"] = row.due_date
	if values:
		todos.change(todo.name, **values)
