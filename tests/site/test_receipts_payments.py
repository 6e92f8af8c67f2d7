"""What a Payment Entry brought to its orders (R38): the cases of docs/receipts.md."""

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request
from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import receipts_on_orders
from tests.site.factories import (
	bank_account,
	insert,
	make_customer,
	make_item,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
	unique,
)
from tests.site.receipt_setup import (
	company,
	cost_center,
	default_account,
	make_account,
	make_credit_note,
	make_invoice_of,
	pay,
	receivable,
	received,
	reconcile,
	set_cash,
	with_deduction,
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


@pytest.fixture
def invoice(order):
	return make_sales_invoice(sales_order=order.name, submit=True)


def other_order(order, amount: float = 500):
	return make_sales_order(order.customer, [(order.items[0].item_code, 1, amount)], submit=True)


def also(document, amount: float):
	"""The same payment allocates `amount` to one more document."""

	def change(payment):
		row = {
			"reference_doctype": document.doctype,
			"reference_name": document.name,
			"allocated_amount": amount,
		}
		payment.append("references", row)
		set_cash(payment.paid_amount + amount)(payment)

	return change


def test_one_payment_for_an_order_and_an_invoice(customer, order, invoice):
	advance = other_order(order)
	payment = pay(invoice, also(advance, 200))
	assert received(customer) == {(payment.name, order.name): 1000, (payment.name, advance.name): 200}


def test_one_payment_for_several_invoices_shares_its_deductions(customer, order, invoice):
	second = other_order(order)

	def change(payment):
		also(make_sales_invoice(sales_order=second.name, submit=True), 500)(payment)
		with_deduction(1470, 30)(payment)

	payment = pay(invoice, change)
	assert received(customer) == {(payment.name, order.name): 980, (payment.name, second.name): 490}


def test_bank_charges_are_not_received(customer, order, invoice):
	payment = pay(invoice, with_deduction(985, 15, make_account(write_off_account())))
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	assert received(customer) == {(payment.name, order.name): 985}


def test_other_income_in_the_payment_is_not_for_the_order(customer, order, invoice):
	payment = pay(invoice, with_deduction(1040, -40, default_account("default_income_account")))
	assert received(customer) == {(payment.name, order.name): 1000}


def test_dunning_fee_is_not_for_the_order(customer, item):
	past = add_days(nowdate(), -30)
	order = make_sales_order(
		customer, [(item, 1, 1000)], submit=True, transaction_date=past, delivery_date=past
	)
	invoice = make_sales_invoice(
		sales_order=order.name,
		submit=True,
		posting_date=past,
		due_date=add_days(past, 1),
		payment_schedule=[],
	)
	dunning = create_dunning(invoice.name)
	income = default_account("default_income_account")
	dunning.update({"dunning_fee": 60, "income_account": income, "cost_center": cost_center()})
	dunning.insert().submit()
	payment = get_payment_entry("Dunning", dunning.name, bank_account=bank_account())
	payment.update({"reference_no": "1", "reference_date": nowdate()})
	payment.insert().submit()
	assert payment.base_received_amount == 1060
	assert received(customer) == {(payment.name, order.name): 1000}


def test_early_payment_discount_of_the_terms_is_not_received(customer, item):
	term = {
		"description": "2 % within 10 days",
		"due_date": add_days(nowdate(), 30),
		"invoice_portion": 100,
		"discount_type": "Percentage",
		"discount": 2,
		"discount_date": add_days(nowdate(), 10),
	}
	order = make_sales_order(customer, [(item, 1, 1000)], submit=True)
	invoice = make_sales_invoice(sales_order=order.name, submit=True, payment_schedule=[term])
	frappe.db.set_value("Company", company(), "default_discount_account", make_account(write_off_account()))
	payment = get_payment_entry(
		"Sales Invoice", invoice.name, bank_account=bank_account(), reference_date=nowdate()
	)
	payment.update({"reference_no": "1", "reference_date": nowdate()})
	payment.insert().submit()
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	assert received(customer) == {(payment.name, order.name): 980}


def test_payment_netted_with_a_credit_note_counts_the_money_only(customer, order, invoice):
	"""As if the credit note had been reconciled first; a credit note is no receipt, in whichever order."""
	returned = other_order(order)
	credit_note = make_credit_note(make_sales_invoice(sales_order=returned.name, submit=True))
	payment = pay(invoice, also(credit_note, -500))
	assert payment.base_received_amount == 500
	assert received(customer) == {(payment.name, order.name): 500}


def test_credit_note_reconciled_first_gives_the_same(customer, order, invoice):
	returned = other_order(order)
	credited = make_sales_invoice(sales_order=returned.name, submit=True)
	payment_of_returned = make_payment_entry(credited)
	make_credit_note(credited)
	reconcile(customer)
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 500
	payment = make_payment_entry(frappe.get_doc("Sales Invoice", invoice.name))
	assert received(customer) == {
		(payment_of_returned.name, returned.name): 500,
		(payment.name, order.name): 500,
	}


def test_payment_into_another_account_than_bank_or_cash_is_no_receipt(customer, order, invoice):
	cheques = make_account(bank_account(), account_type="")
	payment = pay(invoice, lambda payment: payment.update({"paid_to": cheques}))
	assert (payment.docstatus, payment.base_received_amount) == (1, 1000)
	assert received(customer) == {}


def test_internal_transfer_is_no_receipt(customer, order):
	cash = make_account(bank_account(), account_type="Cash")
	insert(
		"Payment Entry",
		submit=True,
		payment_type="Internal Transfer",
		company=company(),
		paid_from=bank_account(),
		paid_to=cash,
		paid_amount=100,
		received_amount=100,
		reference_no="1",
		reference_date=nowdate(),
	)
	assert received(customer) == {}


def test_invoice_without_order_brings_no_order_anything(customer, item):
	make_payment_entry(make_sales_invoice(customer, [(item, 1, 1000)], submit=True))
	assert received(customer) == {}


def test_row_without_order_takes_its_part_of_the_payment(customer, order):
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.append("items", {"item_code": order.items[0].item_code, "qty": 1, "rate": 250})
	invoice.save()
	payment = make_payment_entry(invoice.submit(), 500)
	assert received(customer) == {(payment.name, order.name): 400}


def test_negative_row_without_order_makes_the_order_smaller_not_the_receipt_larger(customer, order):
	frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 1)
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.append("items", {"item_code": order.items[0].item_code, "qty": 1, "rate": -200})
	invoice.save()
	payment = make_payment_entry(invoice.submit())
	assert payment.base_received_amount == 800
	assert received(customer) == {(payment.name, order.name): 800}


def test_payment_request_leads_to_a_receipt(customer, order):
	request = make_payment_request(
		dt="Sales Order", dn=order.name, recipient_id="a@example.com", mute_email=1, submit_doc=0
	)
	request = frappe.get_doc(
		"Payment Request", request["name"] if isinstance(request, dict) else request.name
	)
	request.update({"payment_account": bank_account(), "grand_total": 300})
	request.save()
	request.submit()
	payment = request.create_payment_entry()
	assert payment.references[0].payment_request == request.name
	assert received(customer) == {(payment.name, order.name): 300}


def test_amended_payment_replaces_its_original(customer, order):
	payment = make_payment_entry(order, 400)
	payment.cancel()
	amended = frappe.copy_doc(payment)
	amended.update({"amended_from": payment.name, "docstatus": 0})
	set_cash(350)(amended)
	amended.references[0].allocated_amount = 350
	amended.insert().submit()
	assert received(customer) == {(amended.name, order.name): 350}


def test_cancelled_with_an_immutable_ledger_is_gone(customer, order):
	frappe.db.set_single_value("Accounts Settings", "enable_immutable_ledger", 1)
	payment = make_payment_entry(order, 400)
	payment.cancel()
	assert frappe.db.count("GL Entry", {"voucher_no": payment.name, "is_cancelled": 0}) == 4
	assert received(customer) == {}


def test_payment_for_an_opening_invoice_belongs_to_no_order(customer, order):
	opening = frappe.get_doc(
		{
			"doctype": "Opening Invoice Creation Tool",
			"company": company(),
			"invoice_type": "Sales",
			"invoices": [
				{
					"party": customer,
					"outstanding_amount": 700,
					"posting_date": add_days(nowdate(), -5),
					"due_date": add_days(nowdate(), -5),
					"temporary_opening_account": frappe.db.get_value(
						"Account", {"company": company(), "account_type": "Temporary"}
					),
					"item_name": "Opening",
					"qty": 1,
				}
			],
		}
	)
	names = opening.make_invoices()
	make_payment_entry(frappe.get_doc("Sales Invoice", names[0]))
	assert received(customer) == {}


def test_bank_in_another_currency_counts_what_it_was_worth(customer, order, invoice):
	"""The customer's account is in company currency, the bank in euros: gain or loss of the bank is received."""

	def change(payment):
		bank = make_account(bank_account(), account_currency="EUR", account_type="Bank")
		payment.update({"paid_to": bank, "paid_to_account_currency": "EUR", "target_exchange_rate": 8.1})
		payment.received_amount = 125
		row = {"account": default_account("exchange_gain_loss_account"), "cost_center": cost_center()}
		payment.append("deductions", row | {"amount": -12.5, "is_exchange_gain_loss": 1})

	payment = pay(invoice, change)
	assert payment.base_received_amount == 1012.5
	assert received(customer) == {(payment.name, order.name): 1012.5}


def make_euro_customer() -> tuple[str, str]:
	account = make_account(receivable(), account_type="Receivable", account_currency="EUR")
	accounts = [{"company": company(), "account": account}]
	return make_customer(default_currency="EUR", accounts=accounts).name, account


def test_foreign_payment_with_charges_and_a_rest_counts_its_part_of_the_bank(item):
	customer, account = make_euro_customer()
	order = make_sales_order(customer, [(item, 1, 100)], submit=True, currency="EUR", conversion_rate=8)
	invoice = make_sales_invoice(sales_order=order.name, submit=True, debit_to=account)

	def change(payment):
		payment.update({"paid_amount": 160, "received_amount": 1280, "source_exchange_rate": 8})

	payment = pay(invoice, change)
	assert (payment.unallocated_amount, payment.base_received_amount) == (60, 1280)
	assert received(customer) == {(payment.name, order.name): 800}


def test_invoice_of_orders_is_split_in_the_same_cents_when_paid_back(customer, item):
	orders = [make_sales_order(customer, [(item, 1, rate)], submit=True) for rate in (100, 200, 300)]
	invoice = make_invoice_of(orders)
	payment = make_payment_entry(invoice, 100)

	def change(payment):
		set_cash(100)(payment)
		payment.references[0].allocated_amount = -100

	refund = pay(make_credit_note(invoice), change)
	assert refund.payment_type == "Pay"
	parts = received(customer)
	assert [parts[(payment.name, order.name)] for order in orders] == [16.67, 33.33, 50]
	assert [parts[(refund.name, order.name)] for order in orders] == [-16.67, -33.33, -50]


def test_refund_of_a_credit_note_whose_rows_name_no_order_goes_to_the_order_of_its_invoice(
	customer, order, invoice
):
	payment = make_payment_entry(invoice)
	credit_note = make_credit_note(invoice)
	frappe.db.set_value("Sales Invoice Item", credit_note.items[0].name, "sales_order", None)
	refund = make_payment_entry(credit_note)
	assert received(customer) == {(payment.name, order.name): 1000, (refund.name, order.name): -1000}


def test_refund_of_an_advance_against_its_order(customer, order):
	payment = make_payment_entry(order, 400)
	refund = insert(
		"Payment Entry",
		submit=True,
		payment_type="Pay",
		party_type="Customer",
		party=customer,
		company=company(),
		paid_from=bank_account(),
		paid_to=receivable(),
		paid_amount=150,
		received_amount=150,
		reference_no=unique("Refund"),
		reference_date=nowdate(),
		references=[
			{"reference_doctype": "Sales Order", "reference_name": order.name, "allocated_amount": 150}
		],
	)
	assert received(customer) == {(payment.name, order.name): 400, (refund.name, order.name): -150}


def test_refund_without_reference_takes_the_receipt_back_once_it_is_reconciled(customer, order):
	make_payment_entry(order, 400)
	refund = make_payment_entry(customer=customer, amount=400, submit=False)
	refund.update({"payment_type": "Pay", "paid_from": bank_account(), "paid_to": receivable()})
	refund.save()
	refund.submit()
	assert sum(received(customer).values()) == 400
	reconcile(customer)
	assert received(customer) == {}


def test_payout_of_a_credit_that_is_for_no_order_takes_nothing_back(customer, order, item):
	"""A rebate settled by a credit note of its own and paid out by hand."""
	payment = make_payment_entry(order, 400)
	credit_note = insert(
		"Sales Invoice",
		submit=True,
		customer=customer,
		company=company(),
		is_return=1,
		items=[{"item_code": item, "qty": -1, "rate": 50}],
	)
	payout = make_payment_entry(credit_note)
	assert (payout.payment_type, payout.base_paid_amount) == ("Pay", 50)
	assert received(customer) == {(payment.name, order.name): 400}


def test_each_company_reads_its_own(customer, order):
	payment = make_payment_entry(order, 400)
	name = unique("Company")
	values = {"doctype": "Company", "company_name": name, "name": name, "abbr": name[-5:]}
	frappe.get_doc(values | {"default_currency": "CNY"}).db_insert()
	payment.db_set("company", name)
	assert received(customer) == {}
	scope = Scope(name, (customer,), getdate())
	assert [float(receipt.amount) for receipt in receipts_on_orders(scope).values()] == [400]
