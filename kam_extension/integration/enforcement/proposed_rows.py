"""Rows that *Update Items* would give a submitted document, judged before they are stored (R25, R27)."""

import frappe
from erpnext.controllers.accounts_controller import set_order_defaults
from frappe import _
from frappe.utils import cint, flt

UPDATABLE = ("Sales Order", "Quotation")
MOST_ROWS = 1000


def rows_of(doc) -> list[dict]:
	"""The rows of `doc` as `with_rows` takes them."""
	fields = ("item_code", "qty", "rate", "uom", "conversion_factor", "delivery_date")
	return [{"docname": row.name, **{field: row.get(field) for field in fields}} for row in doc.items]


def with_rows(doc, rows: list[dict]):
	"""Give the submitted `doc`, in memory, the proposed rows as ERPNext's *Update Items* would store them.

	A row whose `docname` the document doesn't hold is new; a row of the document that is not named is removed.
	Raises ValidationError for documents that have no *Update Items* and for rows that can't be read.
	"""
	if doc.docstatus != 1 or doc.doctype not in UPDATABLE:
		frappe.throw(
			_(
				"Only a submitted Sales Order or Quotation can be changed by Update Items: save {0} instead."
			).format(doc.name),
			title=_("Update Items"),
		)
	stored = {row.name: row for row in doc.items}
	proposed = [_row(doc, stored, values) for values in _checked(rows)]
	doc.set("items", [])
	for row in proposed:
		doc.append("items", row)
		row.idx = len(doc.items)
	doc.set_qty_as_per_stock_uom()
	doc.calculate_taxes_and_totals()
	doc.set_payment_schedule()
	return doc


def _checked(rows: list[dict]) -> list[dict]:
	if not isinstance(rows, list) or len(rows) > MOST_ROWS:
		frappe.throw(_("Rows have to be a list of at most {0} rows.").format(MOST_ROWS), title=_("Rows"))
	named = [row for row in rows if isinstance(row, dict) and row.get("item_code")]
	if not named:
		frappe.throw(_("Rows name no item: give item code, quantity and rate of each row."), title=_("Rows"))
	return named


def _row(doc, stored: dict, values: dict):
	row = stored.get(values.get("docname"))
	if row is None:
		row = set_order_defaults(doc.doctype, doc.name, f"{doc.doctype} Item", "items", values)
	row.qty = flt(values.get("qty"))
	row.rate = flt(values.get("rate"), cint(row.precision("rate")) or 2)
	row.uom = values.get("uom") or row.uom
	row.conversion_factor = (
		1 if row.uom == row.stock_uom else flt(values.get("conversion_factor")) or row.conversion_factor
	)
	_keep_rate(row)
	return row


def _keep_rate(row) -> None:
	"""Say the rate as discount or margin on the list price too, or the totals would take the old one from there."""
	list_rate = flt(row.price_list_rate)
	above = row.rate - list_rate if list_rate and row.rate > list_rate else 0
	discount = list_rate - row.rate if list_rate and not above else 0
	row.update(
		{
			"discount_amount": discount,
			"discount_percentage": flt(discount * 100 / list_rate, row.precision("discount_percentage"))
			if list_rate
			else 0,
			"margin_type": "Amount" if above else "",
			"margin_rate_or_amount": above,
		}
	)
