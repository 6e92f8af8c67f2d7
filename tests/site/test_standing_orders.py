"""The rebate rate follows the order as it stands: returned, credited, closed, changed (R38)."""

import frappe
import pytest
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from erpnext.selling.doctype.sales_order.sales_order import close_or_unclose_sales_orders
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as invoice_of_delivery

from kam_extension.integration.rebates.standing_orders import standing_shares
from tests.site.factories import (
	make_delivery_note,
	make_item,
	make_rebate_agreement,
	make_sales_invoice,
	make_sales_order,
)
from tests.site.query_count import count_queries
from tests.site.rebate_setup import (
	approve,
	invoice_of,
	make_people,
	make_rebate_account,
	receive,
	rows_of,
	set_rebate_accounts,
)
from tests.site.receipt_setup import default_account, make_credit_note, reconcile


@pytest.fixture
def account():
	set_rebate_accounts()
	return make_rebate_account()


def make_order(account, *amounts: float, item: str | None = None, **fields):
	"""An order of ten pieces a row."""
	lines = [(item or account.item, 10, amount / 10) for amount in amounts]
	return make_sales_order(account.customer, lines, submit=True, **fields)


def share(order) -> float:
	closed = frappe.db.get_value("Sales Order", order.name, "status") == "Closed"
	return float(standing_shares({order.name}, {order.name} if closed else set())[order.name])


def close(order) -> None:
	close_or_unclose_sales_orders(frappe.as_json([order.name]), "Closed")


def invoice_part(order, quantity: float):
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.items = invoice.items[:1]
	invoice.items[0].qty = quantity
	invoice.save()
	return invoice.submit()


def make_stock_item() -> str:
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
	return make_item(cost=1, list_price=1000, is_stock_item=1, valuation_rate=1).name


def make_delivery_return(delivery, quantity: float, **fields):
	returned = make_return_doc("Delivery Note", delivery.name)
	returned.update(fields)
	returned.items[0].qty = -quantity
	returned.insert()
	return returned.submit()


def test_an_untouched_order_stands_as_ordered(account):
	order = make_order(account, 1000)
	assert share(order) == 1
	invoice_part(order, 4)
	assert share(order) == 1


def test_a_closed_order_stands_for_what_was_invoiced(account):
	order = make_order(account, 1000)
	invoice_part(order, 4)
	close(order)
	assert share(order) == 0.4
	close_or_unclose_sales_orders(frappe.as_json([order.name]), "Draft")
	assert share(order) == 1


def test_a_closed_order_without_invoice_stands_for_nothing(account):
	order = make_order(account, 1000)
	close(order)
	assert share(order) == 0


def test_a_credit_note_is_deducted_and_what_is_invoiced_anew_comes_back(account):
	order = make_order(account, 1000)
	make_credit_note(invoice_part(order, 10), 3, update_billed_amount_in_sales_order=1)
	assert share(order) == 0.7
	invoice_part(order, 2)
	assert share(order) == 0.9


def test_a_cancelled_credit_note_is_forgotten(account):
	order = make_order(account, 1000)
	credit_note = make_credit_note(invoice_part(order, 10), 3)
	credit_note.reload()
	credit_note.cancel()
	assert share(order) == 1


def test_a_credit_note_on_a_closed_order_is_deducted_from_its_invoices(account):
	order = make_order(account, 1000)
	make_credit_note(invoice_part(order, 6), 2)
	close(order)
	assert share(order) == 0.4


def test_a_credit_note_whose_rows_name_no_order_falls_on_the_orders_of_its_invoice(account):
	order = make_order(account, 1000)
	credit_note = make_credit_note(invoice_part(order, 10), 2, submit=False)
	credit_note.submit()
	names = {"sales_order": None, "so_detail": None}
	frappe.db.set_value("Sales Invoice Item", credit_note.items[0].name, names)
	assert share(order) == 0.8


def test_goods_that_came_back_are_deducted_and_forgotten_when_they_are_delivered_again(account):
	order = make_order(account, 1000, item=make_stock_item())
	delivery = make_delivery_note(sales_order=order.name, submit=True)
	make_delivery_return(delivery, 3)
	assert share(order) == 0.7
	again = make_delivery_note(sales_order=order.name)
	again.items[0].qty = 3
	again.save()
	again.submit()
	assert share(order) == 1


def test_goods_returned_and_credited_count_once(account):
	order = make_order(account, 1000, item=make_stock_item())
	delivery = make_delivery_note(sales_order=order.name, submit=True)
	invoice = invoice_of(order)
	make_delivery_return(delivery, 3)
	assert share(order) == 0.7
	make_credit_note(invoice, 3)
	assert share(order) == 0.7


def test_a_delivery_return_that_issues_its_credit_note_counts_once(account):
	order = make_order(account, 1000, item=make_stock_item())
	delivery = make_delivery_note(sales_order=order.name, submit=True)
	invoice_of_delivery(delivery.name).insert().submit()
	make_delivery_return(delivery, 4, issue_credit_note=1)
	assert frappe.db.exists("Sales Invoice", {"customer": account.customer, "is_return": 1, "docstatus": 1})
	assert share(order) == 0.6


def test_one_row_returned_and_another_credited_are_both_deducted(account):
	goods = make_stock_item()
	lines = [(goods, 10, 50), (account.item, 10, 50)]
	order = make_sales_order(account.customer, lines, submit=True)
	invoice = invoice_of(order)
	delivery = make_delivery_note(sales_order=order.name)
	delivery.items = [row for row in delivery.items if row.item_code == goods]
	delivery.save()
	make_delivery_return(delivery.submit(), 2)
	credit_note = make_credit_note(invoice, submit=False)
	credit_note.items = [row for row in credit_note.items if row.item_code == account.item]
	credit_note.items[0].qty = -1
	credit_note.save()
	credit_note.submit()
	assert share(order) == 0.85


def test_number_of_queries_does_not_grow_with_orders(account):
	orders = [make_order(account, 1000) for _number in range(4)]
	for order in orders:
		make_credit_note(invoice_part(order, 10), 3)

	one = count_queries(lambda: standing_shares({orders[0].name}, set()))
	assert count_queries(lambda: standing_shares({order.name for order in orders}, set())) == one


# What it does to the rebate


def test_a_million_mostly_returned_falls_to_the_lowest_band_and_the_next_request_nets_it(account):
	people = make_people()
	order = make_order(account, 1_000_000)
	invoice = invoice_of(order)
	payment = receive(invoice, 300_000)
	approve(account.request(), people)
	make_credit_note(invoice, 9)
	request = account.request()
	assert rows_of(request) == [(payment.name, order.name, 0, -15_000)]
	assert (request.receipts[0].rebate_rate, request.receipts[0].order_amount) == (5, 100_000)


def test_the_refund_of_a_return_and_the_lower_rate_are_both_netted_once(account):
	people = make_people()
	order = make_order(account, 1_000_000)
	invoice = invoice_of(order)
	payment = receive(invoice)
	approve(account.request(), people)
	refund = receive(make_credit_note(invoice, 9))
	request = account.request()
	# 100,000 at 5 % is what is left of 1,000,000 at 10 %.
	assert request.total_rebate == -95_000
	assert [row[:2] for row in rows_of(request)] == [(payment.name, order.name), (refund.name, order.name)]


def test_closed_order_earns_by_what_was_invoiced(account):
	order = make_order(account, 400_000)
	receive(invoice_part(order, 2))
	assert account.request().receipts[0].rebate_rate == 8
	close(order)
	row = account.request().receipts[0]
	assert (row.rebate_rate, row.order_amount, row.collected_amount) == (5, 80_000, 80_000)


def test_negative_charges_shrink_with_the_order(account):
	"""220,000 less 20,000: N is 200,000. Of two thirds of it, N is two thirds."""
	charge = {"charge_type": "Actual", "description": "Bonus", "tax_amount": -30_000}
	charge["account_head"] = default_account("default_income_account")
	order = make_order(account, 330_000, taxes=[charge])
	assert order.kam_effective_net == 300_000
	receive(order, 1000)
	assert account.request().receipts[0].rebate_rate == 8
	invoice = invoice_part(order, 10)
	credited = make_credit_note(invoice, 3)
	assert credited.net_total == -99_000
	request = account.request()
	assert request.receipts[0].rebate_rate == 8
	make_credit_note(invoice, 1)
	assert account.request().receipts[0].rebate_rate == 5


def test_a_special_rate_does_not_follow_the_order():
	account = make_rebate_account(rate_source="Special", special_rate=7)
	order = make_order(account, 400_000)
	receive(invoice_part(order, 2))
	close(order)
	assert account.request().receipts[0].rebate_rate == 7


def test_claims_of_a_cancelled_order_are_taken_back_and_its_amendment_earns(account):
	people = make_people()
	frappe.db.set_single_value("Accounts Settings", "unlink_advance_payment_on_cancelation_of_order", 1)
	order = make_order(account, 1000)
	payment = receive(order, 400)
	approve(account.request(), people)
	order.reload()
	order.cancel()
	assert [row[0::2] for row in rows_of(account.request())] == [(payment.name, -400)]
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.insert().submit()
	payment.reload()
	invoice_of(amended)
	reconcile(account.customer)
	request = account.request()
	assert rows_of(request) == [
		(payment.name, order.name, -400, -20),
		(payment.name, amended.name, 400, 20),
	]


def test_agreement_that_names_the_original_covers_its_amendment():
	account = make_rebate_account()
	order = make_order(account, 1000)
	frappe.get_doc("Rebate Agreement", {"key_account": account.name}).cancel()
	named = [{"reference_doctype": "Sales Order", "reference_name": order.name}]
	make_rebate_agreement(account.name, submit=True, rate_source="Special", special_rate=6, orders=named)
	order.reload()
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.insert().submit()
	receive(amended, 400)
	assert account.request().total_rebate == 24
