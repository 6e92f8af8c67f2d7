"""The rows of earlier documents that a selling document's rows came from (R25)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.utils import getdate

from kam_extension.integration.documents.unit_factors import own_factor
from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.money import ZERO, decimal


@dataclass(frozen=True)
class Link:
	"""A field of an item row that names a row of an earlier document."""

	field: str
	row_doctype: str
	doctype: str
	parent_field: str


_ORDER = Link("so_detail", "Sales Order Item", "Sales Order", "sales_order")
_DELIVERY = Link("dn_detail", "Delivery Note Item", "Delivery Note", "delivery_note")

LINKS = {
	"Quotation": (),
	"Sales Order": (Link("quotation_item", "Quotation Item", "Quotation", "prevdoc_docname"),),
	"Delivery Note": (
		Link("so_detail", "Sales Order Item", "Sales Order", "against_sales_order"),
		Link("si_detail", "Sales Invoice Item", "Sales Invoice", "against_sales_invoice"),
	),
	"Sales Invoice": (_ORDER, _DELIVERY),
	# ERPNext does not count what a POS Invoice takes of an order, so a price could be taken again and again.
	"POS Invoice": (),
	# A drop shipment; its rows set no selling price, so they are followed but never exempt.
	"Purchase Order": (Link("sales_order_item", "Sales Order Item", "Sales Order", "sales_order"),),
}


def earlier_documents(doc) -> set[tuple[str, str]]:
	"""(DocType, name) of the documents that the rows of `doc` came from."""
	return {
		(link.doctype, row.get(link.parent_field))
		for link in LINKS[doc.doctype]
		for row in doc.items
		if row.get(link.parent_field)
	}


def earlier_rows(doc, link: Link) -> dict[str, frappe._dict]:
	"""Name → row of the submitted documents that `doc` names by `link`; rows of quotations only while they hold.

	Alternatives were offered without being judged, so they are left out.

	`quantity` is what a quoted row has to be ordered in to keep its price, in stock units: all of it, and no more than
	other orders left. None where any part keeps it (ERPNext limits what is delivered and billed of an order).
	"""
	names = {row.get(link.field) for row in doc.items if row.get(link.field)}
	if not names:
		return {}
	if link.doctype != "Quotation":
		return {row.name: row for row in _query(link, names).run(as_dict=True)}
	rows = [row for row in _quoted(link, names) if _is_offer(row)]
	taken = _taken({row.parent for row in rows}, except_order=doc.name or "") if rows else {}
	for row in rows:
		row.quantity = stock_quantity(row) if row.name not in taken else ZERO
	return {row.name: row for row in rows}


def stock_quantity(row) -> Decimal:
	return decimal(row.qty) * own_factor(row)


def _query(link: Link, names: Iterable[str]):
	row, parent = DocType(link.row_doctype), DocType(link.doctype)
	return (
		frappe.qb.from_(row)
		.join(parent)
		.on(parent.name == row.parent)
		.select(
			row.name,
			row.parent,
			row.item_code,
			row.qty,
			row.conversion_factor,
			row.net_rate,
			row.net_amount,
			parent.currency,
			parent.conversion_rate,
			parent.base_net_total,
			parent.kam_effective_net,
			parent.kam_exchange_rate,
			parent.party_name.as_("customer") if link.doctype == "Quotation" else parent.customer,
		)
		.where(row.name.isin(list(names)))
		# What was given back vouches for no sale: a return may credit less than was charged.
		.where(row.qty >= 0)
		.where(parent.docstatus == 1)
	)


def _quoted(link: Link, names: Iterable[str]) -> list:
	parent, exception = DocType(link.doctype), DocType("Price Exception")
	return (
		_query(link, names)
		.left_join(exception)
		.on(exception.name == parent.kam_price_exception)
		.select(parent.valid_till, parent.kam_verdict, exception.valid_until.as_("exception_valid_until"))
		.where(DocType(link.row_doctype).is_alternative == 0)
	).run(as_dict=True)


def _is_offer(row) -> bool:
	"""A quoted price holds until the quotation expires if it passed, or as long as the exception that let it through."""
	if row.valid_till and getdate(row.valid_till) < getdate():
		return False
	if row.kam_verdict == VerdictCode.EXCEPTED:
		return bool(row.exception_valid_until) and getdate(row.exception_valid_until) >= getdate()
	return row.kam_verdict == VerdictCode.PASS


def _taken(quotations: Iterable[str], except_order: str) -> set[str]:
	"""Quoted rows that other submitted orders took already, or a part of them."""
	order_row = DocType("Sales Order Item")
	rows = (
		frappe.qb.from_(order_row)
		.select(order_row.quotation_item)
		.distinct()
		.where(order_row.prevdoc_docname.isin(list(quotations)))
		.where(order_row.docstatus == 1)
		.where(order_row.parent != except_order)
	).run()
	return {name for (name,) in rows}
