"""Instalments that an order's own terms make due before its delivery (R32)."""

import frappe
import pytest
from frappe.utils import add_days

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.credit_setup import make_credit_policy, make_terms, qty_of, queries_of, standing
from tests.site.factories import (
	make_delivery_note,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
	make_user,
)

PREPAID = ((0, 30), (30, 70))


@pytest.fixture(autouse=True)
def policy():
	return make_credit_policy()


@pytest.fixture
def item():
	return make_item(cost=1, list_price=100).name


@pytest.fixture
def account():
	return make_key_account()


@pytest.fixture
def order(account, item):
	"""1,000, of which 300 are due today."""
	return make_sales_order(
		account.customer, [(item, 10, 100)], submit=True, payment_terms_template=make_terms(*PREPAID)
	)


def test_a_delivery_waits_for_the_instalment_that_is_due(order):
	sentence = f"terms of {order.name} make CNY 300.00 due before this delivery"
	with pytest.raises(PolicyViolation, match=sentence):
		make_delivery_note(sales_order=order.name, submit=True)
	make_payment_entry(order, 299.99)
	with pytest.raises(PolicyViolation, match="CNY 0.01 due"):
		make_delivery_note(sales_order=order.name, submit=True)
	make_payment_entry(frappe.get_doc("Sales Order", order.name), 0.01)
	assert make_delivery_note(sales_order=order.name, submit=True).docstatus == 1


def test_so_does_a_delivery_by_invoice(order):
	with pytest.raises(PolicyViolation, match="CNY 300.00 due"):
		make_sales_invoice(sales_order=order.name, update_stock=1, submit=True)
	make_payment_entry(order, 300)
	assert make_sales_invoice(sales_order=order.name, update_stock=1, submit=True).docstatus == 1


def test_an_order_and_an_invoice_without_goods_do_not_wait(order):
	assert order.kam_verdict == "Pass"
	assert make_sales_invoice(sales_order=order.name, submit=True).docstatus == 1


def test_a_payment_of_the_orders_invoice_counts(order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	assert unpaid(order) == 300
	make_payment_entry(invoice, 200)
	assert unpaid(order) == 100


def test_an_advance_that_an_invoice_took_up_counts_once(order):
	make_payment_entry(order, 200)
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.allocate_advances_automatically = 1
	invoice.set_advances()
	invoice.items[0].qty = 1
	invoice.advances[0].allocated_amount = 100
	invoice.save().submit()
	assert invoice.outstanding_amount == 0  # 100 of the advance are used up
	assert unpaid(order) == 100


def test_of_an_invoice_over_two_orders_each_gets_its_share(account, item, order):
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as map_order

	other = make_sales_order(account.customer, [(item, 30, 100)], submit=True)
	both = map_order(other.name, target_doc=map_order(order.name))
	invoice = both.insert().submit()
	make_payment_entry(invoice, 400)
	assert unpaid(order) == 300 - 100


def test_what_falls_due_later_is_not_asked_for_yet(account, item):
	terms = make_terms((1, 30), (30, 70))
	order = make_sales_order(account.customer, [(item, 1, 100)], submit=True, payment_terms_template=terms)
	assert make_delivery_note(sales_order=order.name, submit=True).docstatus == 1


def test_an_order_without_agreed_terms_has_no_instalment(account, item):
	order = make_sales_order(account.customer, [(item, 1, 100)], submit=True)
	assert [row.invoice_portion for row in order.payment_schedule] == [100]
	assert make_delivery_note(sales_order=order.name, submit=True).docstatus == 1


def test_two_rows_without_template_are_agreed(account, item):
	schedule = [
		{"due_date": add_days(None, days), "invoice_portion": 50, "payment_amount": 50} for days in (0, 9)
	]
	order = make_sales_order(account.customer, [(item, 1, 100)], submit=True, payment_schedule=schedule)
	assert unpaid(order) == 50


def test_an_exception_covers_the_amount_that_was_approved(order, as_user):
	delivery = make_delivery_note(sales_order=order.name)
	name = request_exception("Delivery Note", delivery.name, "Their cheque is in the post")
	with as_user(make_user("KAM Executive", "Stock User", "Sales User")):
		frappe.get_doc("Price Exception", name).submit()
	frappe.db.set_value("Payment Schedule", order.payment_schedule[0].name, "base_payment_amount", 301)
	with pytest.raises(PolicyViolation, match="CNY 301.00 due"):
		frappe.get_doc("Delivery Note", delivery.name).submit()
	frappe.db.set_value("Payment Schedule", order.payment_schedule[0].name, "base_payment_amount", 300)
	assert frappe.get_doc("Delivery Note", delivery.name).submit().kam_verdict == "Excepted"


def test_a_delivery_costs_no_query_more_than_an_order(account, order):
	assert queries_of(account, make_delivery_note(sales_order=order.name)) == queries_of(account)


def test_part_of_the_order_waits_for_the_whole_instalment(order):
	with pytest.raises(PolicyViolation, match="CNY 300.00 due"):
		qty_of(make_delivery_note(sales_order=order.name), 1)


def unpaid(order) -> float:
	delivery = make_delivery_note(sales_order=order.name)
	facts = standing(frappe.get_doc("Key Account", order.kam_key_account), delivery)
	return float(sum(instalment.unpaid for instalment in facts.instalments))
