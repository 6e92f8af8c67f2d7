"""An alert in the desk that leads to a list: one for many documents."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled


def tell(
	user: str, subject_in: Callable[[str], str], doctype: str, filters: Mapping, path: str | None = None
) -> None:
	"""One alert for `user` in the user's language: `subject_in(language)` is HTML. It opens `path`, by default the list
	of `doctype`, with `filters`. Disabled users and those who want no notifications are not told.
	"""
	row = frappe.db.get_value("User", user, ["enabled", "language"], as_dict=True)
	if not row or not row.enabled or not is_notifications_enabled(user):
		return
	page = path or f"/app/{frappe.scrub(doctype).replace('_', '-')}"
	alert = frappe.get_doc(
		{
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user,
			"subject": subject_in(row.language or frappe.local.lang),
			"document_type": doctype,
			"link": f"{page}?{urlencode(dict(filters))}",
		}
	)
	# The scheduler tells people of their own accounts; a Notification Log is read by its user only.
	alert.insert(ignore_permissions=True)
