"""Credit limit, overdue days and suspension before orders and deliveries (R31, R32)."""

import frappe
import pytest

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.credit_setup import due, make_credit_policy
from tests.site.factories import (
	make_delivery_note,
	make_item,
	make_key_account,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
	make_user,
)


@pytest.fixture(autouse=True)
def policy(request):
	return make_credit_policy(**getattr(request, "param", {}))


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
	with pytest.raises(PolicyViolation, match="suspended"):
		make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, update_stock=1)
	assert make_quotation(account.customer, [(item, 1, 10)], submit=True).docstatus == 1


def test_goods_of_an_order_from_before_the_suspension_stay_here(item):
	account = make_key_account()
	order = make_sales_order(account.customer, [(item, 2, 10)], submit=True)
	account.reload()
	account.status = "Suspended"
	account.save()
	with pytest.raises(PolicyViolation, match="suspended"):
		make_delivery_note(sales_order=order.name, submit=True)
	with pytest.raises(PolicyViolation, match="suspended"):
		make_sales_invoice(sales_order=order.name, submit=True, update_stock=1)
	assert make_sales_invoice(sales_order=order.name, submit=True).docstatus == 1


def test_a_delivery_of_an_order_is_judged_as_well(item):
	account = make_key_account(credit_limit_override=1000)
	order = make_sales_order(account.customer, [(item, 1, 600)], submit=True)
	make_sales_invoice(account.customer, [(item, 1, 400.01)], submit=True)
	with pytest.raises(PolicyViolation, match="exceeded by CNY 0.01"):
		make_delivery_note(sales_order=order.name, submit=True)
	with pytest.raises(PolicyViolation, match="exceeded by CNY 0.01"):
		make_sales_invoice(sales_order=order.name, submit=True, update_stock=1)


@pytest.mark.parametrize("policy", [{"margin_action": "Block", "price_action": "Block"}], indirect=True)
def test_one_message_names_all_broken_rules(item, policy):
	account = make_key_account(credit_limit_override=1000)
	make_sales_invoice(account.customer, [(item, 1, 100)], submit=True, **due(61))
	dear = make_item(cost=900, list_price=2000).name
	with pytest.raises(PolicyViolation) as refused:
		make_sales_order(account.customer, [(dear, 1, 1000)], submit=True)
	for part in (
		"it must be at least CNY 1,080.00",
		"CNY 1,700.00",
		"exceeded by CNY 100.00",
		"61 days late",
	):
		assert part in str(refused.value)


def test_an_exception_covers_credit_up_to_what_was_approved(item, as_user):
	account = make_key_account(credit_limit_override=1000)
	order = make_sales_order(account.customer, [(item, 1, 1500)])
	name = request_exception(order.doctype, order.name, "A payment is on its way")
	with as_user(make_user("KAM Executive", "Sales User")):
		frappe.get_doc("Price Exception", name).submit()
	bill = make_sales_invoice(account.customer, [(item, 1, 0.01)], submit=True)
	with pytest.raises(PolicyViolation, match="CNY 1,500.01"):
		frappe.get_doc(order.doctype, order.name).submit()
	bill.cancel()
	assert frappe.get_doc(order.doctype, order.name).submit().kam_verdict == "Excepted"


def test_erpnexts_own_limit_still_throws_and_ours_does_not_change_it(item):
	account = make_key_account(credit_limit_override=1000)
	customer = frappe.get_doc("Customer", account.customer)
	customer.append("credit_limits", {"company": account.company, "credit_limit": 500})
	customer.save()
	with pytest.raises(frappe.ValidationError, match="[Cc]redit limit") as refused:
		make_sales_order(account.customer, [(item, 1, 501)], submit=True)
	assert not isinstance(refused.value, PolicyViolation)
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item, 1, 1001)], submit=True)
	customer.reload()
	assert [row.credit_limit for row in customer.credit_limits] == [500]


def test_no_exception_covers_a_suspension(item):
	account = make_key_account(status="Suspended")
	order = make_sales_order(account.customer, [(item, 1, 10)])
	with pytest.raises(frappe.ValidationError, match="lift the suspension"):
		request_exception(order.doctype, order.name, "Please")
