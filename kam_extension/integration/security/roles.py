"""Who may approve what: role checks shared by the documents' own `before_submit`."""

import frappe
from frappe import _

from kam_extension.setup.roles import KAM_DIRECTOR, KAM_EXECUTIVE, KAM_MANAGER

MANAGER_AND_ABOVE = (KAM_MANAGER, KAM_DIRECTOR, KAM_EXECUTIVE)
DIRECTOR_AND_ABOVE = (KAM_DIRECTOR, KAM_EXECUTIVE)
EXECUTIVE_ONLY = (KAM_EXECUTIVE,)


def has_any_role(roles: tuple[str, ...]) -> bool:
	return not set(roles).isdisjoint(frappe.get_roles())


def is_in_leadership(user: str) -> bool:
	"""Whether `user` may answer for a Group account: directors and executives (S0)."""
	return not set(DIRECTOR_AND_ABOVE).isdisjoint(frappe.get_roles(user))


def require_role(roles: tuple[str, ...], title: str) -> None:
	"""Refuse what only `roles` may do; `title` is the translated heading of the message (R70)."""
	if has_any_role(roles):
		return
	frappe.throw(
		_("This needs one of these roles: {0}. Ask somebody who has one.").format(
			", ".join(_(role) for role in roles)
		),
		frappe.PermissionError,
		title=title,
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
