"""Which units may sell to an account (R11; S0 5.8): its own, and those with a granted Access Request."""

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.accounts.account_access import is_in_team
from kam_extension.integration.accounts.units import units_of_user
from kam_extension.integration.enforcement.ways_out import button
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, has_any_role
from kam_extension.policy.codes import Action

SETTINGS = "KAM Settings"
REQUEST = "Access Request"
COMMITTING = ("Quotation", "Sales Order")


def selling_unit(doc, account) -> str | None:
	"""The unit that sells: the document's, else the department of the session's user, else the account's own."""
	if doc.get("kam_unit"):
		refuse_strange_unit(doc, account)
		return doc.kam_unit
	return next(iter(units_of_user(frappe.session.user)), None) or account.responsible_unit


def refuse_strange_unit(doc, account) -> None:
	"""Nobody sells in the name of another unit, but for managers and what an earlier document of the chain says.

	The account's own team sells for the account's unit, wherever its members are employed; users without an employee
	record enter the unit that they work for.
	"""
	before = doc.get_doc_before_save()
	# The unit of a delivery or an invoice opens nothing, and whoever bills or closes a till may sit elsewhere.
	if doc.doctype not in COMMITTING:
		return
	if before and (before.get("kam_unit"), before.get("kam_key_account")) == (doc.kam_unit, account.name):
		return
	units = units_of_user(frappe.session.user)
	if not units or doc.kam_unit in units or has_any_role(MANAGER_AND_ABOVE):
		return
	is_teams = doc.kam_unit == account.responsible_unit and is_in_team(account.name, frappe.session.user)
	if not is_teams and doc.kam_unit not in _units_of_sources(doc):
		frappe.throw(
			_("Selling Unit {0} is not yours. Enter {1}, or ask a manager to sell for {0}.").format(
				frappe.bold(doc.kam_unit), frappe.bold(", ".join(units))
			),
			frappe.PermissionError,
			title=_("Selling Unit"),
		)


def check_access(doc) -> None:
	"""Stop a quotation or an order of a unit that may not sell to the account, or warn, as KAM Settings say.

	Once a submit: both of its events ask. Raises PolicyViolation.
	"""
	if doc.doctype not in COMMITTING or not (doc.get("kam_key_account") and doc.get("kam_unit")):
		return
	reading = doc.flags.get("kam_reading")
	if doc.flags.kam_access_checked or (reading and reading.account.responsible_unit == doc.kam_unit):
		return
	action = frappe.get_cached_doc(SETTINGS).get("unit_access_action") or Action.BLOCK
	if action != Action.OFF and not may_sell(doc.kam_unit, doc.kam_key_account):
		_tell(doc, action)
	doc.flags.kam_access_checked = True


def _tell(doc, action: str) -> None:
	title, message = _("Selling Unit Without Access"), _refusal(doc)
	if action == Action.BLOCK:
		frappe.throw(message, PolicyViolation, title=title, wide=True)
	frappe.msgprint(message, title=title, indicator="orange")


def may_sell(unit: str, key_account: str) -> bool:
	"""Whether the unit is one of the account's, or has access today. An account without any unit is open to all."""
	rows = frappe.db.sql(_QUERY, {"account": key_account, "today": getdate()}, as_dict=True)
	claimed = {row.unit for row in rows if row.is_own}
	return not claimed or unit in {row.unit for row in rows}


_QUERY = f"""
	select responsible_unit unit, 1 is_own from `tabKey Account`
		where name = %(account)s and ifnull(responsible_unit, '') != ''
	union all
	select unit, 1 from `tabKey Account Unit` where parent = %(account)s and parenttype = 'Key Account'
	union all
	select unit, 0 from `tab{REQUEST}`
		where key_account = %(account)s and docstatus = 1 and valid_until >= %(today)s
"""


def _units_of_sources(doc) -> set[str]:
	"""Units of the account's documents that this one was made from."""
	sources = {doc.doctype: {doc.get("amended_from")}}
	if doc.doctype == "Sales Order":
		sources["Quotation"] = {row.get("prevdoc_docname") for row in doc.get("items") or ()}
	found: set[str | None] = set()
	for doctype, wanted in sources.items():
		filters = {"name": ("in", list(wanted - {None, ""})), "kam_key_account": doc.kam_key_account}
		found |= set(frappe.get_all(doctype, filters, pluck="kam_unit"))
	return found - {None}


def _refusal(doc) -> str:
	account = frappe.db.get_value(
		"Key Account",
		doc.kam_key_account,
		("customer_name", "responsible_unit", "account_manager"),
		as_dict=True,
	)
	sentence = _(
		"Unit {0} may not sell to {1}: unit {2} is responsible (account manager {3}). Request access, and submit "
		"again when it is granted."
	).format(
		frappe.bold(doc.kam_unit),
		frappe.bold(account.customer_name or doc.kam_key_account),
		frappe.bold(account.responsible_unit or ""),
		frappe.get_cached_value("User", account.account_manager, "full_name"),
	)
	return f"{sentence}<br><br>{_way_out(doc)}"


def _way_out(doc) -> str:
	"""The request that waits already, or the button that makes one."""
	waiting = frappe.db.get_value(REQUEST, open_request_of(doc.kam_unit, doc.kam_key_account))
	if waiting:
		return _("Access Request {0} waits for a decision.").format(frappe.bold(waiting))
	if not frappe.has_permission(REQUEST, "create"):
		return ""
	arguments = {"key_account": doc.kam_key_account, "unit": doc.kam_unit}
	return button("request_access", _("Request Access"), "btn-primary", arguments)


def open_request_of(unit: str, key_account: str) -> dict:
	"""Filters of the request that waits for a decision."""
	return {"key_account": key_account, "unit": unit, "docstatus": 0, "status": "Open"}
