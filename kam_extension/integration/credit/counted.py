"""What a document adds to the exposure: nothing for rows that a submitted order or invoice counts already (R31)."""

from collections.abc import Sequence
from decimal import Decimal

from kam_extension.integration.documents.earlier_rows import LINKS
from kam_extension.integration.questions import Row
from kam_extension.policy.money import ZERO, decimal

COUNTING = ("Sales Order", "Sales Invoice")

COUNTED = (
	"""
select 'counted', row.name, 0
from `tabSales Order Item` row join `tabSales Order` sales_order on sales_order.name = row.parent
where row.name in %(order_rows)s and sales_order.docstatus = 1
	and sales_order.customer = %(customer)s and sales_order.company = %(company)s
""",
	"""
select 'counted', row.name, 0
from `tabSales Invoice Item` row join `tabSales Invoice` invoice on invoice.name = row.parent
where row.name in %(invoice_rows)s and invoice.docstatus = 1
	and invoice.customer = %(customer)s and invoice.company = %(company)s
""",
)


def linked_rows(doc, doctype: str) -> set[str]:
	"""Names of the rows of earlier documents of `doctype` that the rows of `doc` deliver."""
	fields = _fields(doc, (doctype,))
	return {row.get(field) for field in fields for row in doc.items if row.get(field)}


def added_exposure(doc, answers: Sequence[Row], exchange_share: Decimal) -> Decimal:
	"""Gross amount of `doc` by which the exposure grows, from the answers to `position_question`."""
	if doc.doctype == "Purchase Order":
		return ZERO
	counted = {name for kind, name, _amount in answers if kind == "counted"}
	fields = _fields(doc, COUNTING) if doc.doctype != "Sales Order" else []
	uncounted = [row for row in doc.items if not any(row.get(field) in counted for field in fields)]
	total = sum((decimal(row.amount) for row in doc.items), ZERO)
	share = (
		sum((_open_amount(doc, row) for row in uncounted), ZERO) / total
		if total
		else Decimal(bool(uncounted))
	)
	return gross_of(doc) * exchange_share * share - paid_now(doc)


def gross_of(doc) -> Decimal:
	return decimal(doc.get("base_rounded_total") if doc.get("update_stock") else None) or decimal(
		doc.base_grand_total
	)


def paid_now(doc) -> Decimal:
	"""Money that comes in with the document itself, at a point of sale; the rest is change."""
	if not doc.get("is_pos"):
		return ZERO
	paid = decimal(doc.get("base_paid_amount")) + decimal(doc.get("base_write_off_amount"))
	return min(paid, gross_of(doc))


def _open_amount(doc, row) -> Decimal:
	"""Of an order or a delivery that was submitted before: what is not billed of the row yet."""
	billed, amount = decimal(row.get("billed_amt")), decimal(row.amount)
	if doc.doctype == "Sales Order":
		amount = max(amount, decimal(row.get("delivered_qty")) * decimal(row.rate)) if amount > 0 else amount
	elif doc.doctype == "Delivery Note":
		factor = decimal(row.get("conversion_factor")) or Decimal(1)
		amount -= decimal(row.get("returned_qty")) / factor * decimal(row.rate)
	else:
		return amount
	return max(amount - billed, ZERO) if amount > 0 else amount - billed


def _fields(doc, doctypes: tuple[str, ...]) -> list[str]:
	return [link.field for link in LINKS[doc.doctype] if link.doctype in doctypes]
