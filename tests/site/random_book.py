"""Random books of real documents for the reference test of the metrics: every way in which a number can move."""

import json
import random

import frappe
from erpnext.controllers.accounts_controller import update_child_qty_rate
from frappe.utils import add_days, getdate

from tests.site.books import (
	AS_OF,
	answered_survey,
	cheque,
	credit_note,
	customer_row,
	issue,
	journal,
	ledger_row,
	listed_item,
	reconcile,
	refund,
	tax_account,
)
from tests.site.factories import (
	bank_account,
	company,
	make_item,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
	make_visit_log,
)
from tests.site.random_parties import DOLLARS, Party, advance, domestic, foreign, stock_of, vat


class RandomBook:
	"""Writes documents by chance: deals of every kind, each an order or invoice and what follows from it."""

	def __init__(self, seed: int):
		self.chance = random.Random(seed)
		self.tax = tax_account()
		self.items = [listed_item(rate) for rate in (10, 99.5, 250)] + [listed_item(None)]
		self.stocked = stock_of(make_item(is_stock_item=1).name, 60)
		self.parties = [domestic(), domestic(), foreign()]
		self.deals = (
			self.order, self.amended_order, self.closed_order, self.changed_order, self.billed_order,
			self.invoice, self.termed_invoice, self.stock_sale, self.opening_invoice, self.point_of_sale,
			self.loose_payment, self.journals, self.journals, self.service,
		)  # fmt: skip
		self.domestic_deals = (self.point_of_sale, self.loose_payment, self.journals)

	@property
	def accounts(self) -> list:
		return [party.account for party in self.parties]

	def write(self, rounds: int) -> "RandomBook":
		"""Deals of each kind that many times, in random order."""
		deals = list(self.deals) * rounds
		self.chance.shuffle(deals)
		for deal in deals:
			parties = self.parties[:2] if deal in self.domestic_deals else self.parties
			deal(self.chance.choice(parties), self.day())
		return self

	def day(self):
		"""In two years and the days after the as-of date, so that some documents are entered after later ones."""
		return add_days(AS_OF, self.chance.randint(-430, 10))

	def later(self, day, days: int):
		return min(getdate(add_days(day, self.chance.randint(0, days))), getdate())

	def lines(self, items=None) -> list[tuple]:
		return [
			(self.chance.choice(items or self.items), self.chance.randint(1, 9), self.rate())
			for _ in range(2)
		]

	def rate(self) -> float:
		return self.chance.randint(50, 30000) / 100

	def terms_of_sale(self, party: Party) -> dict:
		"""Tax on top or included, a discount on the document; each now and then."""
		fields = dict(party.foreign)
		if self.chance.random() < 0.4:
			fields["taxes"] = [vat(self.tax, included=self.chance.choice((0, 1)))]
		if self.chance.random() < 0.3:
			fields |= {"apply_discount_on": "Net Total", "additional_discount_percentage": 7.5}
		return fields

	def order(self, party: Party, day) -> None:
		fields = self.terms_of_sale(party) | (DOLLARS if self.chance.random() < 0.2 else {})
		fields["transaction_date"] = day
		written = make_sales_order(party.customer, self.lines(), submit=self.chance.random() < 0.9, **fields)
		if written.docstatus == 1 and self.chance.random() < 0.2:
			written.cancel()
		elif written.docstatus == 1 and self.chance.random() < 0.3 and written.currency == "CNY":
			make_payment_entry(written, 20, posting_date=self.later(day, 30))

	def amended_order(self, party: Party, day) -> None:
		cancelled = make_sales_order(
			party.customer, self.lines(), submit=True, transaction_date=day, **party.foreign
		)
		cancelled.cancel()
		amended = frappe.copy_doc(cancelled)
		amended.update({"docstatus": 0, "amended_from": cancelled.name})
		amended.items[0].rate = self.rate()
		amended.insert().submit()

	def closed_order(self, party: Party, day) -> None:
		placed = make_sales_order(
			party.customer, self.lines(), submit=True, transaction_date=day, **party.foreign
		)
		if self.chance.random() < 0.7:
			self.bill(party, placed, day)
		placed.reload()
		placed.update_status("Closed")

	def changed_order(self, party: Party, day) -> None:
		placed = make_sales_order(
			party.customer, self.lines(), submit=True, transaction_date=day, **party.foreign
		)
		rows = [
			{"docname": row.name, "item_code": row.item_code, "qty": row.qty + 2, "rate": self.rate()}
			for row in placed.items
		]
		update_child_qty_rate("Sales Order", json.dumps(rows, default=str), placed.name)

	def billed_order(self, party: Party, day) -> None:
		fields = self.terms_of_sale(party) | {"transaction_date": day}
		self.bill(party, make_sales_order(party.customer, self.lines(), submit=True, **fields), day)

	def bill(self, party: Party, placed, day) -> None:
		on = self.later(day, 20)
		fields = {"debit_to": party.receivable} if party.receivable else {}
		bill = make_sales_invoice(
			sales_order=placed.name, posting_date=on, due_date=add_days(on, 30), payment_schedule=[], **fields
		)
		bill.items[0].qty = 1
		self.settle(party, bill.save().submit())

	def invoice(self, party: Party, day, **fields) -> None:
		fields = self.terms_of_sale(party) | {"due_date": add_days(day, 30)} | fields
		sold = self.sell(party, self.lines(), day, **fields)
		if self.chance.random() < 0.3:
			sold.cancel()
		else:
			self.settle(party, sold)

	def termed_invoice(self, party: Party, day) -> None:
		terms = [{"due_date": add_days(day, due), "invoice_portion": 50} for due in (10, 45)]
		self.invoice(party, day, due_date=add_days(day, 45), payment_schedule=terms)

	def stock_sale(self, party: Party, day) -> None:
		lines = self.lines([self.stocked, self.items[0]])
		self.settle(party, self.sell(party, lines, day, update_stock=1, due_date=add_days(day, 30)))

	def opening_invoice(self, party: Party, day) -> None:
		temporary = frappe.db.get_value("Account", {"company": company(), "account_type": "Temporary"})
		lines = [(*line, {"income_account": temporary}) for line in self.lines()]
		self.settle(party, self.sell(party, lines, day, is_opening="Yes", due_date=add_days(day, 30)))

	def point_of_sale(self, party: Party, day) -> None:
		paid = {"mode_of_payment": "Cash", "account": bank_account(), "amount": 5000}
		change = {"account_for_change_amount": bank_account()}
		self.sell(party, self.lines(), day, due_date=day, is_pos=1, payments=[paid], **change)

	def sell(self, party: Party, lines, day, **fields):
		if party.receivable:
			fields = dict(party.foreign) | fields | {"debit_to": party.receivable}
		return make_sales_invoice(party.customer, lines, submit=True, posting_date=day, **fields)

	def settle(self, party: Party, sold) -> None:
		"""Payments of a part, with and without a write-off, one cancelled now and then; a return."""
		for _ in range(self.chance.randint(0, 2)):
			sold.reload()
			amount = round(sold.outstanding_amount * self.chance.choice([0.25, 0.5, 1]), 2)
			if amount > 0:
				day = self.later(self.chance.choice((sold.posting_date, sold.due_date)), 60)
				self.pay(
					party, sold, amount, self.chance.choice((day, min(getdate(sold.due_date), getdate())))
				)
		if self.chance.random() < 0.25:
			credit_note(sold, 1, self.later(sold.posting_date, 30))

	def pay(self, party: Party, sold, amount: float, day) -> None:
		fields = {"posting_date": day}
		if party.receivable:
			fields |= {"source_exchange_rate": 7.3, "received_amount": round(amount * 7.3, 2)}
		elif amount > 100 and self.chance.random() < 0.2:
			loss = ledger_row("write_off_account", 0, 0)
			fields |= {"paid_amount": amount - 5, "received_amount": amount - 5}
			fields["deductions"] = [{"account": loss[0], **loss[3], "amount": 5}]
		paid = make_payment_entry(sold, amount, **fields)
		if self.chance.random() < 0.2:
			paid.cancel()

	def loose_payment(self, party: Party, day) -> None:
		day = min(getdate(day), getdate())
		paid = refund if self.chance.random() < 0.3 else advance
		paid(party.account, self.chance.randint(50, 500), day)
		if self.chance.random() < 0.4:
			reconcile(party)

	def journals(self, party: Party, day) -> None:
		amount, other = self.chance.randint(50, 900), self.chance.choice(self.parties[:2])
		bank, debit = (bank_account(), amount, 0, {}), ledger_row("default_income_account", 0, amount)
		owed, credit = customer_row(party, amount, 0), customer_row(party, 0, amount)
		loss = ledger_row("write_off_account", amount / 4, 0)
		rows = self.chance.choice([
			(bank, credit),
			(bank, loss, customer_row(party, 0, amount * 1.25)),
			(bank, customer_row(party, 0, amount / 2), customer_row(other, 0, amount / 2)),
			(owed, (bank_account(), 0, amount, {})),
			(ledger_row("write_off_account", amount, 0), credit),
			(owed, debit),
			(owed, customer_row(other, 0, amount)),
		])  # fmt: skip
		is_opening = rows == (bank, credit) and self.chance.random() < 0.5
		opening = {"is_opening": "Yes"} if is_opening else {}
		written = journal(min(getdate(day), getdate()), *rows, **cheque(), **opening)
		if self.chance.random() < 0.3:
			written.cancel()

	def service(self, party: Party, day) -> None:
		issue(party.account, day, kam_kind=self.chance.choice(("", "Complaint", "Question", "Request")))
		status = self.chance.choice(("Completed", "Completed", "Cancelled"))
		visit = make_visit_log(party.account.name, visit_date=day, status=status, discussion="Talked")
		visit.db_set("satisfaction", self.chance.randint(0, 100))
		if self.chance.random() < 0.5:
			answered_survey(party.account, getdate(day), 20 * self.chance.randint(1, 5))
		party.account.db_set("strategic_influence", self.chance.randint(0, 4))
