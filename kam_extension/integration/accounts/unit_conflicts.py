"""Accounts to which two units lay claim (R11; S0 art. 6: the marketing centre settles these)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import frappe
from frappe.utils import add_months, getdate

from kam_extension.integration.names import normalized_name, normalized_tax_id
from kam_extension.policy.codes import AccountStatus

SOLD_MONTHS = 12
ACCOUNT_FIELDS = ("name", "customer", "customer_name", "responsible_unit", "account_manager", "status")


class UnitConflict(StrEnum):
	"""How a second unit lays claim to an account."""

	SAME_CUSTOMER = "Same Customer"
	PROSPECT = "Prospect Registered"
	REQUEST = "Access Requested"
	SALE = "Sold Without Access"


def find_conflicts(accounts: Mapping[str, Mapping], sold_months: int = SOLD_MONTHS) -> list[dict]:
	"""Rows (`kind`, `key_account`, `customer_name`, `unit`, `account_manager`, `other_unit`, `document_type`,
	`document`, `since`) about `accounts` ({name: row with ACCOUNT_FIELDS}). A fixed number of queries."""
	named = {name: row for name, row in accounts.items() if row["status"] != AccountStatus.TERMINATED}
	keys = _keys_of(named.values())
	found = [
		*_same_customer(keys, named),
		*_registered(keys, named),
		*_asked(),
		*_sold(sold_months),
	]
	return [
		_row(conflict, named[conflict["key_account"]])
		for conflict in found
		if conflict["key_account"] in named
	]


def _row(conflict: dict, account: Mapping) -> dict:
	return {
		"customer_name": account["customer_name"],
		"unit": account["responsible_unit"],
		"account_manager": account["account_manager"],
		**conflict,
	}


def _keys_of(accounts: Iterable[Mapping]) -> dict[str, list[str]]:
	"""{normalised name or tax id: accounts with it}."""
	tax_ids = dict(frappe.get_all("Customer", {"tax_id": ("is", "set")}, ["name", "tax_id"], as_list=True))
	keys = defaultdict(list)
	for account in accounts:
		for key in _keys(account["customer_name"], tax_ids.get(account["customer"])):
			keys[key].append(account["name"])
	return keys


def _keys(name: str | None, tax_id: str | None) -> list[str]:
	core, tax = normalized_name(name), normalized_tax_id(tax_id)
	return [key for key in (core and f"name {core}", tax and f"tax {tax}") if key]


def _same_customer(keys: Mapping[str, Sequence[str]], accounts: Mapping[str, Mapping]) -> list[dict]:
	"""The same customer has two files, each of another unit."""
	pairs = {}
	for names in keys.values():
		for name in names:
			for other in names:
				unit, other_unit = (accounts[one]["responsible_unit"] for one in (name, other))
				if unit and other_unit and unit != other_unit:
					pairs[name, other] = _conflict(
						UnitConflict.SAME_CUSTOMER, name, other_unit, "Key Account", other, None
					)
	return list(pairs.values())


def _registered(keys: Mapping[str, Sequence[str]], accounts: Mapping[str, Mapping]) -> list[dict]:
	"""A unit has registered as a prospect what is an account of another."""
	prospects = frappe.get_all(
		"Prospect Registration",
		{"status": "Protected", "protected_until": (">=", getdate())},
		["name", "unit", "registered_on", "prospect_name", "tax_id"],
	)
	return [
		_conflict(
			UnitConflict.PROSPECT, account, row.unit, "Prospect Registration", row.name, row.registered_on
		)
		for row in prospects
		for account in sorted(
			{name for key in _keys(row.prospect_name, row.tax_id) for name in keys.get(key, ())}
		)
		if accounts[account]["responsible_unit"] not in (None, "", row.unit)
	]


def _asked() -> list[dict]:
	"""A unit asks for access, and nobody has decided."""
	rows = frappe.get_all(
		"Access Request", {"docstatus": 0, "status": "Open"}, ["name", "key_account", "unit", "creation"]
	)
	return [
		_conflict(
			UnitConflict.REQUEST, row.key_account, row.unit, "Access Request", row.name, getdate(row.creation)
		)
		for row in rows
	]


def _sold(months: int) -> list[dict]:
	"""A unit quoted or sold that is neither the account's nor has had access; one row a unit, the latest document."""
	since = add_months(getdate(), -months)
	rows = [
		row
		for doctype in ("Quotation", "Sales Order")
		for row in frappe.db.sql(_SOLD.format(doctype=doctype), {"since": since}, as_dict=True)
	]
	latest = {(row.key_account, row.unit): row for row in sorted(rows, key=lambda row: row.since)}
	return [
		_conflict(UnitConflict.SALE, row.key_account, row.unit, row.document_type, row.document, row.since)
		for row in latest.values()
	]


_SOLD = """
	select document.kam_key_account key_account, document.kam_unit unit, '{doctype}' document_type,
		substring_index(group_concat(
			document.name order by document.transaction_date desc, document.creation desc separator '\n'
		), '\n', 1) document,
		max(document.transaction_date) since
	from `tab{doctype}` document
	join `tabKey Account` account on account.name = document.kam_key_account
	where document.docstatus = 1 and document.transaction_date >= %(since)s
		and ifnull(document.kam_unit, '') != '' and ifnull(account.responsible_unit, '') != ''
		and document.kam_unit != account.responsible_unit
		and not exists (select 1 from `tabKey Account Unit` own where own.parent = account.name
			and own.parenttype = 'Key Account' and own.unit = document.kam_unit)
		and not exists (select 1 from `tabAccess Request` access where access.key_account = account.name
			and access.unit = document.kam_unit and access.docstatus = 1
			and access.valid_until >= document.transaction_date)
	group by document.kam_key_account, document.kam_unit
"""


def _conflict(kind: UnitConflict, account: str, other_unit: str, doctype: str, document: str, since) -> dict:
	return {
		"kind": str(kind),
		"key_account": account,
		"other_unit": other_unit,
		"document_type": doctype,
		"document": document,
		"since": since,
	}
