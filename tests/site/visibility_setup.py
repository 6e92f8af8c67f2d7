"""What the tests of R68 share: one record of each kind on an account of the reader's and one on an account of others."""

import frappe

from kam_extension.integration.accounts.units import forget_units
from tests.site.factories import make_key_account, make_user

ALL_ACCOUNTS = ("KAM Manager", "KAM Director", "KAM Executive", "KAM Finance", "System Manager")
"""Roles that see every account."""
TEAMS = {
	"manager": lambda user: {"account_manager": user},
	"sponsor": lambda user: {"executive_sponsor": user},
	"team": lambda user: {"team": [{"user": user, "function": "After-sales"}]},
}


def records() -> list[str]:
	"""Our DocTypes that belong to a key account, without Key Account itself."""
	return [doctype for doctype in frappe.get_hooks("kam_account_records") if doctype != "Key Account"]


def put_record(doctype: str, key_account: str, **fields) -> str:
	"""A stored record as plain as can be: who may read it depends on its account and people only."""
	document = frappe.new_doc(doctype)
	document.update({"key_account": key_account, **fields})
	document.name = f"T-{frappe.generate_hash(length=10)}"
	document.owner = document.modified_by = "Administrator"
	for field in ("requested_by", "registered_by", "decided_by"):
		if document.meta.has_field(field) and not fields.get(field):
			document.set(field, "Administrator")
	document.db_insert()
	return document.name


def put_row(table: str, parent_type: str, parent: str, field: str) -> str:
	"""A stored row of a table of `parent`."""
	row = frappe.new_doc(table)
	row.update({"parenttype": parent_type, "parent": parent, "parentfield": field, "idx": 1})
	row.name = f"T-{frappe.generate_hash(length=10)}"
	row.db_insert()
	return row.name


def make_foreign_account(**fields):
	"""An account in which only the system itself works."""
	return make_key_account(**{"account_manager": "Administrator"} | fields)


def give_unit(user: str, department: str) -> None:
	"""An active employee record for the user in the department: the plain row, which is all that is read of it."""
	employee = frappe.new_doc("Employee")
	employee.update({"user_id": user, "department": department, "status": "Active"})
	employee.name = f"T-{frappe.generate_hash(length=10)}"
	employee.db_insert()
	forget_units()


def make_member(key_account: str, *roles: str, **fields) -> str:
	"""A KAM User in the team of the account."""
	user = make_user(*{"KAM User", *roles}, **fields)
	join_team(key_account, user)
	return user


def join_team(key_account: str, user: str) -> None:
	row = put_row("Key Account Team Member", "Key Account", key_account, "team")
	frappe.db.set_value("Key Account Team Member", row, {"user": user, "function": "Sales"})
