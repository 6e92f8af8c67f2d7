"""Returns that only give back what was sold; others are price concessions (R25)."""

from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Max, Sum

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.policy.money import decimal

RETURNABLE = ("Sales Invoice", "Delivery Note", "POS Invoice")


def is_return(doc) -> bool:
	"""Whether the document gives back. The flag means nothing on a DocType that knows no returns, or on a sale."""
	return doc.doctype in RETURNABLE and bool(doc.is_return) and all(row.qty <= 0 for row in doc.items)


def gives_back_what_was_sold(doc) -> bool:
	"""A return against a submitted document of the same customer that credits no more than was charged for the goods."""
	if not (is_return(doc) and doc.return_against):
		return False
	fields = ("docstatus", "customer", "company", "base_grand_total")
	sold = frappe.db.get_value(doc.doctype, doc.return_against, fields, as_dict=True)
	if not sold or (sold.docstatus, sold.customer, sold.company) != (1, doc.customer, doc.company):
		return False
	cent = site_rounding(company_currency(doc.company)).smallest_unit
	return _credits_no_more_than(doc, decimal(sold.base_grand_total), cent) and _rates_were_charged(doc, cent)


def _credits_no_more_than(doc, charged: Decimal, cent: Decimal) -> bool:
	"""All returns of the sold document together; each return may differ by a cent per tax, from rounding."""
	earlier = DocType(doc.doctype)
	((documents, credited),) = (
		frappe.qb.from_(earlier)
		.select(Count(earlier.name), Sum(earlier.base_grand_total))
		.where(earlier.return_against == doc.return_against)
		.where((earlier.is_return == 1) & (earlier.docstatus == 1) & (earlier.name != (doc.name or "")))
	).run()
	rounding_differences = cent * (documents + 1) * (len(doc.get("taxes") or ()) + 1)
	return -decimal(doc.base_grand_total) - decimal(credited) <= charged + rounding_differences


def _rates_were_charged(doc, cent: Decimal) -> bool:
	row = DocType(f"{doc.doctype} Item")
	sold = (
		frappe.qb.from_(row)
		.select(row.item_code, row.item_name, Max(row.base_net_rate / row.conversion_factor))
		.where(row.parent == doc.return_against)
		.groupby(row.item_code, row.item_name)
	).run()
	charged: dict[str, Decimal] = {}
	for item_code, item_name, rate in sold:
		key = item_code or item_name
		charged[key] = max(decimal(rate), charged.get(key, decimal(rate)))
	return all(_is_charged(row, charged, cent) for row in doc.items)


def _is_charged(row, charged: dict[str, Decimal], cent: Decimal) -> bool:
	rate = charged.get(row.item_code or row.item_name)
	factor = decimal(row.get("conversion_factor")) or Decimal(1)
	return rate is not None and decimal(row.base_net_rate) <= (rate + cent) * factor
