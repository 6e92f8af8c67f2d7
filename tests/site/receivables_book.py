"""Random receivable ledgers of real documents: everything that moves what a customer owes."""

import frappe
from frappe.utils import add_days, getdate

from tests.site.books import AS_OF, customer_row, default_account, journal, ledger_row, reconcile
from tests.site.credit_setup import make_terms
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_delivery_note,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
	save_mapped,
	unique,
)
from tests.site.random_book import RandomBook
from tests.site.random_parties import Party, advance


class ReceivablesBook(RandomBook):
	"""Deals in several receivable accounts, cost centers and currencies; returns of both kinds and what is paid back
	on them; advances, some in an account of their own; revaluations; matched, and torn apart again."""

	def __init__(self, seed: int):
		super().__init__(seed)
		self.cost_centers = [default_account("cost_center"), *(self.cost_center() for _ in range(2))]
		self.project = insert("Project", project_name=unique("Project"), company=company()).name
		self.second_account = receivable_account()
		self.terms = make_terms((10, 40), (40, 60))
		self.people = sales_people()
		self.parties.append(Party(frappe._dict(customer=make_customer().name), {}))
		self.deals = (
			self.placed, self.placed, self.on_template, self.termed_invoice, self.elsewhere, self.served, self.served,
			self.returned, self.returned, self.opening_invoice, self.point_of_sale, self.loose_payment,
			self.loose_payment, self.journals, self.journals, self.billed_journal, self.revaluation, self.ordered,
			self.torn_apart, self.to_come, self.advance_account,
		)  # fmt: skip
		self.domestic_deals = (
			self.point_of_sale, self.loose_payment, self.journals, self.billed_journal, self.elsewhere, self.served,
			self.torn_apart, self.to_come, self.advance_account, self.on_template,
		)  # fmt: skip

	def cost_center(self) -> str:
		parent = frappe.db.get_value("Cost Center", default_account("cost_center"), "parent_cost_center")
		values = {"cost_center_name": unique("Center"), "parent_cost_center": parent, "company": company()}
		return insert("Cost Center", **values).name

	def write(self, rounds: int) -> "ReceivablesBook":
		deals = list(self.deals) * rounds
		self.chance.shuffle(deals)
		for deal in deals:
			local = [party for party in self.parties if not party.receivable]
			deal(self.chance.choice(local if deal in self.domestic_deals else self.parties), self.day())
		# Afterwards: on a customer's documents its terms would stand in the way of due dates by hand.
		frappe.db.set_value("Customer", self.parties[-1].customer, "payment_terms", self.terms)
		return self

	def sell(self, party: Party, lines, day, **fields):
		fields.setdefault("cost_center", self.chance.choice(self.cost_centers))
		if self.chance.random() < 0.3:
			fields["project"] = self.project
		return super().sell(party, lines, day, **fields)

	def pay(self, party: Party, sold, amount: float, day) -> None:
		"""Half of the payments on the invoice's cost center, so that some disappear under a filter by it."""
		fields = {"posting_date": day}
		if self.chance.random() < 0.5:
			fields["cost_center"] = self.chance.choice(self.cost_centers)
		if party.receivable:
			fields |= {"source_exchange_rate": 7.3, "received_amount": round(amount * 7.3, 2)}
		elif amount > 100 and self.chance.random() < 0.2:
			loss = ledger_row("write_off_account", 0, 0)
			fields |= {"paid_amount": amount - 5, "received_amount": amount - 5}
			fields["deductions"] = [{"account": loss[0], **loss[3], "amount": 5}]
		paid = make_payment_entry(sold, amount, **fields)
		if self.chance.random() < 0.2:
			paid.cancel()

	def placed(self, party: Party, day) -> None:
		self.invoice(party, day, po_no=unique("PO"), remarks=unique("Remark"))

	def on_template(self, party: Party, day) -> None:
		self.settle(party, self.sell(party, self.lines(), day, payment_terms_template=self.terms))

	def elsewhere(self, party: Party, day) -> None:
		self.settle(party, self.sell(party, self.lines(), day, debit_to=self.second_account))

	def served(self, party: Party, day) -> None:
		team = [{"sales_person": self.chance.choice(self.people), "allocated_percentage": 100}]
		sold = self.sell(party, self.lines(), day, sales_team=team, due_date=add_days(day, 30))
		if self.chance.random() < 0.5:
			placed = make_sales_order(party.customer, self.lines(), submit=True, transaction_date=day)
			note = make_delivery_note(sales_order=placed.name, submit=True, posting_date=getdate(day))
			frappe.db.set_value("Sales Invoice Item", sold.items[0].name, "delivery_note", note.name)

	def returned(self, party: Party, day) -> None:
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		sold = self.sell(party, self.lines(), day, due_date=add_days(day, 30))
		note = make_return_doc("Sales Invoice", sold.name)
		note.items[0].qty = -1
		lowers = self.chance.choice((0, 1))
		note.update({"update_outstanding_for_self": lowers, "due_date": None})
		note = save_mapped(note, True, {"posting_date": self.later(sold.posting_date, 20)})
		if self.chance.random() < 0.5:
			self.settle_return(party, note)
		sold.reload()
		if sold.outstanding_amount > 0:
			self.pay(party, sold, round(sold.outstanding_amount / 2, 2), self.later(sold.posting_date, 60))

	def settle_return(self, party: Party, note) -> None:
		"""Money or a journal against the return itself."""
		receivable, amount = note.debit_to, round(abs(note.grand_total) / 2, 2)
		rate = {"exchange_rate": 7} if party.receivable else {}
		row = {"party_type": "Customer", "party": party.customer, **rate}
		row |= {"reference_type": "Sales Invoice", "reference_name": note.name}
		other = ledger_row("write_off_account", 0, round(amount * (7 if rate else 1), 2))
		journal(
			self.later(note.posting_date, 20),
			(receivable, amount, 0, row),
			other,
			multi_currency=int(bool(rate)),
		)

	def billed_journal(self, party: Party, day) -> None:
		amount = self.chance.randint(50, 900)
		rows = customer_row(party, amount, 0), ledger_row("default_income_account", 0, amount)
		bill = {"bill_no": unique("Bill"), "bill_date": day, "due_date": add_days(day, 20)}
		journal(min(getdate(day), getdate()), *rows, **bill)

	def revaluation(self, party: Party, day) -> None:
		foreign = next(party for party in self.parties if party.receivable)
		row = {"party_type": "Customer", "party": foreign.customer}
		amount, gain = self.chance.randint(10, 90), self.chance.randint(1, 9)
		old, new = row | {"exchange_rate": 7}, row | {"exchange_rate": 7 + gain / 10}
		rows = (
			(foreign.receivable, 0, amount, old),
			(foreign.receivable, amount, 0, new),
			ledger_row("exchange_gain_loss_account", 0, round(amount * gain / 10, 2)),
		)
		kind = {"voucher_type": "Exchange Rate Revaluation", "multi_currency": 1}
		journal(min(getdate(day), getdate()), *rows, **kind)

	def ordered(self, party: Party, day) -> None:
		fields = self.terms_of_sale(party) | {"transaction_date": day}
		placed = make_sales_order(party.customer, self.lines(), submit=True, **fields)
		if placed.currency == "CNY":
			make_payment_entry(placed, 33.3, posting_date=self.later(day, 30))
			if self.chance.random() < 0.5:
				taken_up = make_sales_invoice(
					sales_order=placed.name,
					posting_date=self.later(day, 40),
					allocate_advances_automatically=1,
				)
				taken_up.submit()

	def torn_apart(self, party: Party, day) -> None:
		advance(party.account, self.chance.randint(50, 300), min(getdate(day), getdate()))
		reconcile(party)
		matched = frappe.get_all(
			"Payment Entry Reference",
			{"docstatus": 1, "reference_doctype": "Sales Invoice"},
			["parent", "reference_name"],
			order_by="creation desc",
			limit=1,
		)
		if matched and self.chance.random() < 0.6:
			undo = frappe.new_doc("Unreconcile Payment")
			undo.update(
				{"company": company(), "voucher_type": "Payment Entry", "voucher_no": matched[0].parent}
			)
			undo.add_references()
			undo.insert().submit()

	def to_come(self, party: Party, day) -> None:
		"""Paid after most report dates; every second payment is a draft."""
		sold = self.sell(party, self.lines(), day, due_date=add_days(day, 30))
		fields = {"posting_date": add_days(AS_OF, self.chance.randint(1, 19))}
		make_payment_entry(sold, 25, submit=self.chance.choice((True, False)), **fields)

	def advance_account(self, party: Party, day) -> None:
		"""Advances in a liability account of their own, matched later: they move between accounts."""
		own = {"book_advance_payments_in_separate_party_account": 1}
		own["default_advance_received_account"] = self.advances = (
			getattr(self, "advances", None) or advances()
		)
		before = frappe.db.get_value("Company", company(), list(own), as_dict=True)
		set_on_company(own)
		try:
			self.invoice(party, day)
			advance(party.account, self.chance.randint(50, 300), min(getdate(day), getdate()))
			reconcile(party)
		finally:
			set_on_company(before)


def set_on_company(values: dict) -> None:
	frappe.db.set_value("Company", company(), values)
	frappe.clear_document_cache("Company", company())


def receivable_account(**fields) -> str:
	parent = frappe.get_value("Account", {"company": company(), "account_name": "Accounts Receivable"})
	values = {"account_name": unique("Debtors"), "parent_account": parent, "account_type": "Receivable"}
	return insert("Account", company=company(), **values | fields).name


def advances() -> str:
	parent = frappe.get_value("Account", {"company": company(), "account_name": "Current Liabilities"})
	return receivable_account(parent_account=parent)


def sales_people() -> list[str]:
	"""A head and somebody below it, and somebody else."""
	head = insert("Sales Person", sales_person_name=unique("Head"), is_group=1).name
	return [
		head,
		insert("Sales Person", sales_person_name=unique("Person"), parent_sales_person=head).name,
		insert("Sales Person", sales_person_name=unique("Person")).name,
	]
