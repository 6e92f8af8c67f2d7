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


@pytest.fixture
def customer():
	return make_customer().name


@pytest.fixture
def item():
	return make_item(list_price=1000).name


@pytest.fixture
def order(customer, item):
	return make_sales_order(customer, [(item, 1, 1000)], submit=True)


def received(customer, until=None, since=None) -> dict:
	"""{(payment, order): amount} as floats."""
	scope = Scope(company(), (customer,), getdate(until), getdate(since) if since else None)
	return {
		(key.payment_document, key.sales_order): float(receipt.amount)
		for key, receipt in receipts_on_orders(scope).items()
	}


def receivable() -> str:
	return frappe.db.get_value("Company", company(), "default_receivable_account")


def write_off_account() -> str:
	return frappe.db.get_value("Company", company(), "write_off_account")


def make_journal(voucher_type: str, rows: list[dict], **fields):
	cost_center = frappe.db.get_value("Company", company(), "cost_center")
	values = {
		"voucher_type": voucher_type,
		"company": company(),
		"posting_date": nowdate(),
		"cheque_no": "1",
		"cheque_date": nowdate(),
		"accounts": [row | {"cost_center": cost_center} for row in rows],
	}
	return insert("Journal Entry", submit=True, **values | fields)


def credit_row(customer: str, amount: float, reference=None) -> dict:
	row = {
		"account": receivable(),
		"party_type": "Customer",
		"party": customer,
		"credit_in_account_currency": amount,
	}
	return row | (
		{"reference_type": reference.doctype, "reference_name": reference.name} if reference else {}
	)


def debit_row(account: str, amount: float) -> dict:
	return {"account": account, "debit_in_account_currency": amount}


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
	tool = frappe.get_doc(
		{
			"doctype": "Payment Reconciliation",
			"company": company(),
			"party_type": "Customer",
			"party": customer,
			"receivable_payable_account": receivable(),
		}
	)
	tool.get_unreconciled_entries()
	tool.allocate_entries(
		{
			"invoices": [row.as_dict() for row in tool.invoices],
			"payments": [row.as_dict() for row in tool.payments],
		}
	)
	tool.reconcile()
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
	mode = frappe.get_doc("Mode of Payment", "Cash")
	if not any(row.company == company() for row in mode.accounts):
		mode.append("accounts", {"company": company(), "default_account": bank_account()})
		mode.save()
	invoice.update({"is_pos": 1, "account_for_change_amount": bank_account()})
	invoice.append("payments", {"mode_of_payment": "Cash", "amount": 1100, "account": bank_account()})
	invoice.save()
	invoice.submit()
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
