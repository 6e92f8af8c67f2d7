"""Commission of account managers in a month, on the receipts that finance verified in time (R60)."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate

from kam_extension.integration.commission.commission import ENTRY, MONTH, lines_of_open_month
from kam_extension.integration.money import company_currency
from kam_extension.integration.security.roles import has_any_role
from kam_extension.kam_extension.report.columns import column
from kam_extension.policy.codes import CommissionKind
from kam_extension.policy.commission import cut_off, first_day
from kam_extension.setup.roles import COST_READERS

SEES_ALL = (*COST_READERS, "System Manager")
AMOUNT_OF_KIND = {
	CommissionKind.RECEIPT: "of_last_month",
	CommissionKind.LATE: "late",
	CommissionKind.CORRECTION: "correction",
}
FIELDS = (
	"account_manager", "key_account", "kind", "payment_document_type", "payment_document", "sales_order",
	"receipt_date", "verified_on", "received_amount", "commission_rate", "commission",
)  # fmt: skip


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	if not filters.company:
		frappe.throw(_("Choose a company: commission is stated in its currency."), title=_("Company"))
	if not filters.month:
		frappe.throw(_("Choose a day of the month in which the commission is paid."), title=_("Month"))
	month = first_day(getdate(filters.month))
	settled = frappe.db.get_value(MONTH, {"company": filters.company, "month": month})
	rows = get_rows(filters, settled)
	currency = company_currency(filters.company)
	for row in rows:
		row["currency"] = currency
	if filters.by_receipt:
		return _receipt_columns(), rows, _state(month, settled), None
	summed = by_manager(rows, currency)
	return _manager_columns(), summed, _state(month, settled), get_chart(summed)


def get_rows(filters: frappe._dict, settled: str | None) -> list[dict]:
	"""Lines by receipt that the session's user may see: members of sales see their own, the others all.

	Company currency. A settled month is read from its entries, any other is what the ledger says now.
	"""
	wanted = {field: filters[field] for field in ("account_manager", "key_account") if filters.get(field)}
	readable = set(frappe.get_list("Key Account", pluck="name", limit_page_length=0))
	own_only = not has_any_role(SEES_ALL)
	found = _settled_rows(settled) if settled else _open_rows(filters)
	rows = [
		row
		for row in found
		if all(row[field] == value for field, value in wanted.items())
		and (row["account_manager"] == frappe.session.user if own_only else row["key_account"] in readable)
	]
	_add_names(rows)
	return sorted(rows, key=_place)


def _settled_rows(settled: str) -> list[dict]:
	# Whose lines the reader may see is decided by the caller, row by row.
	return frappe.get_all(ENTRY, filters={"commission_month": settled}, fields=list(FIELDS))


def _open_rows(filters: frappe._dict) -> list[dict]:
	return [
		{
			"account_manager": line.account_manager,
			"key_account": entry.key_account,
			"kind": str(line.kind),
			"payment_document_type": line.key.payment_document_type,
			"payment_document": line.key.payment_document,
			"sales_order": line.key.sales_order,
			"receipt_date": line.posting_date,
			"verified_on": line.verified_on,
			"received_amount": float(line.amount),
			"commission_rate": float(line.rate),
			"commission": float(line.commission),
		}
		for entry in lines_of_open_month(filters.company, getdate(filters.month))
		for line in (entry.line,)
	]


def _add_names(rows: list[dict]) -> None:
	accounts = list({row["key_account"] for row in rows})
	filters = {"name": ("in", accounts)}
	names = (
		dict(frappe.get_all("Key Account", filters, ["name", "customer_name"], as_list=True)) if rows else {}
	)
	for row in rows:
		row["customer_name"] = names.get(row["key_account"])


def _place(row: dict) -> tuple:
	kinds = list(AMOUNT_OF_KIND)
	return row["account_manager"], kinds.index(row["kind"]), row["receipt_date"], row["payment_document"]


def by_manager(rows: list[dict], currency: str) -> list[dict]:
	"""One row for each account manager: receipts, and the commission on them by kind."""
	amounts = ("received_amount", *AMOUNT_OF_KIND.values(), "commission")
	sums: dict[str, dict] = defaultdict(lambda: dict.fromkeys(amounts, 0.0))
	for row in rows:
		total = sums[row["account_manager"]]
		total["received_amount"] += flt(row["received_amount"])
		total[AMOUNT_OF_KIND[row["kind"]]] += flt(row["commission"])
		total["commission"] += flt(row["commission"])
	names = _full_names(sums)
	found = [
		{"account_manager": manager, "full_name": names.get(manager), "currency": currency}
		| {field: flt(value, 6) for field, value in total.items()}
		for manager, total in sums.items()
	]
	return sorted(found, key=lambda row: row["commission"], reverse=True)


def _full_names(users) -> dict[str, str]:
	rows = frappe.get_all("User", {"name": ("in", list(users))}, ["name", "full_name"]) if users else []
	return {row.name: row.full_name for row in rows}


def _state(month, settled: str | None) -> str:
	"""What the figures are: final, or as of now."""
	day = formatdate(cut_off(month))
	if settled:
		return _(
			"Settled: receipts that finance verified by {0}. Later changes stand in later months."
		).format(day)
	return _("Not settled yet: as of now. What finance verifies by {0} counts.").format(day)


def get_chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	largest = rows[:15]
	values = [row["commission"] for row in largest]
	return {
		"data": {
			"labels": [row["full_name"] or row["account_manager"] for row in largest],
			"datasets": [{"name": _("Commission", context="KAM Commission Entry"), "values": values}],
		},
		"type": "bar",
		"fieldtype": "Currency",
	}


def _manager_columns() -> list[dict]:
	return [
		column("account_manager", _("Account Manager"), "Link", "User", 200),
		column("full_name", _("Full Name"), "Data", None, 150),
		column("received_amount", _("Verified Receipts"), "Currency", "currency", 150),
		column("of_last_month", _("Receipts of the Month Before"), "Currency", "currency", 200),
		column("late", _("Verified Late"), "Currency", "currency", 130),
		column("correction", _("Correction"), "Currency", "currency", 120),
		column("commission", _("Commission", context="KAM Commission Entry"), "Currency", "currency", 130),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]


def _receipt_columns() -> list[dict]:
	return [
		column("account_manager", _("Account Manager"), "Link", "User", 180),
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("customer_name", _("Customer Name"), "Data", None, 160),
		column("kind", _("Kind"), "Data", None, 100),
		column("receipt_date", _("Receipt Date"), "Date", None, 110),
		column("verified_on", _("Verified On"), "Date", None, 110),
		_payment_column(),
		column("sales_order", _("Sales Order"), "Link", "Sales Order", 170),
		column("received_amount", _("Verified Receipts"), "Currency", "currency", 140),
		column("commission_rate", _("Commission Rate"), "Percent", None, 120),
		column("commission", _("Commission", context="KAM Commission Entry"), "Currency", "currency", 120),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]


def _payment_column() -> dict:
	"""A link for those who may open it: Frappe refuses a report with links that its reader may not read."""
	if frappe.has_permission("Payment Entry", "read") and frappe.has_permission("Journal Entry", "read"):
		return column("payment_document", _("Payment Document"), "Dynamic Link", "payment_document_type", 180)
	return column("payment_document", _("Payment Document"), "Data", None, 180)
