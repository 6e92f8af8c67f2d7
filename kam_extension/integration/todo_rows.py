"""To-dos of many documents at once: the rows that assigning and closing them one by one would write (R34, R48)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.desk.form.document_follow import follow_document
from frappe.desk.notifications import delete_notification_count_for
from frappe.utils import get_fullname

from kam_extension.integration.bulk_rows import insert_comments, insert_records

OPEN = "Open"


@dataclass(frozen=True)
class Assignment:
	"""A to-do of `user` on the document `name`; `text` is HTML, `values` are further fields of ToDo."""

	name: str
	user: str
	text: str
	due: date | None
	values: Mapping[str, object] = field(default_factory=dict)


def enabled_users(users: Iterable[str | None]) -> set[str]:
	"""Those to whom something can be assigned; one query."""
	wanted = {user for user in users if user}
	filters = {"name": ("in", list(wanted)), "enabled": 1}
	return set(frappe.get_all("User", filters, pluck="name")) if wanted else set()


def assigned_to(user: str) -> str:
	"""What `_assign` of a document says that one user has on the list."""
	return json.dumps([user])


def assign_all(doctype: str, assignments: Sequence[Assignment]) -> None:
	"""As Frappe assigns, one for each document, without telling anybody; the users are enabled.

	`_assign` is the caller's: known of new documents, `refresh_assigned` of others. All have the same `values` set.
	"""
	insert_records("ToDo", [_todo(doctype, one) for one in assignments])
	insert_comments(doctype, "Assigned", ((one.name, _said(one)) for one in assignments))
	_share(doctype, list(_unreadable(doctype, assignments)))
	_follow(doctype, assignments, "follow_assigned_documents")
	delete_notification_count_for("ToDo")


def end_assignments(doctype: str, todos: Sequence[Mapping], status: str) -> None:
	"""Close or cancel open to-dos (rows with name, reference_name and allocated_to), without telling anybody."""
	if not todos:
		return
	frappe.db.set_value("ToDo", {"name": ("in", [todo.name for todo in todos])}, "status", status)
	by = get_fullname(frappe.session.user)
	text = _("Assignment of {0} removed by {1}")
	said = ((todo.reference_name, text.format(get_fullname(todo.allocated_to), by)) for todo in todos)
	insert_comments(doctype, "Assignment Completed", said)
	delete_notification_count_for("ToDo")


def refresh_assigned(doctype: str, names: Sequence[str]) -> None:
	"""Who is assigned to documents follows from their open to-dos, the oldest one first, as Frappe has it."""
	if not names:
		return
	filters = {"reference_type": doctype, "reference_name": ("in", list(names))}
	filters |= {"status": ("not in", ("Closed", "Cancelled")), "allocated_to": ("is", "set")}
	assigned: dict[str, list[str]] = {name: [] for name in names}
	# As of now, not as of the transaction's beginning: somebody may have assigned meanwhile.
	for name, user in frappe.db.get_values(
		"ToDo", filters, ["reference_name", "allocated_to"], order_by="creation asc", for_update=True
	):
		assigned[name].append(user)
	frappe.db.bulk_update(
		doctype,
		{name: {"_assign": json.dumps(users) if users else ""} for name, users in assigned.items()},
		update_modified=False,
	)


def _todo(doctype: str, one: Assignment) -> dict:
	return {
		"status": OPEN,
		"priority": "Medium",
		"date": one.due,
		"allocated_to": one.user,
		"description": one.text,
		"reference_type": doctype,
		"reference_name": one.name,
		"assigned_by": frappe.session.user,
		"assigned_by_full_name": get_fullname(frappe.session.user),
		**one.values,
	}


def _said(one: Assignment) -> str:
	"""Frappe's own line in the document's timeline."""
	by = frappe.session.user
	if by == one.user:
		return _("{0} self assigned this task: {1}").format(get_fullname(by), one.text)
	return _("{0} assigned {1}: {2}").format(get_fullname(by), get_fullname(one.user), one.text)


def _unreadable(doctype: str, assignments: Sequence[Assignment]) -> Iterator[Assignment]:
	"""Those whose user may not read the document; one query for each user."""
	by_user: dict[str, list[Assignment]] = defaultdict(list)
	for one in assignments:
		by_user[one.user].append(one)
	for user, own in by_user.items():
		readable = _readable(doctype, user, [one.name for one in own])
		yield from (one for one in own if one.name not in readable)


def _readable(doctype: str, user: str, names: list[str]) -> set[str]:
	if not frappe.has_permission(doctype, "read", user=user):
		return set()
	filters = {"name": ("in", names)}
	return set(frappe.get_list(doctype, filters, pluck="name", user=user, limit_page_length=0))


def _share(doctype: str, assignments: Sequence[Assignment]) -> None:
	"""Whoever is assigned may read the document."""
	by = get_fullname(frappe.session.user)
	shares = [
		{"user": one.user, "share_doctype": doctype, "share_name": one.name, "read": 1, "notify_by_email": 1}
		for one in assignments
	]
	insert_records("DocShare", shares)
	text = _("{0} shared this document with {1}")
	told = ((one.name, text.format(by, get_fullname(one.user))) for one in assignments)
	insert_comments(doctype, "Shared", told)
	_follow(doctype, assignments, "follow_shared_documents")


def _follow(doctype: str, assignments: Sequence[Assignment], setting: str) -> None:
	for one in assignments:
		if frappe.get_cached_value("User", one.user, setting):
			follow_document(doctype, one.name, one.user)
