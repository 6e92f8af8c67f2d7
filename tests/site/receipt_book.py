"""A random book of orders, invoices and all the ways in which money comes and goes (R38)."""

import random
from collections.abc import Callable

import frappe
from erpnext.accounts.doctype.journal_entry.journal_entry import make_reverse_journal_entry
from frappe.utils import add_days, nowdate

from tests.site.factories import (
	bank_account,
	company,
	make_customer,
	make_item,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
)
from tests.site.receipt_setup import (
	credit_row,
	debit_row,
	make_account,
	make_credit_note,
	make_invoice_of,
	make_journal,
	pay,
	receivable,
	reconcile,
	sell_for_cash,
	unreconcile,
	with_deduction,
	write_off_account,
)


class ReceiptBook:
	"""`step()` makes one random document, or undoes one; `done` names what was done, to read a failure by."""

	def __init__(self, seed: int):
		self.random = random.Random(seed)
		self.item = make_item(list_price=1000).name
		self.euro_account = make_account(receivable(), account_type="Receivable", account_currency="EUR")
		accounts = [{"company": company(), "account": self.euro_account}]
		euro = make_customer(default_currency="EUR", accounts=accounts).name
		self.customers = (make_customer().name, euro)
		self.done: list[str] = []
		for customer in (*self.customers, *[self.customers[0]] * 4):
			self.order(customer)

	def step(self) -> None:
		move = self.random.choice(MOVES)
		try:
			frappe.db.savepoint("receipt_book")
			move(self)
		except frappe.ValidationError as refused:
			# ERPNext refuses what makes no sense (an order that is billed, an invoice that is paid).
			frappe.db.rollback(save_point="receipt_book")
			self.done.append(f"({move.__name__}: {type(refused).__name__})")
		else:
			self.done.append(move.__name__)

	def amount(self, most: float) -> float:
		return round(most * self.random.choice((1, 1, 0.5, 0.333, 0.2)), 2)

	def day(self) -> str:
		return add_days(nowdate(), -self.random.choice((0, 0, 3, 40)))

	def any(self, doctype: str, customer: str | None = None, **filters):
		field = "party" if doctype == "Payment Entry" else "customer"
		filters = {"docstatus": 1, field: customer or ("in", self.customers)} | filters
		names = frappe.get_all(doctype, filters, pluck="name", order_by="creation, name")
		if not names:
			raise frappe.ValidationError("nothing there")
		return frappe.get_doc(doctype, self.random.choice(names))

	def unpaid(self, **filters):
		return self.any("Sales Invoice", outstanding_amount=(">", 0), **filters)

	# Sales

	def order(self, customer: str | None = None) -> None:
		customer = customer or self.random.choice(self.customers)
		foreign = customer == self.customers[1]
		lines = [(self.item, self.random.randint(1, 3), self.random.randint(1000, 30000) / 100)]
		currency = {"currency": "EUR", "conversion_rate": 7.8} if foreign else {}
		make_sales_order(customer, lines * self.random.randint(1, 2), submit=True, **currency)

	def invoice(self) -> None:
		order = self.any("Sales Order", per_billed=("<", 100))
		make_sales_invoice(
			sales_order=order.name,
			submit=True,
			allocate_advances_automatically=self.random.randint(0, 1),
			**self.debit_to(order.customer),
		)

	def invoice_of_two_orders(self) -> None:
		customer = self.customers[0]
		orders = [self.any("Sales Order", customer, per_billed=0) for _number in range(2)]
		if orders[0].name != orders[1].name:
			make_invoice_of(orders, allocate_advances_automatically=self.random.randint(0, 1))

	def credit_note(self) -> None:
		invoice = self.any("Sales Invoice", is_return=0)
		make_credit_note(invoice, self.random.choice((None, 1)))

	def sale_for_cash(self) -> None:
		order = self.any("Sales Order", self.customers[0], per_billed=0)
		invoice = make_sales_invoice(sales_order=order.name)
		sell_for_cash(invoice, self.amount(invoice.grand_total) + self.random.choice((0, 50)))

	def debit_to(self, customer: str) -> dict:
		return {"debit_to": self.euro_account} if customer == self.customers[1] else {}

	# Money

	def payment(self) -> None:
		invoice = self.unpaid()
		make_payment_entry(invoice, self.amount(invoice.outstanding_amount), posting_date=self.day())

	def payment_with_deduction(self) -> None:
		invoice = self.unpaid(customer=self.customers[0])
		cash = self.amount(invoice.outstanding_amount)
		pay(invoice, with_deduction(cash, round(invoice.outstanding_amount - cash, 2) or -7.77))

	def advance(self) -> None:
		order = self.any("Sales Order", per_billed=0)
		make_payment_entry(order, self.amount(order.grand_total), posting_date=self.day())

	def unallocated(self) -> None:
		customer, amount = self.customers[0], self.random.randint(1, 50000) / 100
		make_payment_entry(customer=customer, amount=amount, posting_date=self.day())

	def journal(self) -> None:
		customer = self.customers[0]
		amount = self.random.randint(1000, 20000) / 100
		cash = self.amount(amount)
		find: list[Callable] = [lambda: self.unpaid(customer=customer), lambda: None]
		find.append(lambda: self.any("Sales Order", customer, per_billed=0))
		reference = self.random.choice(find)()
		if reference is not None and reference.doctype == "Sales Invoice":
			amount = min(amount, reference.outstanding_amount)
			cash = min(cash, amount)
		advance = "No" if reference is not None and reference.doctype == "Sales Invoice" else "Yes"
		rows = [debit_row(bank_account(), cash), credit_row(customer, amount, reference, is_advance=advance)]
		if amount > cash:
			rows.append(debit_row(write_off_account(), round(amount - cash, 2)))
		make_journal("Bank Entry", rows, posting_date=self.day())

	def refund(self) -> None:
		credit_note = self.any("Sales Invoice", self.customers[0], is_return=1, outstanding_amount=("<", 0))
		make_payment_entry(credit_note)

	# What is undone or moved

	def reconcile(self) -> None:
		reconcile(self.customers[0])

	def reconcile_euros(self) -> None:
		reconcile(self.customers[1], self.euro_account)

	def unreconcile(self) -> None:
		payment = self.any("Payment Entry")
		rows = [row for row in payment.references if row.reference_doctype == "Sales Invoice"]
		if rows:
			unreconcile(payment, frappe.get_doc("Sales Invoice", self.random.choice(rows).reference_name))

	def reverse_journal(self) -> None:
		names = frappe.get_all("Journal Entry", {"docstatus": 1, "voucher_type": "Bank Entry"}, pluck="name")
		names = [
			name for name in sorted(names) if not frappe.db.exists("Journal Entry", {"reversal_of": name})
		]
		if not names:
			return
		reversal = make_reverse_journal_entry(self.random.choice(names))
		reversal.update({"posting_date": nowdate(), "cheque_no": "2", "cheque_date": nowdate()})
		for row in reversal.accounts:
			row.is_advance = "No"
			if row.reference_type == "Sales Order":
				row.update({"reference_type": None, "reference_name": None})
		reversal.insert().submit()

	def cancel_payment(self) -> None:
		self.any("Payment Entry").cancel()

	def cancel_invoice(self) -> None:
		self.any("Sales Invoice", is_pos=0).cancel()


MOVES = [
	move
	for move, weight in {
		ReceiptBook.order: 2,
		ReceiptBook.invoice: 5,
		ReceiptBook.invoice_of_two_orders: 3,
		ReceiptBook.credit_note: 2,
		ReceiptBook.sale_for_cash: 1,
		ReceiptBook.payment: 5,
		ReceiptBook.payment_with_deduction: 3,
		ReceiptBook.advance: 4,
		ReceiptBook.unallocated: 1,
		ReceiptBook.journal: 4,
		ReceiptBook.refund: 2,
		ReceiptBook.reconcile: 2,
		ReceiptBook.reconcile_euros: 1,
		ReceiptBook.unreconcile: 1,
		ReceiptBook.reverse_journal: 1,
		ReceiptBook.cancel_payment: 1,
		ReceiptBook.cancel_invoice: 1,
	}.items()
	for _number in range(weight)
]
