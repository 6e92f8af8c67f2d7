"""Other currencies: whose exchange rate counts, rounding, forged rates (R3, R21, R23).

One dollar is 7.00 and one hundred yen are 5.00 on the site of these tests.
"""

import frappe
import pytest

from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	charge,
	make_exchange_rate,
	refuse,
	sell,
	verdict_of,
)
from tests.site.factories import company, make_item, make_policy, make_price, make_price_list


@pytest.fixture
def market():
	"""Only the markup bites: 120.00 are 17.142857 dollars, so 17.15 pass and 17.14 (119.98) do not."""
	make_exchange_rate(7)
	make_exchange_rate(0.05, "JPY")
	frappe.db.set_single_value(
		"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account", 1
	)
	return open_market(price_action="Off", unknown_exchange_rate_action="Block")


def in_dollars(market, rate: float, quantity: float = 1, doctype: str = "Sales Order", **fields):
	return in_currency("USD", market, rate, quantity, doctype, **{"conversion_rate": 7} | fields)


def in_currency(currency: str, market, rate: float, quantity: float, doctype: str, **fields):
	fields |= {"currency": currency}
	return sell(doctype, market.customer, [(market.item, quantity, rate)], **fields)


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order", "Sales Invoice", "Delivery Note"])
def test_the_markup_of_a_foreign_document(market, doctype):
	refuse(in_dollars(market, 17.14, doctype=doctype), "119.98")
	assert verdict_of(in_dollars(market, 17.15, doctype=doctype)) == "Pass"


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order", "Sales Invoice", "Delivery Note"])
def test_a_forged_exchange_rate_makes_no_price_dearer(market, doctype):
	draft = in_dollars(market, 2, conversion_rate=500, plc_conversion_rate=500, doctype=doctype)
	assert draft.base_net_total == 1_000
	refuse(draft, "14.00")  # at the site's rate


def test_a_lower_rate_than_the_sites_is_believed(market):
	refuse(in_dollars(market, 17.15, conversion_rate=6.9), "118.34")


def test_the_rate_of_another_day_is_not_the_rate(market):
	frappe.get_doc(
		{
			"doctype": "Currency Exchange",
			"date": "2025-01-02",
			"from_currency": "USD",
			"to_currency": "CNY",
			"exchange_rate": 70,
			"for_selling": 1,
		}
	).insert()
	draft = in_dollars(market, 2, conversion_rate=0, transaction_date="2025-01-02")
	assert draft.conversion_rate == 70
	refuse(draft, "14.00")


def test_a_currency_whose_rate_nobody_knows(market):
	frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
	draft = in_currency("CHF", market, 1_000, 1, "Sales Order", conversion_rate=8)
	refuse(draft, "Exchange Rate")


def test_yen(market):
	# 2,400 yen are 120.00.
	refuse(in_currency("JPY", market, 2_399, 1, "Sales Order", conversion_rate=0.05), "119.95")
	assert verdict_of(in_currency("JPY", market, 2_400, 1, "Sales Order", conversion_rate=0.05)) == "Pass"


def test_a_price_of_many_small_pieces(market):
	# 10,000 pieces at 0.18 dollars are 1,800 dollars or 12,600.00; they cost 10,500.00 and need 12,600.00.
	item = make_item(cost=1.05).name
	fields = {"currency": "USD", "conversion_rate": 7}
	assert verdict_of(sell("Sales Order", market.customer, [(item, 10_000, 0.18)], **fields)) == "Pass"
	refuse(sell("Sales Order", market.customer, [(item, 10_000, 0.17)], **fields), "11,900.00")


def test_charges_and_discounts_in_dollars(market):
	refuse(in_dollars(market, 20, taxes=[charge(-2.86)]), "119.98")
	assert verdict_of(in_dollars(market, 20, taxes=[charge(-2.85)])) == "Pass"
	fields = {"apply_discount_on": "Net Total"}
	refuse(in_dollars(market, 20, discount_amount=2.86, **fields), "119.98")
	assert verdict_of(in_dollars(market, 20, discount_amount=2.85, **fields)) == "Pass"


def test_early_payment_discount_in_dollars(market):
	due = {"due_date": frappe.utils.add_days(None, 30), "invoice_portion": 100, "discount_type": "Amount"}
	refuse(in_dollars(market, 20, payment_schedule=[due | {"discount": 2.86}]), "119.98")
	assert verdict_of(in_dollars(market, 20, payment_schedule=[due | {"discount": 2.85}])) == "Pass"


def test_bands_compare_company_currency(market):
	# 2,000 pieces at 16.72 dollars are 234,080.00: from 200,000.00 on 17 % are enough, 234,000.00.
	draft = in_dollars(market, 16.72, 2_000)
	assert verdict_of(draft) == "Pass"
	assert draft.kam_required_markup == 17


def test_a_currency_changed_on_a_saved_draft(market):
	draft = sell("Sales Order", market.customer, [(market.item, 1, 120)])
	draft.update({"currency": "JPY", "conversion_rate": 0.05})
	draft.save()
	refuse(draft, "6.00")  # 120 yen


def test_costs_in_another_currency(market):
	listed = make_price_list(currency="USD", selling=0, buying=1).name
	make_policy(
		margin_action="Block", price_action="Off", credit_action="Off", company=company(),
		cost_price_list=listed, valid_from="2021-01-01",
	)  # fmt: skip
	item = make_item().name
	make_price(item, 10, listed)
	# 10 dollars are 70.00, and 84.00 with 20 %.
	refuse(sell("Sales Order", market.customer, [(item, 1, 83.99)]), "84.00")
	assert verdict_of(sell("Sales Order", market.customer, [(item, 1, 84)])) == "Pass"


def test_the_discount_cap_at_the_sites_rate():
	make_exchange_rate(7)
	market = open_market(margin_action="Off")
	# 170.00 are 24.285714 dollars.
	refuse(in_dollars(market, 24.28), "169.96")
	refuse(in_dollars(market, 24.28, conversion_rate=500), "169.96")
	order = in_dollars(market, 24.29)
	assert (verdict_of(order), order.items[0].kam_floor_rate) == ("Pass", 24.29)
