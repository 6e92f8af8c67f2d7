"""A customer's account with everything that moves it, for the tests of statements and collections."""

import random

import frappe
from frappe.utils import add_days, nowdate

from tests.site.factories import (
	company,
	insert,
	make_item,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
	unique,
)

BILLING = "billing@customer.example"


def make_terms(*days_and_shares: tuple[int, float]):
	"""A payment terms template: (credit days, percent of the invoice)."""
	rows = [
		{"invoice_portion": share, "credit_days": days, "due_date_based_on": "Day(s) after invoice date"}
		for days, share in days_and_shares
	]
	return insert("Payment Terms Template", template_name=unique("Terms"), terms=rows).name


def make_billing_contact(customer: str, address: str = BILLING, **fields):
	return insert(
		"Contact",
		first_name=unique("Contact"),
		email_ids=[{"email_id": address, "is_primary": 1}],
		links=[{"link_doctype": "Customer", "link_name": customer}],
		**{"is_billing_contact": 1} | fields,
	)


def bill(customer: str, amount: float, days_ago: int = 0, terms: str | None = None, **fields):
	"""An invoice dated some days ago, due at once unless it has terms or a due date."""
	day = add_days(nowdate(), -days_ago)
	due = {} if terms else {"due_date": day}
	values = {"posting_date": day, "payment_terms_template": terms} | due
	return make_sales_invoice(customer, [(make_item().name, 1, amount)], submit=True, **values | fields)


def pay(document, amount: float | None = None, days_ago: int = 0, **fields):
	return make_payment_entry(document, amount, posting_date=add_days(nowdate(), -days_ago), **fields)


def write_journal(customer: str, account: str, other: str, amount: float, days_ago: int = 0, **fields):
	"""A journal entry that debits the customer (negative: credits), against another account."""
	debit, credit = (amount, 0) if amount > 0 else (0, -amount)
	party = {"account": account, "party_type": "Customer", "party": customer}
	return insert(
		"Journal Entry",
		submit=True,
		company=company(),
		posting_date=add_days(nowdate(), -days_ago),
		accounts=[
			party | {"debit_in_account_currency": debit, "credit_in_account_currency": credit},
			{
				"account": other,
				"debit_in_account_currency": credit,
				"credit_in_account_currency": debit,
				"cost_center": frappe.get_cached_value("Company", company(), "cost_center"),
			},
		],
		**fields,
	)


def random_account(customer: str, seed: int, steps: int = 14) -> None:
	"""Random invoices, payments, advances, credit notes, journals and cancellations of the last 150 days."""
	dice = random.Random(seed)
	terms, billed = make_terms((10, 40), (40, 60)), []
	for _step in range(steps):
		day, amount = dice.randint(0, 150), round(dice.uniform(10, 5000), 2)
		kind = dice.choice(("invoice", "terms", "pay", "pay", "advance", "return", "journal", "cancel"))
		if kind in ("invoice", "terms"):
			billed.append(bill(customer, amount, day, terms if kind == "terms" else None))
		elif kind == "advance":
			order = make_sales_order(customer, [(make_item().name, 1, amount)], submit=True)
			pay(order, amount, day)
		elif kind == "journal":
			write_random_journal(customer, dice.choice((1, -1)) * amount, day)
		elif billed:
			change_invoice(kind, billed, dice, min(day, 30))


def write_random_journal(customer: str, amount: float, days_ago: int) -> None:
	receivable = frappe.get_cached_value("Company", company(), "default_receivable_account")
	expense = frappe.get_cached_value("Company", company(), "write_off_account")
	write_journal(customer, receivable, expense, amount, days_ago)


def change_invoice(kind: str, billed: list, dice: random.Random, days_ago: int) -> None:
	invoice = billed[dice.randrange(len(billed))].reload()
	if kind == "pay" and invoice.outstanding_amount > 1:
		pay(invoice, round(invoice.outstanding_amount * dice.choice((0.3, 0.5, 1)), 2), days_ago)
		return
	if invoice.outstanding_amount != invoice.grand_total or kind == "pay":
		return
	billed.remove(invoice)
	if kind == "cancel":
		invoice.cancel()
	else:
		return_part_of(invoice, days_ago)


def return_part_of(invoice, days_ago: int):
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	note = make_return_doc("Sales Invoice", invoice.name)
	note.update({"set_posting_time": 1, "posting_date": add_days(nowdate(), -days_ago), "due_date": None})
	note.items[0].update({"qty": -1, "rate": round(invoice.items[0].rate / 3, 2)})
	return note.insert().submit()
