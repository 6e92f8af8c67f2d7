"""Advances count once, for their order and at their date, however they are reconciled (R38)."""

import frappe
import pytest
from erpnext.accounts.doctype.process_payment_reconciliation.process_payment_reconciliation import (
	fetch_and_allocate,
	reconcile_based_on_filters,
)
from erpnext.accounts.doctype.process_payment_reconciliation.process_payment_reconciliation import (
	reconcile as reconcile_step,
)
from erpnext.accounts.doctype.repost_payment_ledger.repost_payment_ledger import execute_repost_payment_ledger
from frappe.utils import add_days, nowdate

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
	make_account,
	make_invoice_of,
	make_journal,
	pay,
	receivable,
	received,
	reconcile,
	unreconcile,
	with_deduction,
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


def outstanding(invoice) -> float:
	return frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount")


def test_reconciled_by_the_tool(customer, order):
	make_payment_entry(order, 400)
	before = received(customer)
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	reconcile(customer)
	assert outstanding(invoice) == 600
	assert received(customer) == before != {}


def test_reconciled_by_the_process_in_the_background(customer, order):
	make_payment_entry(order, 400)
	before = received(customer)
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	process = insert(
		"Process Payment Reconciliation",
		submit=True,
		company=company(),
		party_type="Customer",
		party=customer,
		receivable_payable_account=receivable(),
		default_advance_account=make_account(receivable(), account_type="Receivable"),
	)
	for step in (reconcile_based_on_filters, fetch_and_allocate, reconcile_step):
		step(process.name)
	assert outstanding(invoice) == 600
	assert received(customer) == before != {}


def test_with_a_deduction_and_taken_by_two_invoices_bit_by_bit(customer, item):
	order = make_sales_order(customer, [(item, 4, 250)], submit=True)
	payment = pay(order, with_deduction(940, 60))
	before = received(customer)
	assert before == {(payment.name, order.name): 940}
	for _number in range(2):
		invoice = make_sales_invoice(sales_order=order.name)
		invoice.items[0].qty = 1
		invoice.allocate_advances_automatically = 1
		invoice.save()
		invoice.submit()
		assert outstanding(invoice) == 0
		assert received(customer) == before


def test_in_odd_cents_over_three_orders_of_one_payment(customer, item):
	orders = [make_sales_order(customer, [(item, 3, 33.33)], submit=True) for _number in range(3)]

	def change(payment):
		for order in orders[1:]:
			row = {"reference_doctype": "Sales Order", "reference_name": order.name}
			payment.append("references", row | {"allocated_amount": 99.99})
		with_deduction(283.30, 16.67)(payment)

	pay(orders[0], change)
	before = received(customer)
	assert sorted(before.values()) == [94.43, 94.43, 94.44]
	invoice = make_sales_invoice(sales_order=orders[1].name)
	invoice.items[0].qty = 1
	invoice.allocate_advances_automatically = 1
	invoice.save()
	invoice.submit()
	assert received(customer) == before


@pytest.mark.parametrize(
	"effect", ["Advance Payment Date", "Oldest Of Invoice Or Advance", "Reconciliation Date"]
)
def test_in_an_account_of_its_own(customer, order, effect):
	account = make_account(
		frappe.db.get_value("Company", company(), "default_payable_account"), account_type="Receivable"
	)
	values = {
		"book_advance_payments_in_separate_party_account": 1,
		"default_advance_received_account": account,
		"reconciliation_takes_effect_on": effect,
	}
	frappe.db.set_value("Company", company(), values)
	frappe.clear_document_cache("Company", company())
	day = add_days(nowdate(), -40)
	payment = make_payment_entry(order, 400, posting_date=day)
	assert payment.book_advance_payments_in_separate_party_account
	before = received(customer, until=day)
	assert before == {(payment.name, order.name): 400}
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	reconcile(customer, default_advance_account=account)
	assert outstanding(invoice) == 600
	assert received(customer, until=day) == received(customer) == before


def test_one_advance_of_two_orders_taken_by_one_invoice(customer, item):
	orders = [make_sales_order(customer, [(item, 1, rate)], submit=True) for rate in (300, 700)]

	def change(payment):
		row = {"reference_doctype": "Sales Order", "reference_name": orders[1].name, "allocated_amount": 50}
		payment.append("references", row)
		payment.paid_amount = payment.received_amount = 250

	payment = pay(orders[0], change, amount=200)
	before = received(customer)
	assert before == {(payment.name, orders[0].name): 200, (payment.name, orders[1].name): 50}
	make_invoice_of(orders, allocate_advances_automatically=1)
	assert received(customer) == before


def test_moved_to_an_invoice_of_another_order_it_counts_for_that_one(customer, order, item):
	payment = make_payment_entry(order, 400)
	other = make_sales_order(customer, [(item, 1, 900)], submit=True)
	make_sales_invoice(sales_order=other.name, submit=True)
	reconcile(customer)
	assert received(customer) == {(payment.name, other.name): 400}


def test_taken_by_an_invoice_without_order_it_stays_with_its_order(customer, order, item):
	payment = make_payment_entry(order, 400)
	make_sales_invoice(customer, [(item, 1, 400)], submit=True)
	reconcile(customer)
	assert received(customer) == {(payment.name, order.name): 400}


def test_unreconciled_from_its_invoice_it_belongs_to_no_order_until_it_is_allocated_again(customer, order):
	payment = make_payment_entry(order, 400)
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	reconcile(customer)
	unreconcile(payment, invoice)
	assert outstanding(invoice) == 1000
	assert received(customer) == {}
	reconcile(customer)
	assert received(customer) == {(payment.name, order.name): 400}


def test_cancelling_its_invoice_frees_it(customer, order):
	payment = make_payment_entry(order, 400)
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	reconcile(customer)
	invoice.reload()
	invoice.cancel()
	payment.reload()
	assert payment.unallocated_amount == 400
	assert received(customer) == {}


def test_cancelling_its_order_frees_it_for_the_amended_one(customer, order):
	frappe.db.set_single_value("Accounts Settings", "unlink_advance_payment_on_cancelation_of_order", 1)
	payment = make_payment_entry(order, 400)
	order.reload()
	order.cancel()
	assert received(customer) == {}
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.insert().submit()
	make_sales_invoice(sales_order=amended.name, submit=True)
	reconcile(customer)
	assert received(customer) == {(payment.name, amended.name): 400}


def test_by_journal_counts_as_one_by_payment(customer, order):
	journal = make_journal(
		"Bank Entry",
		[debit_row(bank_account(), 400), credit_row(customer, 400, order, is_advance="Yes")],
	)
	before = received(customer)
	assert before == {(journal.name, order.name): 400}
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	reconcile(customer)
	assert outstanding(invoice) == 600
	assert received(customer) == before


def test_by_journal_without_reference_counts_when_reconciled_at_its_own_date(customer, order):
	day = add_days(nowdate(), -40)
	rows = [debit_row(bank_account(), 400), credit_row(customer, 400, is_advance="Yes")]
	journal = make_journal("Bank Entry", rows, posting_date=day)
	make_sales_invoice(sales_order=order.name, submit=True)
	assert received(customer) == {}
	reconcile(customer)
	assert received(customer, until=day) == {(journal.name, order.name): 400}


def test_a_repost_of_the_payment_ledger_changes_nothing(customer, order, jobs):
	payment = make_payment_entry(order, 400)
	make_sales_invoice(sales_order=order.name, submit=True)
	reconcile(customer)
	before = received(customer)
	entries = set(frappe.get_all("Payment Ledger Entry", {"voucher_no": payment.name}, pluck="name"))
	repost = insert(
		"Repost Payment Ledger",
		submit=True,
		company=company(),
		posting_date=nowdate(),
		voucher_type="Payment Entry",
		add_manually=1,
		repost_vouchers=[{"voucher_type": "Payment Entry", "voucher_no": payment.name}],
	)
	execute_repost_payment_ledger(repost.name)
	jobs.run()
	assert entries.isdisjoint(
		frappe.get_all("Payment Ledger Entry", {"voucher_no": payment.name}, pluck="name")
	)
	assert received(customer) == before != {}
