"""Who may approve what: role checks shared by the documents' own `before_submit`."""

import frappe
from frappe import _

MANAGER = "KAM Manager"
DIRECTOR = "KAM Director"
EXECUTIVE = "KAM Executive"
MANAGER_AND_ABOVE = (MANAGER, DIRECTOR, EXECUTIVE)
DIRECTOR_AND_ABOVE = (DIRECTOR, EXECUTIVE)


def has_any_role(roles: tuple[str, ...]) -> bool:
	return not set(roles).isdisjoint(frappe.get_roles())


def require_role(roles: tuple[str, ...], doctype: str) -> None:
	"""Refuse an approval by somebody who has none of `roles` (R70)."""
	if has_any_role(roles):
		return
	names = ", ".join(_(role) for role in roles)
	frappe.throw(
		_("{0} can be approved by these roles only: {1}. Ask one of them to approve it.").format(
			_(doctype), names
		),
		frappe.PermissionError,
		title=_("Not Entitled to Approve"),
	)


def require_other_person(requester: str, doctype: str) -> None:
	"""Refuse an approval by the person who asked for it; Administrator, the system itself, is free (R70)."""
	if frappe.session.user == "Administrator" or frappe.session.user != requester:
		return
	frappe.throw(
		_("You asked for this {0} yourself, so somebody else has to approve it.").format(_(doctype)),
		frappe.PermissionError,
		title=_("Four Eyes"),
	)
