"""Rows that were checked where they came from and are not cheaper here: exempt from a second check (R25)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.utils import getdate

from kam_extension.policy.money import decimal


@dataclass(frozen=True)
class Link:
	"""A field of an item row that names a row of an earlier document."""

	field: str
	row_doctype: str
	doctype: str
	parent_field: str


LINKS = {
	"Quotation": (),
	"Sales Order": (Link("quotation_item", "Quotation Item", "Quotation", "prevdoc_docname"),),
	"Delivery Note": (
		Link("so_detail", "Sales Order Item", "Sales Order", "against_sales_order"),
		Link("si_detail", "Sales Invoice Item", "Sales Invoice", "against_sales_invoice"),
	),
	"Sales Invoice": (
		Link("so_detail", "Sales Order Item", "Sales Order", "sales_order"),
		Link("dn_detail", "Delivery Note Item", "Delivery Note", "delivery_note"),
	),
	"POS Invoice": (
		Link("so_detail", "Sales Order Item", "Sales Order", "sales_order"),
		Link("dn_detail", "Delivery Note Item", "Delivery Note", "delivery_note"),
	),
}


def earlier_documents(doc) -> set[tuple[str, str]]:
	"""(DocType, name) of the documents that the rows of `doc` came from."""
	return {
		(link.doctype, row.get(link.parent_field))
		for link in LINKS[doc.doctype]
		for row in doc.items
		if row.get(link.parent_field)
	}


def exempt_rows(doc, net_share: Decimal) -> set[int]:
	"""Row numbers whose earlier, submitted row had the same item at no higher effective net rate.

	`net_share` is what the document's own charges and discounts leave of the rows' net (N ÷ rows' net). A quoted row
	counts while its quotation is valid and for the quoted quantity. One query per kind of earlier document.
	"""
	exempt: set[int] = set()
	for link in LINKS[doc.doctype]:
		earlier = _earlier_rows(link, {row.get(link.field) for row in doc.items if row.get(link.field)})
		quantities = _quantities(doc, link.field)
		for row in doc.items:
			before = earlier.get(row.get(link.field))
			if before and _holds(doc, row, before, quantities[before.name], net_share):
				exempt.add(row.idx)
	return exempt


def _quantities(doc, field: str) -> dict[str, Decimal]:
	"""Stock quantity that this document takes from each earlier row."""
	totals: dict[str, Decimal] = defaultdict(Decimal)
	for row in doc.items:
		totals[row.get(field)] += abs(stock_quantity(row))
	return totals


def stock_quantity(row) -> Decimal:
	return decimal(row.qty) * (decimal(row.get("conversion_factor")) or Decimal(1))


def _holds(doc, row, before, quantity: Decimal, net_share: Decimal) -> bool:
	if before.item_code != row.item_code or before.customer != _party(doc):
		return False
	if before.parenttype == "Quotation" and not _quote_holds(before, quantity):
		return False
	same_currency = before.currency == doc.currency
	rate = decimal(row.net_rate if same_currency else row.base_net_rate)
	rate_before = decimal(before.net_rate if same_currency else before.base_net_rate)
	factor = decimal(row.get("conversion_factor")) or Decimal(1)
	factor_before = decimal(before.conversion_factor) or Decimal(1)
	# Cross-multiplied: per stock unit and after the documents' charges, without dividing.
	return rate * net_share * factor_before >= rate_before * _share_before(before) * factor


def _share_before(before) -> Decimal:
	"""What the earlier document's charges left of its rows' net; all of it where it was never checked."""
	net, effective = decimal(before.base_net_total), decimal(before.kam_effective_net)
	return effective / net if net and effective else Decimal(1)


def _quote_holds(before, quantity: Decimal) -> bool:
	is_valid = not before.valid_till or getdate(before.valid_till) >= getdate()
	quoted = decimal(before.qty) * (decimal(before.conversion_factor) or Decimal(1))
	return is_valid and quantity <= quoted


def _party(doc) -> str | None:
	return doc.get("customer") or doc.get("party_name")


def _earlier_rows(link: Link, names: set[str]) -> dict[str, frappe._dict]:
	if not names:
		return {}
	row, parent = DocType(link.row_doctype), DocType(link.doctype)
	is_quotation = link.doctype == "Quotation"
	rows = (
		frappe.qb.from_(row)
		.join(parent)
		.on(parent.name == row.parent)
		.select(
			row.name,
			row.parenttype,
			row.item_code,
			row.qty,
			row.conversion_factor,
			row.net_rate,
			row.base_net_rate,
			parent.currency,
			parent.base_net_total,
			parent.kam_effective_net,
			parent.party_name.as_("customer") if is_quotation else parent.customer,
			*_validity(parent, is_quotation),
		)
		.where(row.name.isin(list(names)))
		.where(parent.docstatus == 1)
	).run(as_dict=True)
	return {found.name: found for found in rows}


def _validity(parent, is_quotation: bool) -> Iterator:
	if is_quotation:
		yield parent.valid_till
