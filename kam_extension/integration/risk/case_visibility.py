"""Accountability cases are confidential: managers and above, and the person concerned once there is a hearing (R80).

The person reads the case by Frappe's share. A manager who is concerned is in the same place as anybody else.
"""

import frappe

CASE = "Accountability Case"
READING = ("read", "print", "select", "email", "report")


def condition_of_cases(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions: nobody sees a case about oneself before its hearing."""
	user = frappe.db.escape(user or frappe.session.user, percent=False)
	return f"(`tab{CASE}`.person_concerned != {user} or `tab{CASE}`.hearing_opened_on is not null)"


def may_use(doc, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Hook has_permission: who is concerned reads from the hearing on and changes nothing. What is stored decides."""
	user = user or frappe.session.user
	stored = (
		frappe.db.get_value(CASE, doc.name, ("person_concerned", "hearing_opened_on")) if doc.name else None
	)
	person, opened = stored or (doc.person_concerned, None)
	if person != user or user == "Administrator":
		return None
	return None if opened and (ptype or "read") in READING else False
