"""To-dos of many new documents at once: the rows that assigning them one by one would write (R48)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.desk.form.document_follow import follow_document
from frappe.desk.notifications import delete_notification_count_for
from frappe.utils import get_fullname, sanitize_html

from kam_extension.integration.bulk_rows import insert_records
from kam_extension.integration.visits.todos import MARK, OPEN


@dataclass(frozen=True)
class Assignment:
	"""A new document, whose to-do stands for itself; `text` is HTML."""

	name: str
	user: str
	text: str
	due: date | None


def enabled_users(users: Iterable[str | None]) -> set[str]:
	"""Those to whom something can be assigned; one query."""
	wanted = {user for user in users if user}
	filters = {"name": ("in", list(wanted)), "enabled": 1}
	return set(frappe.get_all("User", filters, pluck="name")) if wanted else set()


def assigned_to(user: str) -> str:
	"""What `_assign` of a document says that one user has on the list."""
	return json.dumps([user])


def assign_all(doctype: str, assignments: Sequence[Assignment]) -> None:
	"""As `todos.assign` does for one, without telling anybody; the users are enabled, `_assign` is written already."""
	insert_records("ToDo", [_todo(doctype, one) for one in assignments])
	insert_records("Comment", [_comment(doctype, one.name, "Assigned", _said(one)) for one in assignments])
	_share(doctype, list(_unreadable(doctype, assignments)))
	delete_notification_count_for("ToDo")


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
		MARK: one.name,
	}


def _said(one: Assignment) -> str:
	"""Frappe's own line in the document's timeline."""
	by = frappe.session.user
	if by == one.user:
		return _("{0} self assigned this task: {1}").format(get_fullname(by), one.text)
	return _("{0} assigned {1}: {2}").format(get_fullname(by), get_fullname(one.user), one.text)


def _comment(doctype: str, name: str, kind: str, text: str) -> dict:
	# Cleaning takes longer than all the rest, and plain text stays as it is.
	if not {"<", ">", "&"}.isdisjoint(text):
		text = sanitize_html(text, always_sanitize=True, disallowed_tags=["form", "input", "button"])
	return {
		"comment_type": kind,
		"comment_email": frappe.session.user,
		"reference_doctype": doctype,
		"reference_name": name,
		"content": text,
	}


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
	told = (
		(one.name, _("{0} shared this document with {1}").format(by, get_fullname(one.user)))
		for one in assignments
	)
	insert_records("Comment", [_comment(doctype, name, "Shared", text) for name, text in told])
	for one in assignments:
		if frappe.get_cached_value("User", one.user, "follow_shared_documents"):
			follow_document(doctype, one.name, one.user)
