"""Discounts of the row and of the document, by every field that gives one (R21, R23)."""

import pytest

from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	GUARDED,
	OVER_CAP,
	UNDER_MARKUP,
	WITHIN_CAP,
	refuse,
	sell,
	vat,
	verdict_of,
)
from tests.site.factories import make_item


@pytest.fixture
def market():
	"""Only the discount cap bites: base price 200 less 15 %."""
	return open_market(margin_action="Off", unknown_cost_action="Off")


@pytest.fixture
def markup_market():
	"""Only the markup bites: cost 100 plus 20 %."""
	return open_market(price_action="Off")


@pytest.mark.parametrize("doctype", GUARDED)
def test_rate_of_the_row(market, doctype):
	refuse(sell(doctype, market.customer, [(market.item, 1, OVER_CAP)]), "169.99")
	assert verdict_of(sell(doctype, market.customer, [(market.item, 1, WITHIN_CAP)])) == "Pass"


@pytest.mark.parametrize("doctype", GUARDED)
def test_document_discount_by_percent(market, doctype):
	lines = [(market.item, 3, 200)]
	refuse(sell(doctype, market.customer, lines, additional_discount_percentage=15.01), "169.98")
	assert verdict_of(sell(doctype, market.customer, lines, additional_discount_percentage=15)) == "Pass"


@pytest.mark.parametrize("doctype", GUARDED)
def test_document_discount_by_amount(market, doctype):
	lines = [(market.item, 1, 200)]
	terms = {"apply_discount_on": "Net Total"}
	refuse(sell(doctype, market.customer, lines, discount_amount=30.01, **terms), "169.99")
	assert verdict_of(sell(doctype, market.customer, lines, discount_amount=30, **terms)) == "Pass"


@pytest.mark.parametrize("doctype", GUARDED)
def test_discount_on_the_grand_total_takes_tax_with_it(market, doctype):
	# 200.00 and 13 % tax are 226.00; 33.90 of that are 30.00 before tax, 33.92 are 30.02.
	lines, terms = [(market.item, 1, 200)], {"apply_discount_on": "Grand Total"}
	refuse(sell(doctype, market.customer, lines, discount_amount=33.92, taxes=[vat()], **terms), "169.98")
	assert (
		verdict_of(sell(doctype, market.customer, lines, discount_amount=33.9, taxes=[vat()], **terms))
		== "Pass"
	)


def test_discount_percentage_of_the_row(market):
	def order(percent):
		more = {"price_list_rate": 200, "discount_percentage": percent}
		return sell("Sales Order", market.customer, [(market.item, 1, None, more)])

	refuse(order(15.01), "169.98")
	assert verdict_of(order(15)) == "Pass"
	assert verdict_of(order(-5)) == "Pass"


def test_discount_amount_of_the_row(market):
	def order(amount):
		more = {"price_list_rate": 200, "discount_amount": amount}
		return sell("Sales Order", market.customer, [(market.item, 1, 200 - amount, more)])

	refuse(order(30.01), "169.99")
	assert verdict_of(order(30)) == "Pass"


def test_a_margin_on_the_row_counts_as_price_and_a_negative_one_as_discount(market):
	def order(margin):
		more = {"price_list_rate": 190, "margin_type": "Amount", "margin_rate_or_amount": margin}
		return sell("Sales Order", market.customer, [(market.item, 1, 190, more)])

	assert order(10).items[0].rate == 200
	refuse(order(-20.01), "169.99")
	assert verdict_of(order(-20)) == "Pass"


def test_line_and_document_discount_add_up(market):
	order = sell(
		"Sales Order",
		market.customer,
		[(market.item, 1, 180)],
		apply_discount_on="Net Total",
		discount_amount=10.01,
	)
	refuse(order, "169.99")


def test_a_forged_list_price_does_not_move_the_base(market):
	more = {"price_list_rate": 3, "base_price_list_rate": 3, "discount_percentage": 0}
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 3, more)]), "170.00")


def test_forged_net_and_base_amounts_are_computed_anew(market):
	forged = {
		"net_rate": 500,
		"base_net_rate": 500,
		"net_amount": 500,
		"base_net_amount": 500,
		"base_rate": 500,
		"distributed_discount_amount": -400,
		"stock_uom_rate": 500,
	}
	order = sell("Sales Order", market.customer, [(market.item, 1, OVER_CAP, forged)], base_net_total=500)
	assert (order.items[0].base_net_rate, order.base_net_total) == (OVER_CAP, OVER_CAP)
	refuse(order, "169.99")


def test_a_discount_below_the_smallest_coin_is_still_a_discount(market):
	# 1,000,000 pieces at 0.01: half of it off leaves a net rate that rounds to 0.01 again.
	cheap = make_item(cost=0.001, list_price=0.01).name
	terms = {"apply_discount_on": "Net Total"}
	refuse(sell("Sales Order", market.customer, [(cheap, 1_000_000, 0.01)], discount_amount=4_000, **terms))
	order = sell("Sales Order", market.customer, [(cheap, 1_000_000, 0.01)], discount_amount=1_500, **terms)
	assert verdict_of(order) == "Pass"


def test_the_markup_counts_document_discounts_to_the_cent(markup_market):
	lines = [(markup_market.item, 1_000, 130)]
	terms = {"apply_discount_on": "Net Total"}
	message = refuse(sell("Sales Order", markup_market.customer, lines, discount_amount=10_000.01, **terms))
	assert "119,999.99" in message and "120,000.00" in message
	assert (
		verdict_of(sell("Sales Order", markup_market.customer, lines, discount_amount=10_000, **terms))
		== "Pass"
	)


@pytest.mark.parametrize("doctype", GUARDED)
def test_the_markup_of_every_document(markup_market, doctype):
	message = refuse(sell(doctype, markup_market.customer, [(markup_market.item, 10, UNDER_MARKUP)]))
	assert "1,199.90" in message and "1,200.00" in message
	assert verdict_of(sell(doctype, markup_market.customer, [(markup_market.item, 10, 120)])) == "Pass"
