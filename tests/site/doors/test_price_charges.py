"""Charges, taxes, shipping and payment terms: what lowers the effective net, and what does not (section D, N)."""

import frappe
import pytest

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	GUARDED,
	account_of_type,
	charge,
	expense_account,
	refuse,
	sell,
	tax_account,
	vat,
	verdict_of,
)
from tests.site.factories import company, insert, unique


@pytest.fixture
def market():
	"""Only the markup bites: 1 piece at 130.00 leaves 10.00 above the 120.00 that it needs."""
	return open_market(price_action="Off")


def order(market, *taxes: dict, rate: float = 130, **fields):
	return sell("Sales Order", market.customer, [(market.item, 1, rate)], taxes=list(taxes), **fields)


@pytest.mark.parametrize("doctype", GUARDED)
def test_a_negative_charge_is_a_hidden_discount(market, doctype):
	lines = [(market.item, 1, 130)]
	refuse(sell(doctype, market.customer, lines, taxes=[charge(-10.01)]), "119.99")
	assert verdict_of(sell(doctype, market.customer, lines, taxes=[charge(-10)])) == "Pass"


@pytest.mark.parametrize(
	"account",
	["default expense", "chargeable", "a new one"],
)
def test_any_account_that_is_no_tax_account_counts(market, account):
	accounts = {
		"default expense": expense_account,
		"chargeable": lambda: account_of_type("Chargeable"),
		"a new one": own_account,
	}
	refuse(order(market, charge(-10.01, accounts[account]())), "119.99")


def test_negative_tax_is_no_discount(market):
	assert verdict_of(order(market, charge(-60, tax_account()))) == "Pass"


@pytest.mark.parametrize("doctype", GUARDED)
def test_negative_tax_that_becomes_a_charge_after_the_submit(market, doctype):
	document = sell(doctype, market.customer, [(market.item, 1, 130)], taxes=[charge(-60, tax_account())])
	assert verdict_of(document) == "Pass"
	document.reload().taxes[0].account_head = expense_account()
	with pytest.raises(PolicyViolation, match="70.00"):
		document.save()


def test_a_percentage_of_the_net_total(market):
	refuse(order(market, charge(charge_type="On Net Total", rate=-7.7)), "119.99")
	assert verdict_of(order(market, charge(charge_type="On Net Total", rate=-7.69))) == "Pass"  # 10.00


def test_an_amount_per_piece(market):
	refuse(order(market, charge(charge_type="On Item Quantity", rate=-10.01)), "119.99")
	assert verdict_of(order(market, charge(charge_type="On Item Quantity", rate=-10))) == "Pass"


def test_a_percentage_of_an_earlier_row(market):
	# 13 % of 130.00 are 16.90 of tax; 59.3 % of that are 10.02, 59.1 % are 9.99.
	def rows(rate):
		return vat(), charge(charge_type="On Previous Row Amount", rate=rate, row_id="1")

	refuse(order(market, *rows(-59.3)), "119.98")
	assert verdict_of(order(market, *rows(-59.1))) == "Pass"


def test_a_percentage_of_an_earlier_total(market):
	# 146.90 with tax; 6.82 % of that are 10.02, 6.8 % are 9.99.
	def rows(rate):
		return vat(), charge(charge_type="On Previous Row Total", rate=rate, row_id="1")

	refuse(order(market, *rows(-6.82)), "119.98")
	assert verdict_of(order(market, *rows(-6.8))) == "Pass"


def test_a_negative_charge_inside_the_price_brings_no_gain(market):
	# The price of 130.00 holds −10 %: net 144.44 and a charge of −14.44. What is left is 130.00, not 144.44.
	inside = charge(charge_type="On Net Total", rate=-10, included_in_print_rate=1)
	assert order(market, inside).kam_effective_net == 130
	refuse(order(market, dict(inside), rate=119.99), "119.99")


def test_a_positive_charge_is_no_price(market):
	refuse(order(market, charge(50), rate=119.99), "119.99")


def test_a_positive_charge_does_not_hide_a_negative_one(market):
	refuse(order(market, charge(10.01, expense_account()), charge(-10.01)), "119.99")


def test_tax_on_top_is_no_price_and_tax_inside_is_none_either(market):
	refuse(order(market, vat(), rate=119.99), "119.99")
	# 135.60 with 13 % tax inside are 120.00 net.
	assert verdict_of(order(market, vat(included_in_print_rate=1), rate=135.6)) == "Pass"
	refuse(order(market, vat(included_in_print_rate=1), rate=135.59), "119.99")


def test_a_row_with_a_tax_rate_of_its_own(market):
	template = insert(
		"Item Tax Template",
		title=unique("Reduced"),
		company=company(),
		taxes=[{"tax_type": tax_account(), "tax_rate": 6}],
	)
	# 127.20 with 6 % tax inside are 120.00 net; with the document's 13 % they would be 112.57.
	more = {"item_tax_template": template.name}
	taxes = [vat(included_in_print_rate=1)]
	lines = [(market.item, 1, 127.2, more)]
	assert verdict_of(sell("Sales Order", market.customer, lines, taxes=taxes)) == "Pass"
	lines = [(market.item, 1, 127.19, more)]
	refuse(sell("Sales Order", market.customer, lines, taxes=[dict(taxes[0])]), "119.99")


def test_shipping_charged_to_the_customer_is_no_price_and_a_shipping_gift_is_a_discount(market):
	assert verdict_of(order(market, rate=120, shipping_rule=shipping_rule(25).name)) == "Pass"
	refuse(order(market, rate=119.99, shipping_rule=shipping_rule(25).name), "119.99")
	refuse(order(market, rate=130, shipping_rule=shipping_rule(-10.01).name), "119.99")


def test_a_charge_on_an_order_whose_price_is_only_just_enough(market):
	taxes = [charge(-0.01)]
	refuse(order(market, *taxes, rate=120), "119.99")


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order", "Sales Invoice"])
def test_early_payment_discount_by_percent(market, doctype):
	lines = [(market.item, 1, 125)]
	refuse(sell(doctype, market.customer, lines, payment_schedule=[instalment(4.1)]), "119.88")  # 5.125
	assert verdict_of(sell(doctype, market.customer, lines, payment_schedule=[instalment(4)])) == "Pass"


def test_early_payment_discount_by_amount_is_taken_off_by_its_net_share(market):
	# 125.00 and 13 % tax are 141.25; a discount of 5.65 on that is 5.00 before tax.
	refuse(order(market, vat(), rate=125, payment_schedule=[instalment(5.68, "Amount")]), "119.97")
	assert verdict_of(order(market, vat(), rate=125, payment_schedule=[instalment(5.65, "Amount")])) == "Pass"


def test_early_payment_discount_on_one_of_two_instalments(market):
	half = {"due_date": frappe.utils.add_days(None, 30), "invoice_portion": 50}
	schedule = [half | {"discount_type": "Percentage", "discount": 8}, dict(half)]
	schedule[1]["due_date"] = frappe.utils.add_days(None, 60)
	# 8 % of 62.50 are 5.00.
	assert order(market, rate=125, payment_schedule=schedule).kam_effective_net == 120
	dearer = [dict(schedule[0], discount=8.1), dict(schedule[1])]
	refuse(order(market, rate=125, payment_schedule=dearer), "119.94")


def test_early_payment_discount_of_a_template(market):
	term = insert(
		"Payment Term",
		payment_term_name=unique("Term"),
		invoice_portion=100,
		credit_days=30,
		discount_type="Percentage",
		discount=4.1,
		discount_validity_based_on="Day(s) after invoice date",
		discount_validity=10,
	)
	row = {
		"payment_term": term.name,
		"invoice_portion": 100,
		"credit_days": 30,
		"due_date_based_on": "Day(s) after invoice date",
		"discount_type": "Percentage",
		"discount": 4.1,
		"discount_validity_based_on": "Day(s) after invoice date",
		"discount_validity": 10,
	}
	template = insert("Payment Terms Template", template_name=unique("Terms"), terms=[row])
	refuse(order(market, rate=125, payment_terms_template=template.name), "119.88")


def instalment(discount: float, kind: str = "Percentage") -> dict:
	due = {"due_date": frappe.utils.add_days(None, 30), "invoice_portion": 100}
	return due | {"discount_type": kind, "discount": discount}


def shipping_rule(amount: float):
	return insert(
		"Shipping Rule",
		label=unique("Shipping"),
		company=company(),
		account=own_account(),
		cost_center=frappe.get_cached_value("Company", company(), "cost_center"),
		shipping_rule_type="Selling",
		calculate_based_on="Fixed",
		shipping_amount=amount,
	)


def own_account() -> str:
	"""An expense account made for gifts."""
	parent = frappe.get_all(
		"Account", {"company": company(), "is_group": 1, "root_type": "Expense"}, pluck="name", limit=1
	)[0]
	values = {"account_name": unique("Gifts"), "parent_account": parent, "company": company()}
	return insert("Account", **values, account_type="Expense Account").name
