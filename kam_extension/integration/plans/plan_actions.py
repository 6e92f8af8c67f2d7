"""A plan's actions as to-dos, in step both ways (R57)."""

import frappe
from frappe.utils import escape_html, getdate, now

from kam_extension.integration.visits import todos

PLAN, ACTION = "Key Account Plan", "Key Account Plan Action"
OPEN, DONE, CANCELLED = "Open", "Done", "Cancelled"
_TODO_STATUS = {DONE: todos.CLOSED, CANCELLED: todos.CANCELLED}
_ROW_STATUS = {todos.OPEN: OPEN, todos.CLOSED: DONE, todos.CANCELLED: CANCELLED}


def follow_actions(plan) -> None:
	"""After an approved plan was saved: one open to-do for each open action, none for the others."""
	if plan.docstatus != 1:
		return
	before = plan.get_doc_before_save()
	removed = {row.name for row in before.actions} - {row.name for row in plan.actions} if before else set()
	present = todos.open_todos([*(row.name for row in plan.actions), *removed])
	for row in plan.actions:
		_follow(plan, row, present.get(row.name))
	for name in removed & present.keys():
		todos.change(present[name].name, status=todos.CANCELLED)


def end_actions(plan) -> None:
	"""A cancelled plan asks nobody for anything."""
	for todo in todos.open_todos(row.name for row in plan.actions).values():
		todos.change(todo.name, status=todos.CANCELLED)


def follow_todo(todo, method: str | None = None) -> None:
	"""Event on_update of ToDo: an action is done when its to-do is closed."""
	row = todo.get(todos.MARK)
	if todo.reference_type != PLAN or not row or todo.flags.get(todos.SYSTEM_FLAG):
		return
	status = _ROW_STATUS.get(todo.status)
	if status and frappe.db.get_value(ACTION, row, "status") not in (None, status):
		frappe.db.set_value(ACTION, row, "status", status)
		# An open form of the plan is told to load anew instead of undoing this.
		frappe.db.set_value(PLAN, todo.reference_name, "modified", now(), update_modified=False)


def _follow(plan, row, todo) -> None:
	if row.status != OPEN:
		if todo:
			todos.change(todo.name, status=_TODO_STATUS[row.status])
		return
	if todo is None:
		row.db_set("todo", todos.assign(plan, row.responsible, _text(plan, row), row.due_date, row.name))
	elif todo.allocated_to != row.responsible:
		todos.change(todo.name, status=todos.CANCELLED)
		row.db_set("todo", todos.assign(plan, row.responsible, _text(plan, row), row.due_date, row.name))
	elif getdate(todo.date) != getdate(row.due_date):
		todos.change(todo.name, date=row.due_date)


def _text(plan, row) -> str:
	return f"{escape_html(row.action)} ({escape_html(plan.customer_name or '')})"
