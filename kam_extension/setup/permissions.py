"""Rights of the KAM roles on ERPNext's own documents, given once on install and taken back exactly (R1, R82).

Frappe replaces a DocType's standard permissions by its Custom DocPerm rows as soon as there is one. So the standard
rows are copied first; on uninstall a copy that nobody changed goes too, and the DocType has its standard again.
"""

from collections.abc import Iterable

import frappe
from frappe.permissions import setup_custom_perms

from kam_extension.setup.record import read_record, write_record
from kam_extension.setup.roles import (
	COST_READERS,
	KAM_DIRECTOR,
	KAM_EXECUTIVE,
	KAM_FINANCE,
	KAM_MANAGER,
	KAM_USER,
	ROLES,
)

READ = ("read", "print", "email", "report")
ANALYSE = (*READ, "export")
SELL = (*READ, "write", "create", "submit", "cancel", "amend", "share")
SELL_AND_TIDY = (*SELL, "delete", "export")
SERVE = (*READ, "write", "create", "share")
LOOK_UP = ("read", "select")

COST_LEVEL = 3
SELLING_DOCTYPES = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")

_ORDERING = {
	KAM_USER: SELL,
	KAM_MANAGER: SELL_AND_TIDY,
	KAM_DIRECTOR: ANALYSE,
	KAM_EXECUTIVE: ANALYSE,
	KAM_FINANCE: ANALYSE,
}
_FOLLOWING = {KAM_USER: READ, **dict.fromkeys(COST_READERS, ANALYSE)}
_SERVING = {
	KAM_USER: SERVE,
	KAM_MANAGER: (*SERVE, "export"),
	KAM_DIRECTOR: (*SERVE, "export"),
	KAM_EXECUTIVE: (*SERVE, "export"),
	KAM_FINANCE: READ,
}
_LOOKING_UP = dict.fromkeys(ROLES, LOOK_UP)
_LEDGER = dict.fromkeys(COST_READERS, READ)

DOCUMENT_RIGHTS = {
	"Quotation": _ORDERING,
	"Sales Order": _ORDERING,
	"Sales Invoice": _FOLLOWING,
	"Delivery Note": _FOLLOWING,
	"POS Invoice": _FOLLOWING,
	"Customer": _FOLLOWING,
	"Payment Entry": _LEDGER,
	"Journal Entry": _LEDGER,
	"Payment Ledger Entry": _LEDGER,
	"Issue": _SERVING,
	"Issue Type": _LOOKING_UP,
	"Issue Priority": _LOOKING_UP,
	"Support Settings": _LOOKING_UP,
	"Item": _LOOKING_UP,
	"Price List": _LOOKING_UP,
	"Company": _LOOKING_UP,
	"Department": _LOOKING_UP,
	"Warehouse": _LOOKING_UP,
	"Currency": _LOOKING_UP,
	"Sales Taxes and Charges Template": _LOOKING_UP,
	"Terms and Conditions": _LOOKING_UP,
	"Account": _LOOKING_UP,
	"Cost Center": _LOOKING_UP,
	"Customer Group": _LOOKING_UP,
	"Territory": _LOOKING_UP,
	"Item Group": _LOOKING_UP,
	"Industry Type": _LOOKING_UP,
	"Sales Partner": _LOOKING_UP,
	"Sales Person": _LOOKING_UP,
	"Shipping Rule": _LOOKING_UP,
	"Accounts Settings": _LOOKING_UP,
	"Stock Settings": _LOOKING_UP,
}

_RECORD_KEY = "copied_permissions"
_IDENTITY = ("role", "permlevel", "if_owner")
_RIGHTS = (
	"select", "read", "write", "create", "delete", "submit", "cancel", "amend", "report", "export", "import",
	"share", "print", "email",
)  # fmt: skip


def grant_permissions() -> None:
	"""Give the declared rights; a rule that the site already has for a role stays as it is."""
	copied = read_record(_RECORD_KEY, {})
	for doctype in DOCUMENT_RIGHTS:
		if setup_custom_perms(doctype):
			copied[doctype] = _rules_of("Custom DocPerm", doctype)
		_add_rules(doctype)
		frappe.clear_cache(doctype=doctype)
	write_record(_RECORD_KEY, copied)


def revoke_permissions() -> None:
	"""Take every right of the KAM roles back, and the copied standard rules that nobody changed since."""
	frappe.db.delete("Custom DocPerm", {"role": ("in", ROLES)})
	for doctype, copied in read_record(_RECORD_KEY, {}).items():
		left = _rules_of("Custom DocPerm", doctype)
		if left in (_sorted(copied), _rules_of("DocPerm", doctype)):
			frappe.db.delete("Custom DocPerm", {"parent": doctype})
		frappe.clear_cache(doctype=doctype)


def declared_rules(doctype: str) -> Iterable[dict]:
	"""Rules for a DocType as Custom DocPerm values: level 0, and reading cost on selling documents (R82)."""
	for role, rights in DOCUMENT_RIGHTS[doctype].items():
		yield {"role": role, "permlevel": 0, **dict.fromkeys(rights, 1)}
	if doctype in SELLING_DOCTYPES:
		for role in COST_READERS:
			yield {"role": role, "permlevel": COST_LEVEL, "read": 1}


def _add_rules(doctype: str) -> None:
	rules = frappe.get_all("Custom DocPerm", filters={"parent": doctype}, fields=["role", "permlevel"])
	present = {(rule.role, rule.permlevel) for rule in rules}
	for rule in declared_rules(doctype):
		if (rule["role"], rule["permlevel"]) not in present:
			permission = frappe.new_doc("Custom DocPerm")
			permission.update(dict.fromkeys(_RIGHTS, 0) | rule)
			permission.update({"parent": doctype, "parenttype": "DocType", "parentfield": "permissions"})
			permission.insert(ignore_permissions=True)


def _rules_of(table: str, doctype: str) -> list[dict]:
	fields = [f"`{field}`" for field in (*_IDENTITY, *_RIGHTS)]
	return _sorted(frappe.get_all(table, filters={"parent": doctype}, fields=fields))


def _sorted(rules: Iterable[dict]) -> list[dict]:
	rows = [{field: rule.get(field) or 0 for field in (*_IDENTITY, *_RIGHTS)} for rule in rules]
	return sorted(rows, key=lambda row: tuple(str(row[field]) for field in (*_IDENTITY, *_RIGHTS)))
