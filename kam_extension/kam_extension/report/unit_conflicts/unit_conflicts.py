"""Accounts to which two units lay claim, for the marketing centre to settle (R11; S0 art. 6)."""

import frappe
from frappe import _

from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.accounts.unit_conflicts import ACCOUNT_FIELDS, UnitConflict, find_conflicts
from kam_extension.kam_extension.report.columns import column

ACCOUNT_FILTERS = ("company", "responsible_unit")


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	return get_columns(), get_rows(filters)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""Conflicts of the accounts that the session's user may read, by account."""
	accounts = readable_accounts({field: filters.get(field) for field in ACCOUNT_FILTERS}, ACCOUNT_FIELDS)
	rows = [row for row in find_conflicts(accounts) if filters.get("kind") in (None, "", row["kind"])]
	names = claim_names()
	for row in rows:
		row["claim"] = names[row["kind"]]
	return sorted(rows, key=lambda row: (row["customer_name"] or "", row["key_account"], row["kind"]))


def claim_names() -> dict[str, str]:
	return {
		UnitConflict.SAME_CUSTOMER: _("Same Customer"),
		UnitConflict.PROSPECT: _("Prospect Registered"),
		UnitConflict.REQUEST: _("Access Requested"),
		UnitConflict.SALE: _("Sold Without Access"),
	}


def get_columns() -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account"),
		column("customer_name", _("Customer Name"), "Data", width=200),
		column("unit", _("Responsible Unit"), "Link", "Department", 160),
		column("account_manager", _("Account Manager"), "Link", "User", 160),
		column("other_unit", _("Other Unit"), "Link", "Department", 160),
		column("claim", _("Claim of the Other Unit"), "Data", width=220),
		column("document_type", _("Document Type"), "Data", width=140),
		column("document", _("Document"), "Dynamic Link", "document_type", 160),
		column("since", _("Since"), "Date", width=105),
	]
