"""The to-do of whoever visits: made, moved, passed on and closed with the visit (R46)."""

import frappe
from frappe import _
from frappe.utils import escape_html, formatdate, getdate

from kam_extension.integration.visits import todos
from kam_extension.policy.codes import VisitStatus


def follow_visit(visit) -> None:
	"""On_update of Visit Log. Who plans a visit for himself has it in his calendar and gets no to-do."""
	todo = todos.open_todos([visit.name]).get(visit.name)
	if visit.status != VisitStatus.PLANNED:
		if todo:
			is_held = visit.status == VisitStatus.COMPLETED
			todos.change(todo.name, status=todos.CLOSED if is_held else todos.CANCELLED)
	elif todo and todo.allocated_to == visit.visited_by:
		if getdate(todo.date) != getdate(visit.visit_date):
			todos.change(todo.name, date=visit.visit_date, description=task_text(visit))
	else:
		_pass_on(visit, todo)


def task_text(visit) -> str:
	"""What the visitor's to-do says, as HTML, in the visitor's language."""
	language = frappe.get_cached_value("User", visit.visited_by, "language")
	return _("Visit {0} on {1}", lang=language).format(
		escape_html(visit.customer_name or visit.key_account), formatdate(visit.visit_date)
	)


def _pass_on(visit, todo) -> None:
	if todo:
		todos.change(todo.name, status=todos.CANCELLED)
	is_new_visitor = visit.has_value_changed("visited_by")
	if is_new_visitor and (visit.planned_automatically or visit.visited_by != frappe.session.user):
		# What the run plans shows in to-dos and is reminded of before its day: no notification for each.
		notifies = not visit.planned_automatically
		todos.assign(
			visit, visit.visited_by, task_text(visit), visit.visit_date, visit.name, notifies=notifies
		)
