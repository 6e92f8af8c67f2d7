"""What credit has to know of a document's customer (R31, R32)."""

from frappe.utils import getdate

from kam_extension.integration.credit.counted import COUNTED, linked_rows
from kam_extension.integration.credit.exposure import EXPOSURE
from kam_extension.integration.credit.instalments import INSTALMENTS, delivered_orders
from kam_extension.integration.credit.overdue import OVERDUE
from kam_extension.integration.questions import NOTHING, Question
from kam_extension.policy.money import Rounding


def position_question(doc, customer: str, customers: set[str], rounding: Rounding) -> Question:
	"""Answers: `exposure` of each of the `customers`; of `customer` the `overdue_days`, the unpaid `instalment` of each
	delivered order, and the names of the rows of `doc` that are `counted` already.
	"""
	is_delivery = doc.doctype != "Sales Order"
	order_rows = linked_rows(doc, "Sales Order") if is_delivery else set()
	invoice_rows = linked_rows(doc, "Sales Invoice") if is_delivery else set()
	orders = delivered_orders(doc) if is_delivery else set()
	selects = EXPOSURE + OVERDUE
	if order_rows or orders:
		selects += INSTALMENTS
	if order_rows or invoice_rows:
		selects += COUNTED
	values = {
		"customer": customer,
		"customers": sorted(map(str, customers)),
		"company": doc.company,
		"name": doc.name or "",
		"today": getdate(),
		"smallest_unit": rounding.smallest_unit,
		"orders": sorted(map(str, orders)) or NOTHING,
		"order_rows": sorted(map(str, order_rows)) or NOTHING,
		"invoice_rows": sorted(map(str, invoice_rows)) or NOTHING,
	}
	return Question(selects, values)
