"""Prices that ERPNext makes by itself: pricing rules, coupons, promotional schemes, free items, blanket orders (R21)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	GUARDED,
	OVER_CAP,
	WITHIN_CAP,
	make_pricing_rule,
	refuse,
	sell,
	verdict_of,
)
from tests.site.factories import company, insert, make_item, make_sales_order, unique


@pytest.fixture
def market():
	"""The cap of 15 % off 200.00 and the markup of 20 % on 100.00 both block."""
	return open_market()


@pytest.mark.parametrize(
	("discount", "passes"),
	[
		({"rate_or_discount": "Rate", "rate": OVER_CAP}, False),
		({"rate_or_discount": "Rate", "rate": WITHIN_CAP}, True),
		({"rate_or_discount": "Discount Percentage", "discount_percentage": 15.5}, False),
		({"rate_or_discount": "Discount Percentage", "discount_percentage": 15}, True),
		({"rate_or_discount": "Discount Amount", "discount_amount": 30.01}, False),
		({"rate_or_discount": "Discount Amount", "discount_amount": 30}, True),
		(
			{
				"rate_or_discount": "Discount Percentage",
				"discount_percentage": 30,
				"margin_type": "Percentage",
				"margin_rate_or_amount": 20,
			},
			False,  # 200.00 plus 20 % less 30 % are 168.00
		),
	],
)
def test_a_rule_on_an_item(market, discount, passes):
	make_pricing_rule(market.item, **discount)
	order = own_list_order(market)
	assert order.items[0].rate != 200
	if passes:
		assert verdict_of(order) == "Pass"
	else:
		refuse(order, "Discount Cap")


def test_two_rules_that_apply_one_after_the_other(market):
	for discount in (10, 6):
		make_pricing_rule(
			market.item,
			rate_or_discount="Discount Percentage",
			discount_percentage=discount,
			apply_multiple_pricing_rules=1,
			priority=str(discount),
		)
	order = own_list_order(market)
	assert order.items[0].rate == 168  # 16 % off
	refuse(order, "168.00")


@pytest.mark.parametrize("doctype", GUARDED)
def test_a_rule_on_the_whole_transaction(market, doctype):
	make_pricing_rule(
		rate_or_discount="Discount Percentage",
		discount_percentage=10,
		apply_discount_on="Net Total",
		min_amt=1,
	)
	draft = sell(doctype, market.customer, [(market.item, 1, 188)])
	assert draft.items[0].net_rate == 169.2
	refuse(draft, "169.20")


def test_a_coupon(market):
	rule = make_pricing_rule(
		market.item,
		rate_or_discount="Discount Percentage",
		discount_percentage=20,
		coupon_code_based=1,
	)
	coupon = insert(
		"Coupon Code",
		coupon_name=unique("Coupon"),
		coupon_type="Promotional",
		coupon_code=frappe.generate_hash(length=8).upper(),
		pricing_rule=rule.name,
	)
	order = own_list_order(market, coupon_code=coupon.name)
	assert order.items[0].net_rate == 160
	refuse(order, "160.00")
	assert verdict_of(own_list_order(market)) == "Pass"


def test_a_promotional_scheme(market):
	insert(
		"Promotional Scheme",
		__newname=unique("Scheme"),
		company=company(),
		selling=1,
		apply_on="Item Code",
		currency="CNY",
		valid_from=nowdate(),
		items=[{"item_code": market.item}],
		price_discount_slabs=[
			{
				"rule_description": "Ten",
				"min_qty": 10,
				"max_qty": 0,
				"rate_or_discount": "Discount Percentage",
				"discount_percentage": 16,
			}
		],
	)
	assert verdict_of(own_list_order(market, quantity=9)) == "Pass"
	order = own_list_order(market, quantity=10)
	assert order.items[0].net_rate == 168
	refuse(order, "168.00")


def test_a_rule_that_the_document_says_it_ignores(market):
	make_pricing_rule(market.item, rate_or_discount="Rate", rate=190)
	order = own_list_order(market, rate=OVER_CAP, ignore_pricing_rule=1)
	assert order.items[0].rate == OVER_CAP
	refuse(order, "169.99")


def test_a_forged_rule_on_the_row(market):
	rule = make_pricing_rule(make_item().name, rate_or_discount="Rate", rate=1)
	more = {"pricing_rules": rule.name, "price_list_rate": 200, "discount_percentage": 50}
	order = sell("Sales Order", market.customer, [(market.item, 1, None, more)])
	refuse(order, "Discount Cap")


@pytest.mark.parametrize("doctype", GUARDED)
def test_a_free_item_is_no_discount_but_a_cost(market, doctype):
	gift = make_item(cost=50, list_price=80).name
	free_item_rule(market.item, gift)
	# 100.00 for the item and 50.00 for the gift cost 150.00: 180.00 pass, 179.99 do not.
	draft = sell(doctype, market.customer, [(market.item, 1, 179.99)])
	assert [(row.item_code, row.rate, row.is_free_item) for row in draft.items][1:] == [(gift, 0, 1)]
	message = refuse(draft, "180.00")
	assert "Discount Cap" not in message
	assert verdict_of(sell(doctype, market.customer, [(market.item, 1, 180)])) == "Pass"


def test_the_same_item_free(market):
	free_item_rule(market.item, None, same_item=1, min_qty=2)
	# Three pieces cost 300.00; two paid ones at 180.00 are 360.00.
	draft = sell("Sales Order", market.customer, [(market.item, 2, 179.99)])
	assert sum(row.qty for row in draft.items) == 3
	refuse(draft, "360.00")
	assert verdict_of(sell("Sales Order", market.customer, [(market.item, 2, 180)])) == "Pass"


def test_a_free_item_of_the_whole_transaction(market):
	gift = make_item(cost=50, list_price=80).name
	free_item_rule(None, gift, min_amt=1)
	draft = sell("Sales Order", market.customer, [(market.item, 1, 179.99)])
	assert draft.items[1].is_free_item
	assert "Discount Cap" not in refuse(draft, "180.00")


def test_a_free_item_for_which_the_rule_takes_a_little(market):
	gift = make_item(cost=50, list_price=80).name
	free_item_rule(market.item, gift, free_item_rate=5)
	assert "Discount Cap" not in refuse(sell("Sales Order", market.customer, [(market.item, 1, 174.99)]))
	assert verdict_of(sell("Sales Order", market.customer, [(market.item, 1, 175)])) == "Pass"


def test_a_row_is_not_free_because_it_says_so(market):
	other = make_item(cost=1, list_price=100).name
	forged = {"is_free_item": 1, "price_list_rate": 10}
	order = sell("Sales Order", market.customer, [(market.item, 10, 200), (other, 1, 10, forged)])
	assert order.items[1].is_free_item
	refuse(order, "Discount Cap.*85.00")


def test_a_row_is_not_free_by_a_rule_that_gives_something_else_away(market):
	other = make_item(cost=1, list_price=100).name
	rule = free_item_rule(make_item().name, market.item)
	forged = {"is_free_item": 1, "price_list_rate": 0, "pricing_rules": rule.name}
	order = sell("Sales Order", market.customer, [(market.item, 10, 200), (other, 1, 0, forged)])
	refuse(order, "Discount Cap.*85.00")


def test_a_row_is_not_free_by_a_rule_that_gives_other_items_on_top_of_themselves(market):
	other = make_item(cost=1, list_price=100).name
	rule = free_item_rule(market.item, None, same_item=1, min_qty=100)
	forged = {"is_free_item": 1, "price_list_rate": 0, "pricing_rules": rule.name}
	order = sell("Sales Order", market.customer, [(market.item, 10, 200), (other, 1, 0, forged)])
	refuse(order, "Discount Cap.*85.00")


def test_the_same_item_of_a_group_free(market):
	goods = insert("Item Group", item_group_name=unique("Goods"), parent_item_group="All Item Groups").name
	item = make_item(cost=100, list_price=200, item_group=goods).name
	free_item_rule(
		None, None, same_item=1, min_qty=2, apply_on="Item Group", item_groups=[{"item_group": goods}]
	)
	assert "Discount Cap" not in refuse(sell("Sales Order", market.customer, [(item, 2, 179.99)]), "360.00")
	assert verdict_of(sell("Sales Order", market.customer, [(item, 2, 180)])) == "Pass"


def test_a_price_agreed_in_a_blanket_order(market):
	for rate, passes in ((OVER_CAP, False), (WITHIN_CAP, True)):
		blanket = insert(
			"Blanket Order",
			submit=True,
			blanket_order_type="Selling",
			customer=market.customer,
			company=company(),
			from_date=nowdate(),
			to_date=add_days(nowdate(), 30),
			items=[{"item_code": market.item, "qty": 100, "rate": rate}],
		)
		order = order_of(blanket)
		assert order.items[0].rate == rate
		if passes:
			assert verdict_of(order) == "Pass"
		else:
			refuse(order, "169.99")


def test_a_quotation_of_a_blanket_order(market):
	blanket = insert(
		"Blanket Order",
		submit=True,
		blanket_order_type="Selling",
		customer=market.customer,
		company=company(),
		from_date=nowdate(),
		to_date=add_days(nowdate(), 30),
		items=[{"item_code": market.item, "qty": 100, "rate": OVER_CAP}],
	)
	frappe.flags.args = frappe._dict(doctype="Quotation")
	refuse(mapped(blanket, {"quotation_to": "Customer", "party_name": market.customer}), "169.99")


def own_list_order(market, quantity: float = 1, rate: float | None = None, **fields):
	"""An order that lets ERPNext price it from the base list: no tier price comes off first."""
	frappe.db.set_value("Customer", market.customer, "default_price_list", None)
	more = {} if rate else {"price_list_rate": 200}
	return make_sales_order(market.customer, [(market.item, quantity, rate, more)], **fields)


def free_item_rule(item_code: str | None, gift: str | None, **fields):
	values = {"price_or_product_discount": "Product", "free_item": gift, "free_qty": 1, "min_qty": 1}
	if "min_amt" in fields:
		values.pop("min_qty")
	return make_pricing_rule(item_code, **values | fields)


def order_of(blanket):
	frappe.flags.args = frappe._dict(doctype="Sales Order")
	return mapped(blanket, {"delivery_date": add_days(nowdate(), 7)})


def mapped(blanket, fields: dict):
	from erpnext.manufacturing.doctype.blanket_order.blanket_order import make_order

	document = make_order(blanket.name)
	document.update(fields)
	for row in document.items:
		row.update({"qty": 1, "delivery_date": fields.get("delivery_date")})
	return document.insert()
