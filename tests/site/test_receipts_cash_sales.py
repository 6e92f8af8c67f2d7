"""What was paid on the spot (R38): invoices with payment and the point of sale."""

import frappe
import pytest
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

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
	cash_mode,
	cost_center,
	make_account,
	receivable,
	received,
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


def test_write_off_on_the_invoice_is_not_received(customer, order):
	invoice = make_sales_invoice(sales_order=order.name)
	sell_for_cash(
		invoice,
		990,
		write_off_amount=10,
		write_off_account=write_off_account(),
		write_off_cost_center=cost_center(),
	)
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	assert received(customer) == {(invoice.name, order.name): 990}


def test_paid_partly_on_the_spot_and_the_rest_later(customer, order):
	invoice = sell_for_cash(make_sales_invoice(sales_order=order.name), 300)
	payment = make_payment_entry(frappe.get_doc("Sales Invoice", invoice.name))
	assert received(customer) == {(invoice.name, order.name): 300, (payment.name, order.name): 700}


def test_mode_of_payment_that_is_no_money(customer, order):
	voucher = frappe.get_doc({"doctype": "Mode of Payment", "mode_of_payment": "Voucher", "type": "General"})
	account = make_account(receivable(), account_type="")
	voucher.append("accounts", {"company": company(), "default_account": account})
	voucher.insert()
	sell_for_cash(make_sales_invoice(sales_order=order.name), 1000, mode=voucher.name, account=account)
	assert received(customer) == {}


def test_return_with_refund_on_the_spot_is_negative(customer, order):
	invoice = sell_for_cash(make_sales_invoice(sales_order=order.name), 1000)
	credit_note = make_sales_return(invoice.name)
	assert credit_note.payments[0].amount == -1000
	credit_note.insert().submit()
	assert received(customer) == {
		(invoice.name, order.name): 1000,
		(credit_note.name, order.name): -1000,
	}


@pytest.fixture
def pos_profile():
	return frappe.get_doc(
		{
			"doctype": "POS Profile",
			"name": frappe.generate_hash(length=8),
			"company": company(),
			"warehouse": frappe.db.get_value("Warehouse", {"company": company(), "warehouse_name": "Stores"}),
			"write_off_account": write_off_account(),
			"write_off_cost_center": cost_center(),
			"income_account": frappe.db.get_value("Company", company(), "default_income_account"),
			"expense_account": write_off_account(),
			"cost_center": cost_center(),
			"selling_price_list": "Standard Selling",
			"currency": "CNY",
			"payments": [{"mode_of_payment": cash_mode(), "default": 1}],
		}
	).insert()


def make_pos_invoice(profile, customer: str, item: str, order=None):
	row = {"item_code": item, "qty": 1, "rate": 1000}
	if order:
		row |= {"sales_order": order.name, "so_detail": order.items[0].name}
	return frappe.get_doc(
		{
			"doctype": "POS Invoice",
			"is_pos": 1,
			"pos_profile": profile.name,
			"company": company(),
			"customer": customer,
			"currency": "CNY",
			"items": [row],
			"payments": [{"mode_of_payment": "Cash", "account": bank_account(), "amount": 1000}],
		}
	).insert()


def consolidate(invoices: list) -> list:
	from erpnext.accounts.doctype.pos_invoice_merge_log.pos_invoice_merge_log import consolidate_pos_invoices

	consolidate_pos_invoices(
		pos_invoices=[
			frappe._dict(
				pos_invoice=invoice.name,
				customer=invoice.customer,
				is_return=0,
				posting_date=invoice.posting_date,
				grand_total=invoice.grand_total,
			)
			for invoice in invoices
		]
	)
	return [frappe.db.get_value("POS Invoice", invoice.name, "consolidated_invoice") for invoice in invoices]


def test_point_of_sale_counts_once_consolidated_for_each_customer(customer, order, item, pos_profile):
	from erpnext.accounts.doctype.pos_opening_entry.test_pos_opening_entry import create_opening_entry

	create_opening_entry(pos_profile, frappe.session.user)
	other = make_customer().name
	second = make_sales_order(other, [(item, 1, 1000)], submit=True)
	sold = [
		make_pos_invoice(pos_profile, customer, item, order).submit(),
		make_pos_invoice(pos_profile, other, item, second).submit(),
	]
	assert received(customer, other) == {}
	consolidated = consolidate(sold)
	assert len(set(consolidated)) == 2
	assert received(customer, other) == {}
