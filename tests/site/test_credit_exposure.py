"""Exposure: outstanding + ordered, not billed + delivered, not billed, each once, less rebates (R31)."""

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as bill_delivery
from frappe.utils import add_days, nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.books import vat_row
from tests.site.credit_setup import exposure, make_credit_policy, qty_of
from tests.site.doors.prices_market import make_exchange_rate, make_pos_invoice
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_delivery_note,
	make_item,
	make_key_account,
	make_payment_entry,
	make_rebate_agreement,
	make_sales_invoice,
	make_sales_order,
	unique,
)
from tests.site.rebate_setup import Account, approve, make_people, receive, set_rebate_accounts


@pytest.fixture(autouse=True)
def policy():
	return make_credit_policy()


@pytest.fixture
def item():
	return make_item(cost=1, list_price=100).name


@pytest.fixture
def account():
	return make_key_account(credit_limit_override=1000)


def test_it_is_counted_with_tax(account, item):
	make_sales_order(account.customer, [(item, 1, 100)], submit=True, taxes=[vat_row()])
	make_delivery_note(account.customer, [(item, 1, 100)], submit=True, taxes=[vat_row()])
	make_sales_invoice(account.customer, [(item, 1, 100)], submit=True, taxes=[vat_row()])
	assert exposure(account) == 3 * 113


def test_a_document_discount_lowers_what_is_left_to_bill_and_to_deliver(account, item):
	discount = {"apply_discount_on": "Grand Total", "discount_amount": 100}
	make_sales_order(account.customer, [(item, 2, 200)], submit=True, **discount)
	make_delivery_note(account.customer, [(item, 2, 200)], submit=True, **discount)
	assert exposure(account) == 600


def test_drafts_and_cancelled_documents_never_count(account, item):
	make_sales_order(account.customer, [(item, 1, 100)])
	make_delivery_note(account.customer, [(item, 1, 100)])
	make_sales_invoice(account.customer, [(item, 1, 100)])
	make_sales_order(account.customer, [(item, 1, 100)], submit=True).cancel()
	assert exposure(account) == 0


def test_an_order_counts_once_through_delivery_and_billing(account, item):
	order = make_sales_order(account.customer, [(item, 10, 60)], submit=True)
	qty_of(make_delivery_note(sales_order=order.name), 7)
	assert exposure(account) == 600
	qty_of(make_sales_invoice(sales_order=order.name), 4)
	assert exposure(account) == 600
	qty_of(make_sales_invoice(sales_order=order.name), 6)
	assert exposure(account) == 600


def test_a_delivery_without_order_counts_once_through_billing(account, item):
	delivery = make_delivery_note(account.customer, [(item, 10, 60)], submit=True)
	assert exposure(account) == 600
	invoice = bill_delivery(delivery.name)
	invoice.insert()
	qty_of(invoice, 4)
	assert exposure(account) == 600


def test_goods_of_an_invoice_count_with_the_invoice(account, item):
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_delivery_note as deliver

	invoice = make_sales_invoice(account.customer, [(item, 10, 60)], submit=True)
	delivery = deliver(invoice.name)
	assert exposure(account, delivery.insert()) == 600
	delivery.submit()
	assert exposure(account) == 600


def test_of_a_closed_order_the_goods_delivered_and_not_billed_count(account, item):
	order = make_sales_order(account.customer, [(item, 10, 60)], submit=True)
	qty_of(make_delivery_note(sales_order=order.name), 7)
	qty_of(make_sales_invoice(sales_order=order.name), 4)
	order.reload()
	order.update_status("Closed")
	assert exposure(account) == 4 * 60 + 3 * 60


def test_a_closed_delivery_note_goes_on_counting(account, item):
	delivery = make_delivery_note(account.customer, [(item, 10, 60)], submit=True)
	delivery.update_status("Closed")
	assert exposure(account) == 600


def test_returned_goods_do_not_count(account, item):
	delivery = make_delivery_note(account.customer, [(item, 10, 60)], submit=True)
	return_goods(delivery, 4)
	assert exposure(account) == 360
	order = make_sales_order(account.customer, [(item, 5, 60)], submit=True)
	delivered = make_delivery_note(sales_order=order.name, submit=True)
	return_goods(delivered, 2)
	order.reload()
	order.update_status("Closed")
	assert exposure(account) == 360 + 180


def test_what_was_delivered_beyond_an_order_counts(account, item):
	frappe.db.set_value("Item", item, "over_delivery_receipt_allowance", 50)
	order = make_sales_order(account.customer, [(item, 10, 60)], submit=True)
	qty_of(make_delivery_note(sales_order=order.name), 12)
	assert exposure(account) == 720


def test_payments_and_advances_come_off_matched_or_not(account, item):
	order = make_sales_order(account.customer, [(item, 10, 60)], submit=True)
	make_payment_entry(order, 100)
	make_payment_entry(customer=account.customer, amount=50)
	assert exposure(account) == 450


def test_only_the_documents_company_counts(account, item):
	other = other_company()
	make_sales_order(account.customer, [(item, 1, 60)], submit=True)
	frappe.get_doc(
		"Sales Order", make_sales_order(account.customer, [(item, 1, 500)], submit=True).name
	).db_set("company", other)
	assert exposure(account) == 60


def test_foreign_documents_count_in_company_currency(item):
	make_exchange_rate(7)
	receivable = make_receivable("USD")
	customer = make_customer(default_currency="USD", accounts=[{"company": company(), "account": receivable}])
	account = make_key_account(customer.name)
	foreign = {"currency": "USD", "conversion_rate": 7}
	order = make_sales_order(account.customer, [(item, 10, 6)], submit=True, **foreign)
	qty_of(make_sales_invoice(sales_order=order.name), 4)
	make_delivery_note(account.customer, [(item, 10, 6)], submit=True, **foreign)
	assert exposure(account) == 420 + 420


def test_an_unpaid_sale_of_a_till_counts_until_it_is_consolidated(account, item):
	sale = make_pos_invoice(account.customer, [(item, 1, 500)], paid=500)
	frappe.db.set_value("POS Profile", sale.pos_profile, "allow_partial_payment", 1)
	sale.payments[0].amount = 200
	sale.save().submit()
	assert exposure(account) == 300
	sale.db_set("consolidated_invoice", "Somewhere")
	assert exposure(account) == 0


def test_cash_at_the_till_is_no_exposure(account, item):
	sale = make_pos_invoice(account.customer, [(item, 1, 5000)], paid=6000, update_stock=1)
	assert exposure(account, sale) == 0
	assert sale.submit().kam_verdict == "Pass"


def test_an_approved_rebate_comes_off_once_settled_or_not(item):
	file = make_key_account(tier=None)
	make_rebate_agreement(file.name, submit=True)
	account = Account(file.name, file.customer, item)
	set_rebate_accounts()
	receive(account.order(10000), 10000)
	before = exposure(account)
	request = approve(account.request(), make_people())
	assert request.total_rebate == 500
	assert exposure(account) == before - 500  # settled: a credit in the ledger
	frappe.get_doc("Journal Entry", request.settlement_document).cancel()
	assert exposure(account) == before - 500  # approved only


def test_update_items_counts_what_is_not_billed_of_the_order_once(account, item):
	order = make_sales_order(account.customer, [(item, 10, 60)], submit=True)
	qty_of(make_sales_invoice(sales_order=order.name), 4)
	change_quantity(order, 16)  # 4 billed and 12 to bill: 960
	with pytest.raises(PolicyViolation, match="exceeded by CNY 20.00"):
		change_quantity(order, 17)


def test_only_rows_without_order_add_to_a_delivery(account, item):
	order = make_sales_order(account.customer, [(item, 10, 60)], submit=True)
	delivery = make_delivery_note(sales_order=order.name)
	assert exposure(account, delivery) == 600
	delivery.append(
		"items", {"item_code": item, "qty": 1, "rate": 70, "warehouse": delivery.items[0].warehouse}
	)
	delivery.save()
	assert exposure(account, delivery) == 670


def test_a_row_of_another_customers_order_does_not_hide_a_delivery(account, item):
	stranger = make_sales_order(make_key_account().customer, [(item, 1, 500)], submit=True)
	delivery = make_delivery_note(account.customer, [(item, 1, 500)])
	delivery.items[0].so_detail = stranger.items[0].name
	assert exposure(account, delivery) == 500


def test_a_delivery_by_invoice_counts_its_own_amount_once_when_it_is_judged_late(account, item):
	"""A caller that skips validation is judged after posting: its own ledger rows are in the table by then."""
	invoice = make_sales_invoice(account.customer, [(item, 1, 1000)], update_stock=1)
	invoice.flags.ignore_validate = True
	assert invoice.submit().docstatus == 1
	assert exposure(account) == 1000


def test_an_advance_order_leaves_room_again_when_it_is_paid(account, item):
	order = make_sales_order(account.customer, [(item, 1, 1000)], submit=True)
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item, 1, 100)], submit=True)
	make_payment_entry(order, 100)
	assert make_sales_order(account.customer, [(item, 1, 100)], submit=True).docstatus == 1


def return_goods(delivery, quantity: float) -> None:
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	# As the desk sends it: ERPNext prepares a return when the document is made from its values.
	document = frappe.get_doc(make_return_doc("Delivery Note", delivery.name).as_dict())
	document.items[0].qty = -quantity
	document.insert().submit()


def change_quantity(order, quantity: float) -> None:
	row = frappe.get_doc("Sales Order", order.name).items[0]
	change = {
		"docname": row.name,
		"name": row.name,
		"item_code": row.item_code,
		"qty": quantity,
		"rate": row.rate,
		"delivery_date": add_days(nowdate(), 14),
		"conversion_factor": 1,
	}
	update_child_qty_rate("Sales Order", frappe.as_json([change]), order.name)


def make_receivable(currency: str) -> str:
	parent = frappe.get_value("Account", {"company": company(), "account_name": "Accounts Receivable"})
	values = {"account_name": unique("Debtors"), "parent_account": parent, "account_type": "Receivable"}
	return insert("Account", company=company(), account_currency=currency, **values).name


def other_company() -> str:
	name = unique("Company")
	frappe.get_doc(
		{"doctype": "Company", "company_name": name, "abbr": name[-5:], "default_currency": "CNY"}
	).db_insert()
	return name
