"""What only invoices know: free text, negative rows, write-off, loyalty points, debit and credit notes (R21–R25)."""

import frappe
import pytest
from frappe.utils import nowdate

from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	account_of_type,
	expense_account,
	income_account,
	make_pos_invoice,
	refuse,
	sell,
	vat,
	verdict_of,
)
from tests.site.factories import company, insert, make_item, make_sales_invoice, unique


@pytest.fixture
def market():
	"""Only the markup bites: cost 100 plus 20 %."""
	return open_market(price_action="Off")


def text_row(rate: float, quantity: float = 1, **fields) -> dict:
	"""A row without item, as a Sales Invoice allows."""
	values = {"item_name": "Bonus", "description": "Bonus", "qty": quantity, "rate": rate, "uom": "Nos"}
	return values | {"income_account": income_account(), "conversion_factor": 1} | fields


def invoice(market, *rows: dict, rate: float = 130, **fields):
	items = [{"item_code": market.item, "qty": 1, "rate": rate}, *rows]
	return make_sales_invoice(market.customer, items=items, **fields)


def test_a_negative_row_without_item_is_a_discount(market):
	frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 1)
	refuse(invoice(market, text_row(-10.01)), "119.99")
	refuse(invoice(market, text_row(10.01, quantity=-1)), "119.99")
	open_market(price_action="Off", unknown_cost_action="Off", valid_from="2021-01-01", company=company())
	assert verdict_of(invoice(market, text_row(-10))) == "Pass"


def test_a_row_without_item_does_not_pay_for_another(market):
	refuse(invoice(market, text_row(10_000), rate=119.99))


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order", "Delivery Note"])
def test_a_negative_row_is_a_discount(market, doctype):
	frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 1)
	bonus = make_item().name

	def document(bonus_rate):
		return sell(doctype, market.customer, [(market.item, 1, 130), (bonus, 1, bonus_rate)])

	refuse(document(-10.01), "119.99")


@pytest.mark.parametrize("doctype", ["Quotation", "POS Invoice"])
def test_a_negative_quantity_lowers_no_cost(market, doctype):
	dear = make_item(cost=1_000).name
	# ERPNext refuses such rows in the other documents.
	refuse(sell(doctype, market.customer, [(market.item, 1, 10), (dear, -1, 0.01)]), "120.00")
	refuse(sell(doctype, market.customer, [(market.item, 1, 130), (dear, -1, 10.01)]), "119.99")
	assert verdict_of(sell(doctype, market.customer, [(market.item, 1, 130), (dear, -1, 10)])) == "Pass"


def test_a_cash_discount_on_the_grand_total(market):
	fields = {"apply_discount_on": "Grand Total", "is_cash_or_non_trade_discount": 1}
	fields["additional_discount_account"] = expense_account()
	draft = invoice(market, discount_amount=10.01, **fields)
	assert draft.net_total == 130
	refuse(draft, "119.99")
	assert verdict_of(invoice(market, discount_amount=10, **fields)) == "Pass"


def test_what_a_till_writes_off(market):
	def till(written_off):
		fields = {"write_off_amount": written_off, "write_off_account": expense_account()}
		fields["write_off_cost_center"] = frappe.get_cached_value("Company", company(), "cost_center")
		return make_pos_invoice(market.customer, [(market.item, 1, 130)], paid=140, **fields)

	refuse(till(10.01), "119.99")
	passing = till(10)
	assert verdict_of(passing) == "Pass"
	assert passing.change_amount == 20  # of 140.00: what was written off is paid back


def writing_off(market, amount: float, is_pos: int):
	fields = {"write_off_amount": amount, "write_off_account": expense_account(), "is_pos": is_pos}
	fields["write_off_cost_center"] = frappe.get_cached_value("Company", company(), "cost_center")
	if is_pos:
		cash = account_of_type("Cash")
		fields["payments"] = [{"mode_of_payment": "Cash", "account": cash, "amount": 130 - amount}]
	return invoice(market, **fields)


def test_what_a_paid_invoice_writes_off(market):
	refuse(writing_off(market, 10.01, is_pos=1), "119.99")
	assert verdict_of(writing_off(market, 10, is_pos=1)) == "Pass"


def test_an_invoice_on_account_writes_nothing_off(market):
	draft = writing_off(market, 100, is_pos=0)
	assert verdict_of(draft) == "Pass"
	assert frappe.db.get_value("Sales Invoice", draft.name, "outstanding_amount") == 130  # the ledger's


def test_change_given_back_is_no_discount(market):
	assert verdict_of(make_pos_invoice(market.customer, [(market.item, 1, 120)], paid=500)) == "Pass"


def test_loyalty_points(market):
	program = loyalty_program(market.customer)

	def redeeming(points):
		fields = {"redeem_loyalty_points": 1, "loyalty_points": points, "loyalty_program": program}
		fields["loyalty_redemption_account"] = expense_account()
		fields["loyalty_redemption_cost_center"] = frappe.get_cached_value(
			"Company", company(), "cost_center"
		)
		return invoice(market, **fields)

	draft = redeeming(11)
	assert draft.loyalty_amount == 11
	refuse(draft, "119.00")
	assert verdict_of(redeeming(10)) == "Pass"


def test_a_credit_note_without_reference(market):
	draft = make_sales_invoice(market.customer, [(market.item, -1, 500)], is_return=1)
	refuse(draft, "no invoice covers")


def test_a_debit_note_that_only_raises_a_price_passes(market):
	sold = make_sales_invoice(market.customer, [(market.item, 10, 120)], submit=True)
	fields = {"is_debit_note": 1, "return_against": sold.name}
	note = make_sales_invoice(market.customer, [(market.item, 0, 5)], **fields)
	assert note.net_total == 5
	assert verdict_of(note) in ("Pass", "Not Applicable")


def test_a_debit_note_is_no_way_to_sell(market):
	sold = make_sales_invoice(market.customer, [(market.item, 10, 120)], submit=True)
	fields = {"is_debit_note": 1, "return_against": sold.name}
	refuse(make_sales_invoice(market.customer, [(market.item, 10, 5)], **fields), "1,200.00")


def test_a_debit_note_under_the_cap_too():
	market = open_market()
	sold = make_sales_invoice(market.customer, [(market.item, 10, 170)], submit=True)
	fields = {"is_debit_note": 1, "return_against": sold.name}
	note = make_sales_invoice(market.customer, [(market.item, 0, 5)], **fields)
	assert verdict_of(note) in ("Pass", "Not Applicable")


def test_a_fixed_asset_of_unknown_cost(market):
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)
	category = insert(
		"Asset Category",
		asset_category_name=unique("Machines"),
		accounts=[{"company_name": company(), "fixed_asset_account": account_of_type("Fixed Asset")}],
	)
	machine = make_item(is_fixed_asset=1, asset_category=category.name).name
	refuse(sell("Sales Order", market.customer, [(machine, 1, 5_000)]), "cost is not known")


def test_the_bands_are_met_exactly(market):
	# 1,667 pieces cost 166,700.00: 200,000.00 need 17 % of it, 195,039.00; a cent less needs 20 %, 200,040.00.
	fields = {"apply_discount_on": "Net Total"}
	lines = [(market.item, 1_667, 120)]
	edge = sell("Sales Order", market.customer, lines, discount_amount=40, **fields)
	assert (edge.kam_effective_net, edge.kam_required_markup) == (200_000, 17)
	assert verdict_of(edge) == "Pass"
	below = sell("Sales Order", market.customer, lines, discount_amount=40.01, **fields)
	message = refuse(below, "199,999.99")
	assert "200,000.00" in message  # the edge of the band is the nearest price that passes


@pytest.mark.parametrize(
	("quantity", "discount", "net", "markup"),
	[
		(4_273, 0.01, 499_999.99, 17),  # 427,300.00 plus 17 % are 499,941.00
		(4_273, 0, 500_000, 14),
		(8_771, 0.01, 999_999.99, 14),  # 877,100.00 plus 14 % are 999,894.00
		(8_771, 0, 1_000_000, 10),
	],
)
def test_the_other_bands(market, quantity, discount, net, markup):
	# One row brings the total to the band's edge; the item itself costs 100.00 a piece.
	fields = {
		"apply_discount_on": "Net Total",
		"discount_amount": discount + quantity * 200 - round(net + discount, 2),
	}
	order = sell("Sales Order", market.customer, [(market.item, quantity, 200)], **fields)
	assert (order.kam_effective_net, order.kam_required_markup) == (net, markup)
	assert verdict_of(order) == "Pass"


def test_a_total_that_is_rounded_to_whole_coins_is_judged_to_the_cent(market):
	frappe.db.set_single_value("Global Defaults", "disable_rounded_total", 0)
	currency = frappe.get_doc("Currency", "CNY")
	currency.smallest_currency_fraction_value = 1
	currency.save()
	draft = sell("Sales Order", market.customer, [(market.item, 3, 120.15)], taxes=[vat()])
	assert draft.rounded_total == 407  # of 407.31
	assert draft.kam_effective_net == 360.45
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 119.99)]), "119.99")
	assert verdict_of(draft) == "Pass"


def loyalty_program(customer: str) -> str:
	"""A program by which the customer has 100 points, 1.00 each."""
	program = insert(
		"Loyalty Program",
		loyalty_program_name=unique("Points"),
		loyalty_program_type="Single Tier Program",
		from_date="2020-01-01",
		company=company(),
		conversion_factor=1,
		expiry_duration=1_000,
		expense_account=expense_account(),
		cost_center=frappe.get_cached_value("Company", company(), "cost_center"),
		collection_rules=[{"tier_name": "All", "collection_factor": 1, "min_spent": 0}],
	)
	frappe.db.set_value("Customer", customer, "loyalty_program", program.name)
	insert(
		"Loyalty Point Entry",
		loyalty_program=program.name,
		loyalty_program_tier="All",
		customer=customer,
		loyalty_points=100,
		posting_date=nowdate(),
		expiry_date="2090-01-01",
		company=company(),
		purchase_amount=100,
	)
	return program.name
