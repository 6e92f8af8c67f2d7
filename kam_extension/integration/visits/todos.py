"""To-dos of Frappe that stand for something of ours: marked with the row that they stand for (R48)."""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.desk.form.assign_to import notify_assignment
from frappe.query_builder import DocType

MARK = "kam_source_row"
OPEN, CLOSED, CANCELLED = "Open", "Closed", "Cancelled"
SYSTEM_FLAG = "kam_system"


def assign(
	document, user: str | None, text: str, due: date | None, row: str, notifies: bool = True
) -> str | None:
	"""Make the open to-do of `row` (a child row's name, or the document's own) for `user`; None for a disabled user.

	`text` is HTML. Whoever is assigned may read the document. The rules assign, whatever their trigger's user may do.
	`notifies` False: the caller tells the user.
	"""
	if not user or not frappe.db.get_value("User", user, "enabled"):
		return None
	todo = frappe.new_doc("ToDo")
	todo.update(
		{
			"allocated_to": user,
			"reference_type": document.doctype,
			"reference_name": document.name,
			"description": text,
			"date": due,
			"assigned_by": frappe.session.user,
			MARK: row,
		}
	)
	todo.flags.update({SYSTEM_FLAG: True})
	todo.insert(ignore_permissions=True)
	if not frappe.has_permission(document.doctype, "read", doc=document, user=user):
		frappe.share.add_docshare(
			document.doctype, document.name, user, flags={"ignore_share_permission": True}
		)
	if notifies:
		notify_assignment(todo.assigned_by, user, document.doctype, document.name, "ASSIGN", text)
	return todo.name


def keep_mark(todo, method: str | None = None) -> None:
	"""Event before_validate of ToDo: which row it stands for is ours to say, whatever a request sends (R70)."""
	if not todo.flags.get(SYSTEM_FLAG):
		before = todo.get_doc_before_save()
		todo.set(MARK, before.get(MARK) if before else None)


def open_todos(rows: Iterable[str]) -> dict[str, frappe._dict]:
	"""{row: its open to-do}, the latest where there are several."""
	names = list(rows)
	if not names:
		return {}
	found = frappe.get_all(
		"ToDo",
		filters={MARK: ("in", names), "status": OPEN},
		fields=["name", "allocated_to", "date", "description", f"{MARK} as source_row"],
		order_by="creation",
	)
	return {todo.source_row: todo for todo in found}


def change(name: str, **values) -> None:
	"""Change a to-do on behalf of the row that it stands for: the row is not told again."""
	todo = frappe.get_doc("ToDo", name)
	todo.update(values)
	todo.flags.update({SYSTEM_FLAG: True})
	# Follows a change of its document that somebody was allowed to make.
	todo.save(ignore_permissions=True)


def end_all(doctype: str, names: Iterable[str], status: str) -> None:
	"""Close or cancel the open to-dos that stand for documents themselves, and take the documents off people's lists."""
	found = list(names)
	if not found:
		return
	todo, document = DocType("ToDo"), DocType(doctype)
	(
		frappe.qb.update(todo)
		.set(todo.status, status)
		.where(todo[MARK].isin(found))
		.where((todo.reference_type == doctype) & (todo.status == OPEN))
	).run()
	still_open = (
		frappe.qb.from_(todo)
		.select(todo.reference_name)
		.where((todo.reference_type == doctype) & todo.reference_name.isin(found) & (todo.status == OPEN))
	)
	(
		frappe.qb.update(document)
		.set(document["_assign"], None)
		.where(document.name.isin(found))
		.where(document.name.notin(still_open))
	).run()
