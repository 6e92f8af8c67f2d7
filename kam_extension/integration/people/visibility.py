"""Scorecards are confidential: people see their own, supervisors those of their people, directors and executives all,
finance approved payouts (R59; S4 chapter 7).

Hooks of Frappe for KAM Scorecard with its points, and Key Account Staff.
"""

import frappe

from kam_extension.integration.security.roles import DIRECTOR_AND_ABOVE
from kam_extension.setup.roles import KAM_FINANCE

STAFF, SCORECARD, POINT = "Key Account Staff", "KAM Scorecard", "KAM Scorecard Point"
PERSON_FIELD = {STAFF: "user", SCORECARD: "person"}


def condition_of_people(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions of scorecards and staff records; "" for everything."""
	user = user or frappe.session.user
	if _sees_all(user):
		return ""
	own = frappe.db.escape(user, percent=False)
	table = f"`tab{doctype}`"
	parts = [f"{table}.`{PERSON_FIELD[doctype]}` = {own}", f"{table}.supervisor = {own}"]
	if doctype == SCORECARD:
		parts.append(f"{table}.staff in (select name from `tab{STAFF}` where supervisor = {own})")
	if KAM_FINANCE in frappe.get_roles(user):
		parts.append(f"{table}.docstatus = 1" if doctype == SCORECARD else "1 = 1")
	return f"({' or '.join(parts)})"


def condition_of_points(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions of a scorecard's points: finance reads payouts, not judgements."""
	user = user or frappe.session.user
	if _sees_all(user):
		return ""
	own = frappe.db.escape(user, percent=False)
	return (
		f"`tab{POINT}`.parent in (select card.name from `tab{SCORECARD}` card join `tab{STAFF}` staff "
		f"on staff.name = card.staff where {own} in (card.person, card.supervisor, staff.supervisor))"
	)


def may_use(doc, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Hook has_permission: False for what is not the user's, None to leave it to roles. What is stored decides."""
	user = user or frappe.session.user
	if _sees_all(user):
		return None
	stored = _people_of(doc)
	if stored is None or user in stored:
		return None
	is_paid_out = doc.doctype == STAFF or doc.docstatus == 1
	if KAM_FINANCE in frappe.get_roles(user) and is_paid_out and ptype not in ("write", "submit", "cancel"):
		return None
	return False


def _people_of(doc) -> set[str] | None:
	"""Person and supervisors as stored; None for a document that is not stored yet."""
	fields = [PERSON_FIELD[doc.doctype], "supervisor", *(["staff"] if doc.doctype == SCORECARD else [])]
	row = frappe.db.get_value(doc.doctype, doc.name, fields) if doc.name else None
	if row is None:
		return None
	people = set(row[:2])
	if doc.doctype == SCORECARD:
		people.add(frappe.db.get_value(STAFF, row[2], "supervisor"))
	return people


def _sees_all(user: str) -> bool:
	return user == "Administrator" or not set(DIRECTOR_AND_ABOVE).isdisjoint(frappe.get_roles(user))
