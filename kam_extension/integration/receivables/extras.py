"""Delivery notes and sales people of the invoices, shown on demand: one query each."""

from collections.abc import Iterable

import frappe

from kam_extension.integration.receivables.filters import Filters

_DELIVERY_NOTES = """
	select parent invoice, delivery_note name from `tabSales Invoice Item`
	where docstatus = 1 and parent in %(invoices)s and delivery_note != ''
	union
	select against_sales_invoice, parent from `tabDelivery Note Item` where against_sales_invoice in %(invoices)s
	order by invoice, name
"""
_SALES_PEOPLE = """
	select parent invoice, sales_person name from `tabSales Team`
	where parenttype = 'Sales Invoice' and parent in %(invoices)s
	order by parent, idx
"""
_EXTRAS = {
	"show_delivery_notes": ("delivery_notes", _DELIVERY_NOTES),
	"show_sales_person": ("sales_person", _SALES_PEOPLE),
}


def add_extras(filters: Filters, rows: list[dict]) -> None:
	"""Add the columns that the filters ask for: names with commas between them."""
	for check, (column, statement) in _EXTRAS.items():
		if filters.is_on(check):
			_add_names(rows, column, statement)


def _add_names(rows: list[dict], column: str, statement: str) -> None:
	invoices = [row["voucher_no"] for row in rows if row["voucher_type"] == "Sales Invoice"]
	names = _names_by_invoice(statement, invoices)
	for row in rows:
		row[column] = ", ".join(names.get(row["voucher_no"], ()))


def _names_by_invoice(statement: str, invoices: Iterable[str]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for invoice, name in frappe.db.sql(statement, {"invoices": tuple(invoices) or ("",)}):
		found.setdefault(invoice, []).append(name)
	return found
