"""What other submitted documents already took of an approved Price Exception (R27)."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe.query_builder import Criterion, DocType

from kam_extension.integration.documents.earlier_rows import LINKS, stock_quantity
from kam_extension.policy.exceptions import ApprovedLine, rate_per_stock_unit
from kam_extension.policy.money import decimal


def used_lines(doc, exceptions: Sequence) -> dict[str, tuple[ApprovedLine, ...]]:
	"""Name of each of `exceptions` → rows of other submitted documents of this DocType that it has to cover already.

	Those documents name the exception, amend what it was asked for, or came from there. `exceptions` are rows with name,
	reference_doctype and reference_name. An order and its delivery are of different DocTypes: neither uses up the other's
	share. One query.
	"""
	used: dict[str, list[ApprovedLine]] = defaultdict(list)
	for row in _rows_of_others(doc, exceptions):
		for exception in exceptions:
			if _uses(row, exception, doc.doctype):
				used[exception.name].append(_as_line(row))
	return {name: tuple(lines) for name, lines in used.items()}


def _rows_of_others(doc, exceptions: Sequence) -> list[frappe._dict]:
	row, parent = DocType(f"{doc.doctype} Item"), DocType(doc.doctype)
	items = list({line.item_code for line in doc.items if line.item_code})
	# A drop shipment sets no price: it takes nothing of what was approved.
	if not items or not exceptions or doc.doctype == "Purchase Order":
		return []
	documents = [exception.reference_name for exception in exceptions]
	ways = [
		parent.kam_price_exception.isin([exception.name for exception in exceptions]),
		parent.name.isin(documents),
		parent.amended_from.isin(documents),
		*(row[field].isin(documents) for field in _parent_fields(doc.doctype)),
	]
	return (
		frappe.qb.from_(row)
		.join(parent)
		.on(parent.name == row.parent)
		.select(
			row.item_code,
			row.qty,
			row.conversion_factor,
			row.base_net_rate,
			parent.name.as_("document"),
			parent.amended_from,
			parent.kam_price_exception,
			parent.conversion_rate,
			parent.kam_exchange_rate,
			*(row[field] for field in _parent_fields(doc.doctype)),
		)
		.where(row.item_code.isin(items))
		.where(parent.docstatus == 1)
		.where(parent.kam_key_account == doc.kam_key_account)
		.where(parent.name != (doc.name or ""))
		.where(Criterion.any(ways))
	).run(as_dict=True)


def _parent_fields(doctype: str) -> list[str]:
	return [link.parent_field for link in LINKS[doctype]]


def _uses(row, exception, doctype: str) -> bool:
	if row.kam_price_exception == exception.name:
		return True
	if exception.reference_doctype == doctype:
		return exception.reference_name in (row.document, row.amended_from)
	return any(
		row[link.parent_field] == exception.reference_name
		for link in LINKS[doctype]
		if link.doctype == exception.reference_doctype
	)


def _as_line(row) -> ApprovedLine:
	"""At the exchange rate that was judged, as the rows of the document in hand are."""
	own, judged = decimal(row.conversion_rate), decimal(row.kam_exchange_rate)
	share = judged / own if own and judged else Decimal(1)
	quantity = stock_quantity(row)
	rate = rate_per_stock_unit(decimal(row.base_net_rate) * share, decimal(row.qty), quantity)
	return ApprovedLine(row.item_code, rate, quantity)
