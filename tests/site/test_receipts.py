"""What counts as received on an order (R38), against real payments, journals, invoices and returns."""

from decimal import Decimal

import frappe
import pytest
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import receipts_on_orders
from tests.site.factories import (
	bank_account,
	company,
	insert,
	make_customer,
	make_item,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
)
from tests.site.receipt_setup import (
	credit_row,
	debit_row,
	make_journal,
	receivable,
	received,
	reconcile,
	sell_for_cash,
	write_off_account,
)


@pytest.fixture
def customer():
	return make_customer().name


@pytest.fixture
def item():
	return make_item(list_price=1000).name


@pytest.fixture
def order(customer, item):
	return make_sales_order(customer, [(item, 1, 1000)], submit=True)


def test_advance_counts_once_before_and_after_the_invoice_takes_it(customer, order):
	payment = make_payment_entry(order, 400)
	before = received(customer)
	assert before == {(payment.name, order.name): 400}
	invoice = make_sales_invoice(sales_order=order.name, allocate_advances_automatically=1)
	assert invoice.advances
	invoice.submit()
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 600
	assert received(customer) == before


def test_payment_of_an_invoice_counts_for_its_order(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	payment = make_payment_entry(invoice, 250)
	assert received(customer) == {(payment.name, order.name): 250}


def test_invoice_of_two_orders_is_split_by_net_amount_to_the_cent(customer, item):
	orders = [make_sales_order(customer, [(item, 1, rate)], submit=True) for rate in (100, 200, 300)]
	rows = [
		{
			"item_code": item,
			"qty": 1,
			"rate": order.items[0].rate,
			"sales_order": order.name,
			"so_detail": order.items[0].name,
		}
		for order in orders
	]
	invoice = insert("Sales Invoice", submit=True, customer=customer, company=company(), items=rows)
	payment = make_payment_entry(invoice, 100)
	parts = received(customer)
	assert parts == {
		(payment.name, orders[0].name): 16.67,
		(payment.name, orders[1].name): 33.33,
		(payment.name, orders[2].name): 50,
	}


def test_deduction_is_not_received(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	payment = make_payment_entry(invoice, submit=False)
	payment.paid_amount = payment.received_amount = 950
	payment.append(
		"deductions",
		{
			"account": write_off_account(),
			"cost_center": frappe.db.get_value("Company", company(), "cost_center"),
			"amount": 50,
		},
	)
	payment.save()
	payment.submit()
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	assert received(customer) == {(payment.name, order.name): 950}


def test_cancelled_payment_is_gone(customer, order):
	payment = make_payment_entry(order, 400)
	payment.cancel()
	assert received(customer) == {}


def test_draft_payment_does_not_count(customer, order):
	make_payment_entry(order, 400, submit=False)
	assert received(customer) == {}


def test_unallocated_money_belongs_to_no_order(customer, order):
	make_payment_entry(customer=customer, amount=500)
	assert received(customer) == {}


def test_allocated_part_of_a_larger_payment(customer, order):
	payment = make_payment_entry(order, 1000, submit=False)
	payment.paid_amount = payment.received_amount = 1500
	payment.save()
	payment.submit()
	assert payment.unallocated_amount == 500
	assert received(customer) == {(payment.name, order.name): 1000}


def test_credit_note_is_no_receipt_and_its_refund_is_negative(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	payment = make_payment_entry(invoice)
	credit_note = make_sales_return(invoice.name)
	credit_note.update_outstanding_for_self = 1
	credit_note.insert()
	credit_note.submit()
	assert received(customer) == {(payment.name, order.name): 1000}
	refund = make_payment_entry(credit_note)
	assert refund.payment_type == "Pay"
	assert received(customer) == {(payment.name, order.name): 1000, (refund.name, order.name): -1000}


def test_unpaid_invoice_with_credit_note_receives_nothing(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	credit_note = make_sales_return(invoice.name)
	credit_note.insert()
	credit_note.submit()
	assert received(customer) == {}


def test_write_off_journal_is_no_receipt(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	make_journal("Write Off Entry", [debit_row(write_off_account(), 300), credit_row(customer, 300, invoice)])
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 700
	assert received(customer) == {}


def test_bank_journal_counts_by_its_bank_share(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	journal = make_journal(
		"Bank Entry",
		[
			debit_row(bank_account(), 950),
			debit_row(write_off_account(), 50),
			credit_row(customer, 1000, invoice),
		],
	)
	assert received(customer) == {(journal.name, order.name): 950}


def test_cancelling_the_invoice_takes_its_receipt_back(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	make_payment_entry(invoice)
	assert sum(received(customer).values()) == 1000
	invoice.reload()
	invoice.cancel()
	assert received(customer) == {}


def test_reconciled_later_counts_at_the_date_of_the_payment(customer, order):
	day = add_days(nowdate(), -40)
	payment = make_payment_entry(customer=customer, amount=1000, posting_date=day)
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	assert received(customer) == {}
	reconcile(customer)
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	assert received(customer, until=day) == {(payment.name, order.name): 1000}
	assert received(customer, until=add_days(day, -1)) == {}
	assert received(customer, since=add_days(day, 1)) == {}


def test_foreign_currency_counts_what_the_bank_received(item):
	account = insert(
		"Account",
		account_name=frappe.generate_hash(length=8),
		company=company(),
		parent_account=frappe.db.get_value("Account", receivable(), "parent_account"),
		account_type="Receivable",
		account_currency="EUR",
	)
	customer = make_customer(
		default_currency="EUR", accounts=[{"company": company(), "account": account.name}]
	).name
	order = make_sales_order(customer, [(item, 1, 100)], submit=True, currency="EUR", conversion_rate=8)
	invoice = make_sales_invoice(sales_order=order.name, submit=True, debit_to=account.name)
	payment = make_payment_entry(invoice, submit=False, source_exchange_rate=8.1, received_amount=810)
	assert (payment.paid_amount, payment.base_received_amount) == (100, 810)
	payment.submit()
	assert received(customer) == {(payment.name, order.name): 810}


def test_cash_sale_counts_payments_less_change(customer, order):
	invoice = make_sales_invoice(sales_order=order.name)
	sell_for_cash(invoice, 1100)
	assert received(customer) == {(invoice.name, order.name): 1000}


def test_other_customers_and_companies_are_left_out(customer, order):
	make_payment_entry(order, 400)
	assert received(make_customer().name) == {}
	scope = Scope("Another Company", (customer,), getdate())
	assert receipts_on_orders(scope) == {}


def test_number_of_queries_does_not_grow_with_payments(customer, item):
	def count() -> int:
		queries = []
		plain = frappe.db.sql

		def counting(*arguments, **options):
			queries.append(arguments[0])
			return plain(*arguments, **options)

		frappe.db.sql = counting
		try:
			assert received(customer)
		finally:
			frappe.db.sql = plain
		return len(queries)

	def pay_one():
		order = make_sales_order(customer, [(item, 1, 1000)], submit=True)
		make_payment_entry(make_sales_invoice(sales_order=order.name, submit=True))

	pay_one()
	count()
	few = count()
	for _number in range(4):
		pay_one()
	assert count() == few


def test_amounts_are_exact_decimals(customer, order):
	payment = make_payment_entry(order, 333.33)
	receipts = receipts_on_orders(Scope(company(), (customer,), getdate()))
	assert [receipt.amount for receipt in receipts.values()] == [Decimal("333.33")]
	assert {key.payment_document for key in receipts} == {payment.name}
