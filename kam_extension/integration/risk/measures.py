"""Measures of a submitted report as to-dos of those responsible, kept in step both ways (R55)."""

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from kam_extension.integration.visits import todos
from kam_extension.policy.codes import MeasureStatus

REPORT, ROW = "Risk Report", "Risk Report Measure"
NEEDS_EVIDENCE = (MeasureStatus.DONE, MeasureStatus.CANCELLED)


def check_measures(report) -> None:
	"""A measure ends with evidence only: of what was done, or why it was given up."""
	for row in report.measures:
		if row.status in NEEDS_EVIDENCE and not (row.evidence or "").strip():
			frappe.throw(
				_(
					"Measures, row {0}: a measure is done or cancelled only with evidence. Enter it in the row."
				).format(row.idx),
				title=_("Measures"),
			)


def follow_measures(report) -> None:
	"""After submit and later saves: open measures have a to-do, ended and removed ones none."""
	before = report.get_doc_before_save()
	removed = (
		{row.name for row in before.measures} - {row.name for row in report.measures} if before else set()
	)
	standing = todos.open_todos([*(row.name for row in report.measures), *removed])
	for row in report.measures:
		_bring_in_step(report, row, standing.get(row.name))
	for name in removed & standing.keys():
		todos.change(standing[name].name, status=todos.CANCELLED)


def end_measures(report) -> None:
	"""On cancel: nobody has to carry out the measures of a report that is void."""
	for todo in todos.open_todos([row.name for row in report.measures]).values():
		todos.change(todo.name, status=todos.CANCELLED)


def follow_todo(todo, method: str | None = None) -> None:
	"""Event on_update of ToDo: what the responsible person changes there reaches the measure.

	A closed to-do makes the measure *Reported Done*; evidence in the report makes it *Done*.
	"""
	if todo.reference_type != REPORT or not todo.get(todos.MARK) or todo.flags.get(todos.SYSTEM_FLAG):
		return
	fields = ("name", "status", "responsible", "due_date")
	row = frappe.db.get_value(
		ROW, {"name": todo.get(todos.MARK), "parent": todo.reference_name}, fields, as_dict=True
	)
	if row is None or row.status in NEEDS_EVIDENCE:
		return
	values = {"status": _status_by(todo, row), "responsible": todo.allocated_to, "due_date": todo.date}
	if any((row[field] or None) != (values[field] or None) for field in values):
		frappe.db.set_value(ROW, row.name, values, update_modified=False)
		# Who has the report open is told that it changed.
		frappe.get_doc(REPORT, todo.reference_name).notify_update()


def _status_by(todo, row) -> str:
	if todo.status == todos.CLOSED:
		return str(MeasureStatus.REPORTED)
	return str(MeasureStatus.OPEN) if todo.status == todos.OPEN else row.status


def _bring_in_step(report, row, todo) -> None:
	is_open = row.status == MeasureStatus.OPEN
	if todo is None:
		if is_open and row.responsible and not _was_ended_by_hand(row):
			todos.assign(report, row.responsible, _text(report, row), row.due_date, row.name)
	elif not is_open:
		ended = todos.CANCELLED if row.status == MeasureStatus.CANCELLED else todos.CLOSED
		todos.change(todo.name, status=ended)
	elif row.responsible != todo.allocated_to:
		todos.change(todo.name, status=todos.CANCELLED)
		todos.assign(report, row.responsible, _text(report, row), row.due_date, row.name)
	elif (row.due_date and getdate(row.due_date)) != todo.date or todo.description != _text(report, row):
		todos.change(todo.name, date=row.due_date, description=_text(report, row))


def _was_ended_by_hand(row) -> bool:
	"""Whether this person's to-do was cancelled by hand: it isn't made again."""
	ended = {todos.MARK: row.name, "allocated_to": row.responsible, "status": todos.CANCELLED}
	return bool(frappe.db.exists("ToDo", ended))


def _text(report, row) -> str:
	customer = escape_html(report.customer_name or report.customer or "")
	return f"{customer}: {escape_html(row.measure)}"
