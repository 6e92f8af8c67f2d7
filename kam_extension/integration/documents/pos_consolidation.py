"""Sales invoices that a POS closing made of POS invoices, which were judged themselves (R25)."""

import frappe
from frappe.query_builder import DocType

from kam_extension.integration.documents.effective_net import effective_net
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.policy.money import ZERO, Rounding, decimal


def merges_pos_invoices(doc) -> bool:
	"""The invoice is nothing but rows of POS Invoices, without a discount beside the rows that they did not have."""
	sold = rows_sold(doc) if doc.is_consolidated else None
	return bool(sold) and _gives_nothing_away(doc, sold, site_rounding(company_currency(doc.company)))


def rows_sold(doc) -> dict[str, frappe._dict] | None:
	"""The POS Invoice rows that the rows of `doc` repeat; None unless each repeats one of its own, as it was sold.

	They are rows of submitted POS Invoices of the same customer that are in no other invoice yet.
	"""
	names = [row.pos_invoice_item for row in doc.items]
	if not all(names) or len(set(names)) < len(names):
		return None
	sold = _pos_rows(doc, names)
	return sold if all(_is_as_sold(row, sold.get(row.pos_invoice_item)) for row in doc.items) else None


def _pos_rows(doc, names: list[str]) -> dict[str, frappe._dict]:
	row, invoice = DocType("POS Invoice Item"), DocType("POS Invoice")
	rows = (
		frappe.qb.from_(row)
		.join(invoice)
		.on(invoice.name == row.parent)
		.select(row.name, row.parent, row.item_code, row.qty, row.net_rate)
		.select(invoice.base_net_total, invoice.kam_effective_net)
		.where(row.name.isin(names))
		.where((invoice.docstatus == 1) & (invoice.customer == doc.customer))
		.where(invoice.company == doc.company)
		.where(
			invoice.consolidated_invoice.isnull() | invoice.consolidated_invoice.isin(["", doc.name or ""])
		)
	).run(as_dict=True)
	return {found.name: found for found in rows}


def _is_as_sold(row, sold: frappe._dict | None) -> bool:
	if sold is None or (row.item_code, row.qty) != (sold.item_code, sold.qty):
		return False
	return decimal(row.net_rate) == decimal(sold.net_rate)


def _gives_nothing_away(doc, sold: dict[str, frappe._dict], rounding: Rounding) -> bool:
	"""Charges and discounts beside the rows are those of the POS invoices.

	Of a POS invoice that was not judged, made before the rules applied, they are not known and count as none.
	"""
	invoices = {row.parent: row for row in sold.values() if row.kam_effective_net}
	agreed = sum(
		(decimal(row.base_net_total) - decimal(row.kam_effective_net) for row in invoices.values()), ZERO
	)
	given = decimal(doc.base_net_total) - effective_net(doc, rounding)
	return given <= agreed + rounding.smallest_unit * (len(invoices) + 1)
