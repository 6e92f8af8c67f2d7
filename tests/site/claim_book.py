"""A random life of one account's receipts and claims (R38–R41). All amounts are multiples of 20, so that every
rebate of 5, 8 or 10 % is whole cents and sums can be compared exactly."""

import random

import frappe
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.sales_order.sales_order import close_or_unclose_sales_orders

from tests.site.factories import make_sales_invoice, make_sales_order, make_user
from tests.site.rebate_setup import (
	Account,
	People,
	acting_as,
	approve_next_step,
	last_month,
	receive,
	this_month,
	verify,
)
from tests.site.receipt_setup import make_credit_note

SIZES = (20_000, 198_000, 210_000, 990_000, 1_100_000)


def band(net: float) -> int:
	return (net >= 200_000) + (net >= 1_000_000)


class ClaimBook:
	"""`step()` does one thing at random; `done` names them, to read a failure by."""

	def __init__(self, account: Account, people: People, seed: int):
		self.account, self.people = account, people
		self.manager = make_user("KAM Manager")
		self.random = random.Random(seed)
		self.done: list[str] = []
		for _number in range(4):
			self.order()
			self.receive()

	def step(self) -> None:
		move = self.random.choice(MOVES)
		try:
			frappe.db.savepoint("claim_book")
			move(self)
		except frappe.ValidationError as refused:
			frappe.db.rollback(save_point="claim_book")
			self.done.append(f"({move.__name__}: {refused})")
		else:
			self.done.append(move.__name__)

	def any(self, doctype: str, **filters):
		field = "party" if doctype == "Payment Entry" else "customer"
		filters = {field: self.account.customer, "docstatus": 1} | filters
		names = frappe.get_all(doctype, filters, pluck="name", order_by="creation, name")
		if not names:
			raise frappe.ValidationError("nothing there")
		return frappe.get_doc(doctype, self.random.choice(names))

	def order(self) -> None:
		rate = self.random.choice(SIZES) / 10
		make_sales_order(self.account.customer, [(self.account.item, 10, rate)], submit=True)

	def receive(self) -> None:
		if self.random.random() < 0.3:
			self.order()
		order = self.any("Sales Order", per_billed=0, advance_paid=0, status=("!=", "Closed"))
		day = self.random.choice((this_month(), last_month()))
		receive(order, self.random.randint(1, 400) * 20, posting_date=day)

	def invoice(self) -> None:
		order = self.any("Sales Order", per_billed=0, status=("!=", "Closed"))
		make_sales_invoice(sales_order=order.name, submit=True, allocate_advances_automatically=1)

	def receive_on_invoice(self) -> None:
		invoice = self.any("Sales Invoice", is_return=0, outstanding_amount=(">", 20_000))
		receive(invoice, self.random.randint(1, 400) * 20)

	def take_back(self) -> None:
		self.any("Payment Entry").cancel()

	def reprice(self) -> None:
		"""Into another band of the ladder, of an order that was paid for."""
		order = self.any("Sales Order", per_billed=0, advance_paid=(">", 0), status=("!=", "Closed"))
		row = order.items[0]
		values = {"docname": row.name, "item_code": row.item_code, "qty": row.qty, "uom": row.uom}
		others = [size for size in SIZES if band(size) != band(order.net_total)]
		values["rate"] = self.random.choice(others) / 10
		update_child_qty_rate("Sales Order", frappe.as_json([values]), order.name)

	def close(self) -> None:
		order = self.any("Sales Order", status=("!=", "Closed"))
		close_or_unclose_sales_orders(frappe.as_json([order.name]), "Closed")

	def credit(self) -> None:
		make_credit_note(self.any("Sales Invoice", is_return=0), self.random.randint(1, 5))

	def claim(self) -> None:
		self.claim_rows(self.account.request(self.random.choice((this_month(), last_month()))))

	def claim_part(self) -> None:
		request = self.account.request()
		for row in list(request.receipts):
			if row.collected_amount >= 40 and self.random.random() < 0.5:
				row.collected_amount = row.collected_amount // 40 * 20
			elif self.random.random() < 0.3:
				request.remove(row)
		request.save()
		self.claim_rows(request)

	def claim_rows(self, request) -> None:
		if request.total_rebate <= 0:
			raise frappe.ValidationError("carried forward")
		approve_next_step(request, self.manager)
		verify(request, self.people)
		approve_next_step(request, self.people.director)
		with acting_as(self.people.executive):
			frappe.get_doc("Rebate Request", request.name).submit()

	def cancel_claim(self) -> None:
		self.any("Rebate Request").cancel()

	def amend_claim(self) -> None:
		request = self.any("Rebate Request")
		request.cancel()
		amended = frappe.copy_doc(request)
		amended.update({"amended_from": request.name, "docstatus": 0, "workflow_state": None})
		self.claim_rows(amended.insert())

	def claim_everything(self) -> None:
		"""With a large receipt, so that what is owed back can be netted."""
		order = make_sales_order(self.account.customer, [(self.account.item, 10, 500_000)], submit=True)
		receive(order, 4_000_000)
		self.claim_rows(self.account.request())


MOVES = [
	move
	for move, weight in {
		ClaimBook.receive: 4,
		ClaimBook.invoice: 2,
		ClaimBook.receive_on_invoice: 2,
		ClaimBook.take_back: 1,
		ClaimBook.reprice: 4,
		ClaimBook.close: 2,
		ClaimBook.credit: 2,
		ClaimBook.claim: 3,
		ClaimBook.claim_part: 3,
		ClaimBook.cancel_claim: 1,
		ClaimBook.amend_claim: 1,
	}.items()
	for _number in range(weight)
]
