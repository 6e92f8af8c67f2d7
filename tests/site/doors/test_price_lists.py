"""The base list and its units, validity and customers; documents' own lists and units do not move it (R20, R21)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	make_exchange_rate,
	make_uom,
	refuse,
	sell,
	tax_account,
	vat,
	verdict_of,
)
from tests.site.factories import (
	BASE_PRICE_LIST,
	company,
	insert,
	make_item,
	make_key_account,
	make_policy,
	make_price,
	make_price_list,
	make_sales_order,
	unique,
)


@pytest.fixture
def market():
	"""Only the discount cap bites: base price 200 less 15 %."""
	return open_market(margin_action="Off", unknown_cost_action="Off")


def order(market, item: str, rate: float, more: dict | None = None, **fields):
	return sell("Sales Order", market.customer, [(item, 1, rate, more or {})], **fields)


def unlisted() -> str:
	return make_item(cost=1).name


@pytest.fixture(autouse=True)
def no_prices_from_documents():
	"""ERPNext would make the first rate of an unlisted item its list price."""
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)


def test_a_price_that_is_not_valid_yet_or_no_more_is_none(market):
	item = unlisted()
	make_price(item, 100, valid_from="2020-01-01")
	make_price(item, 10, valid_from=add_days(nowdate(), 1))
	make_price(item, 20, valid_from=add_days(nowdate(), -10), valid_upto=add_days(nowdate(), -1))
	refuse(order(market, item, 84.99), "85.00")
	assert verdict_of(order(market, item, 85)) == "Pass"


def test_the_price_that_began_last_is_the_base(market):
	item = unlisted()
	make_price(item, 100, valid_from=add_days(nowdate(), -30))
	make_price(item, 200, valid_from=add_days(nowdate(), -1))
	refuse(order(market, item, 169.99), "170.00")


def test_a_document_of_another_day_is_judged_by_todays_price(market):
	item = unlisted()
	make_price(item, 50, valid_from="2020-01-01", valid_upto=add_days(nowdate(), -20))
	make_price(item, 100, valid_from=add_days(nowdate(), -19))
	refuse(order(market, item, 84.99, transaction_date=add_days(nowdate(), -25)), "85.00")


def test_a_price_for_one_customer_is_not_the_base(market):
	make_price(market.item, 50, customer=market.customer)
	refuse(order(market, market.item, 169.99), "170.00")


def test_a_unit_with_a_price_of_its_own(market):
	item = make_item(cost=1, list_price=10, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	make_price(item, 100, uom="Box")
	refuse(order(market, item, 84.99, {"uom": "Box"}), "85.00")
	assert verdict_of(order(market, item, 85, {"uom": "Box"})) == "Pass"


def test_an_item_that_is_listed_in_another_unit_only(market):
	item = make_item(cost=1, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	make_price(item, 120, uom="Box")
	# A box of 12 lists at 120.00: one piece is worth 10.00 and may be sold at 8.50.
	refuse(order(market, item, 8.49), "8.50")
	assert verdict_of(order(market, item, 8.5)) == "Pass"


def test_a_third_unit_is_compared_by_what_it_holds(market):
	pallet = make_uom(24)
	item = make_item(cost=1, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	make_price(item, 120, uom="Box")
	refuse(order(market, item, 203.99, {"uom": pallet}), "204.00")


def test_a_list_whose_prices_hold_for_every_unit(market):
	listed = make_price_list(price_not_uom_dependent=1).name
	make_policy(
		price_action="Block", margin_action="Off", credit_action="Off", unknown_cost_action="Off",
		base_price_list=listed, valid_from="2021-01-01", company=company(),
	)  # fmt: skip
	item = make_item(cost=1, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	make_price(item, 100, listed)
	refuse(order(market, item, 84.99, {"uom": "Box"}), "85.00")
	assert verdict_of(order(market, item, 85, {"uom": "Box"})) == "Pass"


def test_a_forged_conversion_factor_does_not_lower_the_base(market):
	item = make_item(cost=1, list_price=10, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	refuse(order(market, item, 101.99, {"uom": "Box", "conversion_factor": 1}), "102.00")


def test_the_documents_list_does_not_move_the_base(market):
	cheap = make_price_list().name
	make_price(market.item, 50, cheap)
	draft = sell("Sales Order", market.customer, [(market.item, 1, None)], selling_price_list=cheap)
	assert draft.items[0].rate == 50
	refuse(draft, "170.00")


def test_a_list_changed_on_a_saved_draft(market):
	cheap = make_price_list().name
	make_price(market.item, 50, cheap)
	draft = order(market, market.item, 170)
	draft.selling_price_list = cheap
	draft.items[0].update({"rate": 0, "price_list_rate": None, "discount_amount": 0})
	draft.save()
	assert draft.items[0].rate == 50
	refuse(draft, "170.00")


def test_a_unit_changed_on_a_saved_draft(market):
	item = make_item(cost=1, list_price=10, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	draft = order(market, item, 10)
	draft.items[0].update({"uom": "Box", "conversion_factor": 12})
	draft.save()
	assert draft.items[0].net_rate == 10
	refuse(draft, "102.00")


def test_a_customer_changed_on_a_saved_draft(market):
	other = make_key_account(account_class="Ordinary", tier=None)
	draft = order(market, market.item, 170)
	draft.customer = other.customer
	draft.save()
	assert (draft.kam_key_account, draft.kam_tier) == (other.name, None)
	refuse(draft, "200.00")


def test_an_account_whose_tier_dropped_since_the_draft(market):
	draft = order(market, market.item, 170)
	account = frappe.get_doc("Key Account", market.account)
	account.tier = "C"
	account.save()
	refuse(draft.reload(), "190.00")  # Major C: 5 %


def test_list_and_price_with_tax_inside_are_on_the_same_basis(market):
	# 200.00 and 170.00 both hold 13 % tax: 176.99 and 150.44 net.
	taxes = [vat(included_in_print_rate=1)]
	refuse(order(market, market.item, 169.98, taxes=taxes), "150.44")
	assert verdict_of(order(market, market.item, 170, taxes=[dict(taxes[0])])) == "Pass"


def test_a_tax_on_the_tax_inside_the_price(market):
	# 13 % and 10 % of that: the price of 200.00 holds 14.3 %, 174.98 net; less 15 % 148.73, which is 170.00.
	def taxes():
		more = {"charge_type": "On Previous Row Amount", "row_id": "1", "included_in_print_rate": 1}
		return [vat(included_in_print_rate=1), vat(10, **more)]

	refuse(order(market, market.item, 169.98, taxes=taxes()), "148.73")
	assert verdict_of(order(market, market.item, 170, taxes=taxes())) == "Pass"


def test_an_amount_per_piece_inside_the_price(market):
	# 5.00 of the price of 200.00 are a levy per piece: 195.00 net, less 15 % 165.75, which is 170.75.
	def taxes():
		return [vat(5, charge_type="On Item Quantity", included_in_print_rate=1)]

	refuse(order(market, market.item, 170.74, taxes=taxes()), "165.75")
	assert verdict_of(order(market, market.item, 170.75, taxes=taxes())) == "Pass"


def test_an_item_with_a_tax_rate_of_its_own_inside_the_price(market):
	template = insert(
		"Item Tax Template",
		title=unique("Reduced"),
		company=company(),
		taxes=[{"tax_type": tax_account(), "tax_rate": 0}],
	)
	more = {"item_tax_template": template.name}
	taxes = [vat(included_in_print_rate=1)]
	refuse(order(market, market.item, 169.99, more, taxes=taxes), "170.00")
	assert verdict_of(order(market, market.item, 170, more, taxes=[dict(taxes[0])])) == "Pass"


def test_an_unlisted_item(market):
	refuse(order(market, unlisted(), 1_000), "no price in the base price list")


def test_the_base_list_in_another_currency(market):
	make_exchange_rate(7)
	listed = make_price_list(currency="USD").name
	make_policy(
		price_action="Block", margin_action="Off", credit_action="Off", unknown_cost_action="Off",
		base_price_list=listed, valid_from="2021-01-01", company=company(),
	)  # fmt: skip
	item = make_item(cost=1).name
	make_price(item, 100, listed)
	# 100 dollars are 700.00; less 15 % 595.00.
	refuse(order(market, item, 594.99), "595.00")
	assert verdict_of(order(market, item, 595)) == "Pass"


def test_a_tier_price_of_the_policys_own_list_is_within_the_cap(market):
	draft = make_sales_order(market.customer, [(market.item, 1, None)])
	assert (draft.selling_price_list, draft.items[0].rate) == (f"{BASE_PRICE_LIST} - 10%", 180)
	assert verdict_of(draft) == "Pass"
