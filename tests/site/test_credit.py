"""Credit limit, overdue days and suspension before orders and deliveries (R31, R32)."""

import frappe
import pytest

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	make_delivery_note,
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
)


@pytest.fixture(autouse=True)
def policy():
	return make_policy(
		margin_action="Off", price_action="Off", unknown_cost_action="Off", credit_action="Block"
	)


@pytest.fixture
def item():
	return make_item(cost=1, list_price=100).name


def test_exposure_up_to_the_limit_passes_and_a_cent_more_does_not(item):
	account = make_key_account(credit_limit_override=1000)
	make_sales_order(account.customer, [(item, 1, 600)], submit=True)
	make_sales_invoice(account.customer, [(item, 1, 300)], submit=True)
	with pytest.raises(PolicyViolation, match="credit limit"):
		make_sales_order(account.customer, [(item, 1, 100.01)], submit=True)
	assert make_sales_order(account.customer, [(item, 1, 100)], submit=True).kam_verdict == "Pass"


def test_an_order_is_counted_once_when_it_is_billed(item):
	account = make_key_account(credit_limit_override=1000)
	order = make_sales_order(account.customer, [(item, 1, 600)], submit=True)
	make_sales_invoice(sales_order=order.name, submit=True)
	assert make_sales_order(account.customer, [(item, 1, 400)], submit=True).kam_verdict == "Pass"


def test_of_a_partly_billed_order_the_rest_counts(item):
	account = make_key_account(credit_limit_override=1000)
	order = make_sales_order(account.customer, [(item, 2, 300)], submit=True)
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.items[0].qty = 1
	invoice.save().submit()
	assert make_sales_order(account.customer, [(item, 1, 400)], submit=True).kam_verdict == "Pass"
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item, 1, 0.01)], submit=True)


def test_a_delivery_of_a_counted_order_adds_nothing(item):
	account = make_key_account(credit_limit_override=1000)
	order = make_sales_order(account.customer, [(item, 1, 1000)], submit=True)
	assert make_delivery_note(sales_order=order.name, submit=True).docstatus == 1


def test_overdue_beyond_the_tiers_days_is_blocked(item):
	account = make_key_account(account_class="Major", tier="A")  # 60 days
	make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, **due(60))
	assert make_sales_order(account.customer, [(item, 1, 10)], submit=True).kam_verdict == "Pass"
	make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, **due(61))
	with pytest.raises(PolicyViolation, match="61 days"):
		make_sales_order(account.customer, [(item, 1, 10)], submit=True)


def test_a_suspended_account_orders_and_gets_nothing(item):
	account = make_key_account(status="Suspended")
	for make in (make_sales_order, make_delivery_note):
		with pytest.raises(PolicyViolation, match="suspended"):
			make(account.customer, [(item, 1, 10)], submit=True)
	assert make_quotation(account.customer, [(item, 1, 10)], submit=True).docstatus == 1


def test_no_exception_covers_a_suspension(item):
	account = make_key_account(status="Suspended")
	order = make_sales_order(account.customer, [(item, 1, 10)])
	with pytest.raises(frappe.ValidationError, match="lift the suspension"):
		request_exception(order.doctype, order.name, "Please")


def due(days: int) -> dict:
	from frappe.utils import add_days

	date = add_days(None, -days)
	return {"posting_date": date, "due_date": date}
