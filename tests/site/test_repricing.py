"""Prices that pass, for the form (R26): typed rates, whatever taxes, currency, unit and discounts the document has."""

import frappe
import pytest

from kam_extension.integration.enforcement.judgement import judge_document
from kam_extension.integration.enforcement.repricing import passing_rates
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order


@pytest.fixture
def account():
	make_policy(margin_action="Block", price_action="Block", credit_action="Off")
	return make_key_account()


@pytest.fixture
def item():
	return make_item(cost=100, list_price=130).name


def proposed(order) -> dict[int, float] | None:
	return passing_rates(order, judge_document(order))


def submit_with(order, rates: dict[int, float]):
	for row in order.items:
		if row.idx in rates:
			row.rate = rates[row.idx]
	return order.save().submit()


def test_a_row_rises_to_the_price_that_passes(account, item):
	order = make_sales_order(account.customer, [(item, 1, 110)])
	assert proposed(order) == {1: 120.0}
	assert submit_with(order, {1: 120.0}).kam_verdict == "Pass"


def test_nothing_is_proposed_where_no_price_rule_is_broken(account, item):
	assert proposed(make_sales_order(account.customer, [(item, 1, 120)])) is None


def test_the_document_itself_is_left_alone(account, item):
	order = make_sales_order(account.customer, [(item, 1, 110)])
	proposed(order)
	assert (order.items[0].rate, order.net_total) == (110, 110)


def test_a_discount_on_the_document_is_made_up_for(account, item):
	order = make_sales_order(
		account.customer, [(item, 1, 120)], apply_discount_on="Net Total", additional_discount_percentage=10
	)
	# 120.00 ÷ 0.9 = 133.33…
	assert proposed(order) == {1: 133.34}
	assert submit_with(order, {1: 133.34}).kam_verdict == "Pass"


def test_prices_that_include_tax_stay_on_their_basis(account, item):
	company = frappe.get_doc("Company", account.company)
	tax = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": "Output Tax",
			"account_type": "Tax",
			"company": company.name,
			"parent_account": frappe.db.get_value(
				"Account", company.default_income_account, "parent_account"
			),
		}
	).insert()
	row = {
		"charge_type": "On Net Total",
		"account_head": tax.name,
		"description": "VAT",
		"rate": 13,
		"included_in_print_rate": 1,
	}
	order = make_sales_order(account.customer, [(item, 1, 113)], taxes=[row])
	# Net 100.00 has to become 120.00: 135.60 with tax.
	assert proposed(order) == {1: 135.6}
	assert submit_with(order, {1: 135.6}).kam_verdict == "Pass"


def test_rates_are_in_the_documents_currency(account, item):
	frappe.get_doc(
		{
			"doctype": "Currency Exchange",
			"date": frappe.utils.nowdate(),
			"from_currency": "USD",
			"to_currency": "CNY",
			"exchange_rate": 7,
			"for_selling": 1,
		}
	).insert()
	order = make_sales_order(
		account.customer, [(item, 1, 15)], currency="USD", conversion_rate=7, plc_conversion_rate=1
	)
	# 120.00 ÷ 7 = 17.142…
	assert proposed(order) == {1: 17.15}
	assert submit_with(order, {1: 17.15}).kam_verdict == "Pass"


def test_an_unlisted_item_alone_gets_no_proposal(account):
	costly = make_item(cost=100).name
	frappe.db.set_value("KAM Policy", {"docstatus": 1}, "unlisted_item_action", "Block")
	assert proposed(make_sales_order(account.customer, [(costly, 1, 200)])) is None
