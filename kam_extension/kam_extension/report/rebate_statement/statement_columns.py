"""Columns of the Rebate Statement: by account, by programme, by request."""

import frappe
from frappe import _

from kam_extension.kam_extension.report.columns import column


def get_columns(filters: frappe._dict | None = None) -> list[dict]:
	filters = filters or frappe._dict()
	first = [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("customer_name", _("Customer Name"), "Data", None, 180),
	]
	last = [
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("account_manager", _("Account Manager"), "Link", "User", 160),
		column("customer", _("Customer"), "Link", "Customer", 160),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]
	if filters.by_request:
		return [*first, *_request_columns(), *last]
	programme = [column("programme", _("Programme"), "Data", None, 150)] if filters.group_by_programme else []
	return [*first, *programme, *_amount_columns(filters), *last]


def _amount_columns(filters: frappe._dict) -> list[dict]:
	"""Of programmes there is neither collected money nor a pending request by itself."""
	is_whole = not filters.group_by_programme
	found = [
		_money("opening", _("Opening Balance")) if filters.from_date else None,
		_money("collected", _("Collected")) if is_whole else None,
		_money("earned", _("Earned")),
		_money("claimed", _("Claimed")),
		_money("approved", _("Approved, Not Settled"), 150),
		_money("settled", _("Settled", context="Rebate Statement")),
		_money("taken_back", _("Taken Back")),
		_money("cancelled", _("Claims Cancelled"), 130),
		_money("open", _("Open", context="Rebate Statement")),
		_money("balance", _("Not Settled Yet"), 130),
		_money("pending", _("Asked For, Not Approved"), 170) if is_whole else None,
	]
	return [one for one in found if one]


def _request_columns() -> list[dict]:
	may_open = frappe.has_permission("Journal Entry", "read") and frappe.has_permission(
		"Sales Invoice", "read"
	)
	kind = ("Dynamic Link", "settlement_document_type") if may_open else ("Data", None)
	return [
		column("rebate_request", _("Rebate Request"), "Link", "Rebate Request", 150),
		column("state", _("Status"), "Data", None, 150),
		column("period_start", _("Receipts From"), "Date", None, 110),
		column("period_end", _("Receipts Up To"), "Date", None, 120),
		column("approved_on", _("Approved On"), "Date", None, 110),
		_money("claimed", _("Claimed")),
		_money("approved", _("Approved, Not Settled"), 150),
		_money("settled", _("Settled", context="Rebate Statement")),
		_money("cancelled", _("Claims Cancelled"), 130),
		column("settled_on", _("Settled On"), "Date", None, 110),
		column("settlement_document", _("Settlement Document"), *kind, 170),
	]


def _money(fieldname: str, label: str, width: int = 140) -> dict:
	return column(fieldname, label, "Currency", "currency", width)
