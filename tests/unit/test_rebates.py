"""Rates agreed and rebates on money received (R37, R38)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kam_extension.policy.codes import RateSource
from kam_extension.policy.money import Rounding
from kam_extension.policy.rebates import Agreement, agreed_rate, rebate_on_receipt
from tests.unit.builders import LADDER, make_terms, money

NET_OF_13 = Decimal(100) / Decimal(113)


def test_nothing_is_owed_that_was_not_agreed():
	assert agreed_rate(None, make_terms().rebate_bands, money(10**7), "A") == 0


def test_the_ladder_follows_the_orders_net():
	bands = make_terms().rebate_bands
	assert [agreed_rate(LADDER, bands, money(net), "A") for net in (199999, 200000, 1000000)] == [5, 8, 10]


def test_a_special_rate_does_not_move():
	special = Agreement("Six", RateSource.SPECIAL, money(6))
	bands = make_terms().rebate_bands
	assert {agreed_rate(special, bands, money(net), "A") for net in (1, 10**7)} == {money(6)}


@pytest.mark.parametrize(
	("collected", "rate", "gross", "net"),
	[
		("113000.00", "8", "9040.00", "8000.00"),
		("-113000.00", "8", "-9040.00", "-8000.00"),
		("0.05", "10", "0.01", "0.00"),
	],
)
def test_gross_receipts_include_tax_and_net_receipts_do_not(collected, rate, gross, net):
	def rebate(terms):
		return rebate_on_receipt(money(collected), money(rate), NET_OF_13, terms, Rounding())

	assert rebate(make_terms()) == money(gross)
	assert rebate(replace(make_terms(), rebate_base="Net Receipts")) == money(net)
