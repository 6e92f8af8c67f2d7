"""Key Account Staff: who is scored by whom, and on what pay (R59)."""

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.security.roles import DIRECTOR_AND_ABOVE, MANAGER_AND_ABOVE, has_any_role


def check_staff(staff) -> None:
	"""Refuse a record that could score itself, or that its maker may not keep. Raises ValidationError."""
	if staff.supervisor == staff.user:
		_refuse(_("Supervisor: nobody scores himself. Choose somebody else."))
	if set(MANAGER_AND_ABOVE).isdisjoint(frappe.get_roles(staff.supervisor)):
		_refuse(
			_("Supervisor {0} has none of these roles: {1}. Choose somebody who has one.").format(
				frappe.bold(staff.supervisor), ", ".join(_(role) for role in MANAGER_AND_ABOVE)
			)
		)
	if staff.left_on and getdate(staff.left_on) < getdate(staff.joined_on):
		_refuse(_("Left On must not lie before Joined On."))
	_check_writer(staff)


def _check_writer(staff) -> None:
	"""A manager keeps the records of his own people only, and never his own (R70)."""
	user = frappe.session.user
	if has_any_role(DIRECTOR_AND_ABOVE) or user == "Administrator":
		if user == staff.user and user != "Administrator":
			_refuse(_("Your own record is kept by your supervisor."))
		return
	before = staff.get_doc_before_save()
	if user != staff.supervisor or (before and before.supervisor != staff.supervisor):
		_refuse(
			_(
				"You keep the records of people whose supervisor you are. Ask a director to name another supervisor."
			)
		)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Key Account Staff"))
