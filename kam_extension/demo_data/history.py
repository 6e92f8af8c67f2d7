"""Orders, invoices, credit notes and payments, in order of their dates, through ERPNext's own documents."""

from collections.abc import Iterator
from datetime import date
from operator import itemgetter

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

from kam_extension.demo_data.book import DemoBook
from kam_extension.demo_data.company import VAT_RATE
from kam_extension.demo_data.manifest import Manifest

Event = tuple[date, int, str, dict]


def events(book: DemoBook) -> list[Event]:
	"""(day, 0 order / 1 invoice / 2 payment, name, row), the oldest first; drafts are no history."""
	found = [(row["order_date"], 0, row["order"], row) for row in book.orders if row["state"] != "Draft"]
	found += [(row["posting_date"], 1, row["invoice"], row) for row in book.invoices]
	found += [(row["posting_date"], 2, row["payment"], row) for row in book.payments]
	return sorted(found, key=itemgetter(0, 1, 2))


class History:
	def __init__(self, book: DemoBook, manifest: Manifest):
		self.book = book
		self.names = manifest.names

	def post(self, event: Event) -> None:
		"""Submit the order, invoice or payment of an event."""
		_day, kind, _name, row = event
		(self.post_order, self.post_invoice, self.post_payment)[kind](row)

	def draft_order(self, row: dict) -> None:
		"""Insert an order that is submitted later, or by nobody."""
		self.names[row["order"]] = self._order(row).insert().name

	def post_order(self, row: dict) -> None:
		if row["order"] not in self.names:
			self.draft_order(row)
		frappe.get_doc("Sales Order", self.names[row["order"]]).submit()

	def post_invoice(self, row: dict) -> None:
		invoice = self._returned(row) if row["return_against"] else self._billed(row)
		invoice.update(
			{
				"set_posting_time": 1,
				"posting_date": row["posting_date"],
				"due_date": row["due_date"],
				"disable_rounded_total": 1,
				"ignore_pricing_rule": 1,
			}
		)
		invoice.set("payment_schedule", [])
		_submit_at_once(invoice)
		self.names[row["invoice"]] = invoice.name

	def post_payment(self, row: dict) -> None:
		[reference] = self.book.references[row["payment"]]
		payment = get_payment_entry(
			reference["document_type"],
			self.names[reference["document"]],
			party_amount=float(reference["amount"]),
			bank_account=self.names["bank"],
			reference_date=row["posting_date"],
			ignore_permissions=True,
		)
		payment.update(
			{
				"posting_date": row["posting_date"],
				"reference_no": row["payment"],
				"reference_date": row["posting_date"],
			}
		)
		_submit_at_once(payment)

	def _order(self, row: dict):
		return frappe.get_doc(
			{
				"doctype": "Sales Order",
				**self._parties(row),
				"transaction_date": row["order_date"],
				"delivery_date": row["delivery_date"],
				"kam_other_costs": float(row["other_costs"]),
				"skip_delivery_note": 1,
				"items": [
					{
						"item_code": line["item_code"],
						"qty": float(line["quantity"]),
						"rate": float(line["rate"]),
					}
					for line in self.book.order_lines[row["order"]]
				],
				"taxes": self._taxes(row),
			}
		)

	def _billed(self, row: dict):
		"""The quantities of the invoice's rows, from the order; an advance paid on the order is taken off."""
		invoice = make_sales_invoice(self.names[row["order"]], ignore_permissions=True)
		quantities = self._quantities(row["invoice"])
		invoice.items = [item for item in invoice.items if item.idx in quantities]
		for number, item in enumerate(invoice.items, start=1):
			item.qty, item.idx = quantities[item.idx], number
		invoice.update({"allocate_advances_automatically": 1, "only_include_allocated_payments": 1})
		return invoice

	def _returned(self, row: dict):
		credit_note = make_return_doc("Sales Invoice", self.names[row["return_against"]])
		quantities = {
			line["item_code"]: float(line["quantity"]) for line in self.book.invoice_lines[row["invoice"]]
		}
		credit_note.items = [item for item in credit_note.items if item.item_code in quantities]
		for item in credit_note.items:
			item.qty = quantities[item.item_code]
		return credit_note

	def _quantities(self, invoice: str) -> dict[int, float]:
		return {int(line["order_row"]): float(line["quantity"]) for line in self.book.invoice_lines[invoice]}

	def _parties(self, row: dict) -> dict:
		currency = self.book.company["currency"]
		return {
			"customer": self.names[row["customer"]],
			"company": self.book.company["name"],
			"currency": currency,
			"conversion_rate": 1,
			"selling_price_list": self.book.settings["base_price_list"],
			"price_list_currency": currency,
			"plc_conversion_rate": 1,
			"ignore_pricing_rule": 1,
			"disable_rounded_total": 1,
			"order_type": "Sales",
		}

	def _taxes(self, row: dict) -> list[dict]:
		if row["tax_rate"] == "0":
			return []
		return [
			{
				"charge_type": "On Net Total",
				"account_head": self.names["vat"],
				"description": f"VAT {VAT_RATE} %",
				"rate": float(row["tax_rate"]),
			}
		]


def _submit_at_once(document) -> None:
	"""Insert as submitted: every event of a submit, but validation once instead of twice.

	Not for orders: ERPNext gives a new one the status Draft whatever its docstatus.
	"""
	document.docstatus = 1
	document.insert()


def split_at(found: list[Event], day: date) -> tuple[list[Event], list[Event]]:
	"""Events before `day`, and those from it on."""
	before = [event for event in found if event[0] < day]
	return before, found[len(before) :]


def named_orders(book: DemoBook) -> Iterator[dict]:
	"""Orders that a rebate agreement names: they have to exist before it, and to be submitted after it."""
	named = {name for agreement in book.agreements for name in agreement["orders"]}
	return (row for row in book.orders if row["order"] in named)
