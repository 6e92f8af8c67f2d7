"""A quotation's approved price: for the quoted quantity, while it holds, and once (R25)."""

import frappe
import pytest
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of
from frappe.utils import add_days, nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.factories import make_item, make_key_account, make_policy, make_quotation, make_sales_order

# 2,000 pieces at 117 need 17 %; half of them alone would need 20 %.
QUANTITY, RATE = 2_000, 117


@pytest.fixture
def account():
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	return make_key_account()


@pytest.fixture
def item():
	return make_item(cost=100, list_price=200).name


@pytest.fixture
def quotation(account, item):
	return make_quotation(account.customer, [(item, QUANTITY, RATE)], submit=True)


def order_from(quotation, quantity: float, **changes):
	order = order_of(quotation.name)
	order.delivery_date = add_days(nowdate(), 5)
	order.items[0].update({"qty": quantity, "delivery_date": order.delivery_date, **changes})
	return order.insert()


def test_the_whole_quoted_quantity_keeps_its_price(quotation):
	assert order_from(quotation, QUANTITY).submit().kam_verdict == "Not Applicable"


@pytest.mark.parametrize("quantity", [1, 1_000, QUANTITY + 1])
def test_another_quantity_is_judged_in_its_own_band(quotation, quantity):
	frappe.db.set_value("Item", quotation.items[0].item_code, "over_delivery_receipt_allowance", 100)
	order = order_from(quotation, quantity)
	assert order.kam_required_markup == (17 if quantity > QUANTITY else 20)
	if quantity > QUANTITY:
		assert order.submit().kam_verdict == "Pass"
	else:
		with pytest.raises(PolicyViolation):
			order.submit()


def test_a_quoted_row_may_be_split_within_one_order(quotation):
	order = order_from(quotation, 1_500)
	order.append("items", {**order.items[0].as_dict(), "name": None, "idx": 2, "qty": 500})
	assert order.save().submit().kam_verdict == "Not Applicable"


def test_a_quotation_is_not_used_twice(quotation):
	# ERPNext's own limit on ordering a quotation is not what is tested here.
	frappe.db.set_value("Item", quotation.items[0].item_code, "over_delivery_receipt_allowance", 100)
	first, second = order_from(quotation, QUANTITY), order_from(quotation, QUANTITY)
	assert first.submit().kam_verdict == "Not Applicable"
	assert second.submit().kam_verdict == "Pass"
	assert second.kam_required_markup == 17


def test_a_cancelled_order_gives_the_quotation_back(quotation):
	order_from(quotation, QUANTITY).submit().cancel()
	assert order_from(quotation, QUANTITY).submit().kam_verdict == "Not Applicable"


def test_an_expired_quotation_holds_no_price(quotation):
	order = order_from(quotation, QUANTITY)
	assert order.kam_verdict == "Not Applicable"
	frappe.db.set_value("Quotation", quotation.name, "valid_till", add_days(nowdate(), -1))
	assert order.submit().kam_verdict == "Pass"


@pytest.mark.parametrize("verdict", [None, "Warned", "Blocked"])
def test_a_quotation_that_nobody_passed_holds_no_price(quotation, verdict):
	frappe.db.set_value("Quotation", quotation.name, "kam_verdict", verdict)
	assert order_from(quotation, QUANTITY).kam_required_markup == 17


def test_a_row_that_names_a_quoted_row_but_not_its_quotation_is_judged(quotation, account, item):
	other = make_quotation(account.customer, [(item, QUANTITY, RATE)], submit=True)
	assert order_from(quotation, QUANTITY, prevdoc_docname=other.name).kam_required_markup == 17


def test_another_customers_quotation_holds_no_price(quotation, item):
	row = quotation.items[0]
	links = {"quotation_item": row.name, "prevdoc_docname": quotation.name}
	with pytest.raises(frappe.ValidationError):
		make_sales_order(make_key_account().customer, [(item, QUANTITY, 1, links)], submit=True)


def test_an_order_from_before_the_policy_is_billed_as_agreed(item):
	from tests.site.factories import make_sales_invoice

	account = make_key_account()
	order = make_sales_order(account.customer, [(item, 1, 1)], submit=True)
	make_policy(margin_action="Block", price_action="Block", credit_action="Off")
	assert make_sales_invoice(sales_order=order.name, submit=True).kam_verdict == "Not Applicable"
