"""Prices in another currency are worth what the site says, not what the document says (R3, R23)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_sales_invoice,
	make_sales_order,
)

SITE_RATE = 7


@pytest.fixture
def item():
	return make_item(cost=100, list_price=150).name


@pytest.fixture
def account():
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	return make_key_account()


def make_currency_exchange(rate: float = SITE_RATE, **fields):
	values = {"date": nowdate(), "from_currency": "USD", "to_currency": "CNY", "for_selling": 1}
	return frappe.get_doc(
		{"doctype": "Currency Exchange", "exchange_rate": rate, **values, **fields}
	).insert()


@pytest.fixture
def one_receivable_account_for_all_currencies():
	frappe.db.set_single_value(
		"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account", 1
	)


def make_order_in_dollars(account, lines, rate: float = SITE_RATE, **fields):
	values = {"currency": "USD", "conversion_rate": rate, "plc_conversion_rate": 1, "ignore_pricing_rule": 1}
	return make_sales_order(account.customer, lines, **values | fields)


def test_the_sites_rate_passes_and_a_cent_less_does_not(account, item):
	make_currency_exchange()
	# 120.00 ÷ 7 = 17.142…; 17.14 × 7 = 119.98
	with pytest.raises(PolicyViolation):
		make_order_in_dollars(account, [(item, 1, 17.14)], submit=True)
	order = make_order_in_dollars(account, [(item, 1, 17.15)], submit=True)
	assert (order.kam_verdict, order.kam_exchange_rate, order.kam_effective_net) == ("Pass", 7, 120.05)


def test_a_forged_rate_does_not_make_a_price_better(account, item):
	make_currency_exchange()
	with pytest.raises(PolicyViolation):
		make_order_in_dollars(account, [(item, 1, 3)], rate=50, submit=True)


def test_a_lower_rate_of_the_document_counts(account, item):
	make_currency_exchange()
	with pytest.raises(PolicyViolation):
		make_order_in_dollars(account, [(item, 1, 17.15)], rate=6.9, submit=True)


def test_the_rate_of_today_counts_not_that_of_an_earlier_date(account, item):
	make_currency_exchange(rate=9, date=add_days(nowdate(), -30))
	make_currency_exchange()
	with pytest.raises(PolicyViolation):
		make_order_in_dollars(
			account, [(item, 1, 15)], rate=9, transaction_date=add_days(nowdate(), -29), submit=True
		)


def test_floor_rates_are_in_the_documents_currency_at_the_judged_rate(account, item):
	make_currency_exchange()
	order = make_order_in_dollars(account, [(item, 1, 30)], rate=8)
	assert order.items[0].kam_floor_rate == 17.15


@pytest.mark.usefixtures("one_receivable_account_for_all_currencies")
def test_the_invoice_of_an_order_with_a_forged_rate_is_no_cheaper(account, item):
	"""What the judged rate took off the order's total is no discount that the invoice could give again."""
	make_currency_exchange()
	order = make_order_in_dollars(account, [(item, 1, 20)], rate=50, submit=True)
	invoice = make_sales_invoice(sales_order=order.name)
	assert invoice.kam_verdict == "Not Applicable"
	invoice.items[0].rate = 17
	invoice.save()
	with pytest.raises(PolicyViolation):
		invoice.submit()


@pytest.mark.parametrize(("action", "verdict"), [("Off", "Pass"), ("Warn", "Warned"), ("Block", None)])
def test_an_unknown_rate_follows_its_own_switch(item, action, verdict):
	make_policy(
		margin_action="Block", price_action="Off", credit_action="Off", unknown_exchange_rate_action=action
	)
	frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
	account = make_key_account()
	if verdict is None:
		with pytest.raises(PolicyViolation, match="exchange rate"):
			make_order_in_dollars(account, [(item, 1, 17.15)], submit=True)
		return
	assert make_order_in_dollars(account, [(item, 1, 17.15)], submit=True).kam_verdict == verdict


def test_a_rate_entered_later_is_found_at_once(item):
	make_policy(
		margin_action="Block", price_action="Off", credit_action="Off", unknown_exchange_rate_action="Block"
	)
	account = make_key_account()
	with pytest.raises(PolicyViolation, match="exchange rate"):
		make_order_in_dollars(account, [(item, 1, 17.15)], submit=True)
	make_currency_exchange()
	assert make_order_in_dollars(account, [(item, 1, 17.15)], submit=True).kam_verdict == "Pass"


def test_the_companys_own_currency_asks_for_no_rate(account, item, monkeypatch):
	def refuse(*arguments, **options):
		raise AssertionError("asked for an exchange rate")

	monkeypatch.setattr("kam_extension.integration.documents.exchange_rates.get_exchange_rate", refuse)
	assert make_sales_order(account.customer, [(item, 1, 120)], submit=True).kam_exchange_rate == 1
