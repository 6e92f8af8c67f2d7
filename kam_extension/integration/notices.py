"""Tell people by Frappe's own notifications that something waits for them."""

from collections.abc import Iterable

import frappe
from frappe.query_builder import DocType


def users_with_role(*roles: str) -> list[str]:
	"""Enabled users who have one of `roles`; Administrator, who has them all, is nobody's approver."""
	user, has_role = DocType("User"), DocType("Has Role")
	return (
		frappe.qb.from_(user)
		.join(has_role)
		.on((has_role.parent == user.name) & (has_role.parenttype == "User"))
		.select(user.name)
		.distinct()
		.where(has_role.role.isin(roles) & (user.enabled == 1) & (user.name != "Administrator"))
		.orderby(user.name)
	).run(pluck=True)


def notify(users: Iterable[str], doc, subject: str, content: str) -> None:
	"""A notification about `doc` in the desk, and by mail for those who want their assignments by mail.

	Sent when the transaction is committed. `subject` is HTML, `content` plain text.
	"""
	frappe.enqueue(
		"frappe.desk.doctype.notification_log.notification_log.make_notification_logs",
		enqueue_after_commit=True,
		users=list(users),
		doc=frappe._dict(
			type="Assignment",
			document_type=doc.doctype,
			document_name=doc.name,
			subject=subject,
			from_user=frappe.session.user,
			email_content=frappe.utils.escape_html(content),
		),
	)
