"""Discount cap per row against the policy's base list (R21)."""

import frappe
import pytest

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.prices_market import make_exchange_rate
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_price_list,
	make_quotation,
	make_sales_order,
)

MAJOR_A_CAP = 85  # base price 100 less the cap of 15 %


@pytest.fixture(autouse=True)
def policy():
	return make_policy(
		price_action="Block", margin_action="Off", credit_action="Off", unlisted_item_action="Block"
	)


@pytest.fixture
def account():
	return make_key_account(account_class="Major", tier="A")


@pytest.fixture
def item():
	return make_item(cost=10, list_price=100).name


def test_rate_at_the_cap_passes(account, item):
	assert make_sales_order(account.customer, [(item, 3, MAJOR_A_CAP)], submit=True).kam_verdict == "Pass"


def test_rate_a_cent_below_the_cap_is_blocked_with_row_and_figures(account, item):
	order = make_sales_order(account.customer, [(item, 1, 100), (item, 1, MAJOR_A_CAP - 0.01)])
	with pytest.raises(PolicyViolation) as refusal:
		order.submit()
	message = str(refusal.value)
	assert "Row 2" in message and item in message
	assert "84.99" in message and "85.00" in message and "0.01" in message


def test_document_discount_counts(account, item):
	order = make_sales_order(
		account.customer, [(item, 1, 100)], apply_discount_on="Net Total", discount_amount=15.01
	)
	assert order.items[0].rate == 100
	with pytest.raises(PolicyViolation):
		order.submit()


def test_document_discount_up_to_the_cap_passes(account, item):
	order = make_sales_order(
		account.customer, [(item, 1, 100)], apply_discount_on="Net Total", discount_amount=15
	)
	assert order.submit().kam_verdict == "Pass"


def test_without_tier_the_cap_is_zero(item):
	account = make_key_account(account_class="Ordinary", tier=None)
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item, 1, 99.99)], submit=True)
	assert make_sales_order(account.customer, [(item, 1, 100)], submit=True).kam_verdict == "Pass"


def test_the_documents_own_price_list_does_not_move_the_base(account, item):
	cheap = make_price_list()
	order = make_sales_order(account.customer, [(item, 1, 50)], selling_price_list=cheap.name)
	with pytest.raises(PolicyViolation):
		order.submit()


def test_another_unit_is_compared_in_that_unit(account):
	item = make_item(cost=1, list_price=10, uoms=[{"uom": "Box", "conversion_factor": 12}])
	row = {"uom": "Box", "conversion_factor": 12}
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item.name, 1, 101.99, row)], submit=True)
	assert make_sales_order(account.customer, [(item.name, 1, 102, row)], submit=True).kam_verdict == "Pass"


def test_prices_that_include_tax_are_compared_net(account, item):
	tax = {
		"charge_type": "On Net Total",
		"account_head": tax_account(),
		"description": "VAT",
		"rate": 13,
		"included_in_print_rate": 1,
	}
	# List price 100 includes 13 % tax like the row's rate: 88.50 net, less 15 % is 75.22, which is 85.00 with tax.
	assert make_sales_order(account.customer, [(item, 1, 85)], taxes=[tax], submit=True).kam_verdict == "Pass"
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item, 1, 84.9)], taxes=[dict(tax)], submit=True)


def test_foreign_currency_is_compared_in_company_currency(account, item):
	make_exchange_rate(7)
	fields = {"currency": "USD", "conversion_rate": 7, "plc_conversion_rate": 1, "ignore_pricing_rule": 1}
	# 85.00 in company currency is 12.142857 dollars.
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item, 1, 12.14)], submit=True, **fields)
	order = make_sales_order(account.customer, [(item, 1, 12.15)], submit=True, **fields)
	assert (order.kam_verdict, order.items[0].kam_floor_rate) == ("Pass", 12.15)


def test_unlisted_item_follows_its_own_action(account):
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)
	unlisted = make_item(cost=10).name
	with pytest.raises(PolicyViolation, match="no price in the base price list"):
		make_sales_order(account.customer, [(unlisted, 1, 100)], submit=True)


def test_quotation_is_checked_too(account, item):
	with pytest.raises(PolicyViolation):
		make_quotation(account.customer, [(item, 1, 80)], submit=True)
	assert make_quotation(account.customer, [(item, 1, 85)], submit=True).kam_verdict == "Pass"


def tax_account() -> str:
	return frappe.get_all("Account", {"account_type": "Tax", "is_group": 0}, pluck="name", limit=1)[0]
