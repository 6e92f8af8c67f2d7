"""Who lets another unit sell to an account, and who is told (R11; S0 5.8)."""

import frappe
from frappe import _
from frappe.utils import formatdate

from kam_extension.integration.accounts.units import units_led_by_user
from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.security.roles import (
	DIRECTOR_AND_ABOVE,
	MANAGER_AND_ABOVE,
	has_any_role,
	require_other_person,
	require_role,
)
from kam_extension.policy.codes import AccessStatus, AccountLevel
from kam_extension.setup.roles import KAM_DIRECTOR, KAM_MANAGER


def check_granter(request) -> None:
	"""The director for Group accounts; for others also the manager of the responsible unit; never the requester.

	A manager belongs to the departments of the employee record and all below them. Who has no employee record is
	taken for the manager of every unit. Raises frappe.PermissionError.
	"""
	account = _account(request)
	is_group = account.account_level == AccountLevel.GROUP
	require_role(DIRECTOR_AND_ABOVE if is_group else MANAGER_AND_ABOVE, _("Grant Access"))
	require_other_person(request.requested_by, request.doctype)
	if has_any_role(DIRECTOR_AND_ABOVE) or _leads(frappe.session.user, account.responsible_unit):
		return
	frappe.throw(
		_("Unit {0} is responsible for {1}: its manager grants access, or a director.").format(
			frappe.bold(account.responsible_unit), frappe.bold(request.customer_name or request.key_account)
		),
		frappe.PermissionError,
		title=_("Grant Access"),
	)


def tell_granters(request) -> None:
	"""A new request waits: those who may grant it are told."""
	account = _account(request)
	managers = [user for user in users_with_role(KAM_MANAGER) if _leads(user, account.responsible_unit)]
	is_directors = account.account_level == AccountLevel.GROUP or not managers
	granters = users_with_role(KAM_DIRECTOR) if is_directors else managers
	_tell(request, granters, _("{0} asks for access to {1} for unit {2}."), request.reason)


def tell_of_grant(request) -> None:
	"""The requester, the account manager and the directors learn that another unit sells to the account."""
	told = {request.requested_by, _account(request).account_manager, *users_with_role(KAM_DIRECTOR)}
	until = _("Valid until {0}.").format(formatdate(request.valid_until))
	_tell(request, told, _("{0} granted access to {1} for unit {2}."), until)


def decline(request, reason: str) -> None:
	"""Refuse an open request: by those who may grant it, with a reason that the requester reads."""
	_refuse_unless_open(request)
	check_granter(request)
	if not (reason or "").strip():
		frappe.throw(_("Reason is missing: say why access is declined."), title=_("Reason"))
	_close(request, AccessStatus.DECLINED)
	request.add_comment("Comment", frappe.utils.escape_html(reason.strip()))
	_tell(request, [request.requested_by], _("{0} declined access to {1} for unit {2}."), reason.strip())


def withdraw(request) -> None:
	"""Take an open request back: by the requester, or by a manager."""
	_refuse_unless_open(request)
	if frappe.session.user != request.requested_by:
		require_role(MANAGER_AND_ABOVE, _("Withdraw Request"))
	_close(request, AccessStatus.WITHDRAWN)


def _close(request, status: AccessStatus) -> None:
	request.flags.kam_status = status
	# Who may do this was checked by the caller: a manager of another unit may not edit the request otherwise.
	request.save(ignore_permissions=True)


def _refuse_unless_open(request) -> None:
	if request.status != AccessStatus.OPEN or not request.docstatus.is_draft():
		frappe.throw(
			_("Access Request {0} is not open any more.").format(frappe.bold(request.name)),
			title=_("Access Request"),
		)


def _account(request):
	fields = ("account_level", "responsible_unit", "account_manager")
	return frappe.db.get_value("Key Account", request.key_account, fields, as_dict=True)


def _leads(user: str, unit: str | None) -> bool:
	led = units_led_by_user(user)
	return not unit or not led or unit in led


def _tell(request, users, sentence: str, content: str) -> None:
	others = sorted(set(users) - {frappe.session.user, "Administrator"})
	if others:
		name = frappe.get_cached_value("User", frappe.session.user, "full_name")
		customer = request.customer_name or request.key_account
		subject = sentence.format(frappe.bold(name), frappe.bold(customer), frappe.bold(request.unit))
		notify(others, request, subject, content)
