"""Who has to deal with an open report at a step of its escalation, and who else hears of it (R54, R55)."""

from collections.abc import Iterable, Mapping

import frappe
from frappe.utils import nowdate

from kam_extension.integration.notices import users_with_role
from kam_extension.policy.codes import EscalationLevel

_ROLE_OF = {step: str(step) for step in EscalationLevel if step != EscalationLevel.ACCOUNT_MANAGER}


def responsible_users(key_account: str, step: str) -> list[str]:
	"""Enabled users who deal with the account at `step`: of the account's own people those with the role, else all."""
	account = frappe.get_doc("Key Account", key_account)
	if step == EscalationLevel.ACCOUNT_MANAGER:
		return enabled_users([account.account_manager])
	holders = users_with_role(_ROLE_OF[EscalationLevel(step)])
	own = set(people_of(account))
	return [user for user in holders if user in own] or holders


def people_of(account) -> list[str]:
	"""Account manager, sponsor, service team and the managers of additional units."""
	people = [account.account_manager, account.executive_sponsor]
	people += [row.user for row in account.team]
	people += [row.manager for row in account.units]
	return list(dict.fromkeys(person for person in people if person))


def everybody_concerned(key_account: str) -> list[str]:
	"""Whom a critical risk concerns: the account's people, all units that deal with it, management, and legal."""
	account = frappe.get_doc("Key Account", key_account)
	people = [*people_of(account), *_employees_of(units_dealing_with(account)), *legal_users()]
	for step in _ROLE_OF:
		people += responsible_users(key_account, step)
	return enabled_users(people)


def units_dealing_with(account) -> list[str]:
	"""Departments responsible, additional, with granted access, or with open orders and quotations."""
	units = [account.responsible_unit, *(row.unit for row in account.units)]
	granted = {"key_account": account.name, "docstatus": 1, "valid_until": (">=", nowdate())}
	units += frappe.get_all("Access Request", filters=granted, pluck="unit")
	for doctype, ended in _OPEN_DOCUMENTS.items():
		filters = {"kam_key_account": account.name, "docstatus": 1, "status": ("not in", ended)}
		units += frappe.get_all(doctype, filters=filters, pluck="kam_unit", distinct=True)
	return list(dict.fromkeys(unit for unit in units if unit))


_OPEN_DOCUMENTS: Mapping[str, tuple[str, ...]] = {
	"Sales Order": ("Completed", "Closed", "Cancelled"),
	"Quotation": ("Ordered", "Lost", "Expired", "Cancelled"),
}


def legal_users() -> list[str]:
	settings = frappe.get_cached_doc("KAM Settings")
	group = settings.risk_legal_group
	members = frappe.get_all("User Group Member", {"parent": group}, pluck="user") if group else []
	return [user for user in (settings.risk_legal_user, *members) if user]


def enabled_users(users: Iterable[str | None]) -> list[str]:
	"""Those of `users` who can log in, each once, in their order."""
	wanted = list(dict.fromkeys(user for user in users if user))
	enabled = set(frappe.get_all("User", {"name": ("in", wanted), "enabled": 1}, pluck="name"))
	return [user for user in wanted if user in enabled]


def _employees_of(units: Iterable[str]) -> list[str]:
	filters = {"department": ("in", list(units)), "status": "Active", "user_id": ("is", "set")}
	return frappe.get_all("Employee", filters=filters, pluck="user_id")
