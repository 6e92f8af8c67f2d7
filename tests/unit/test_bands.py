"""Bands from both sides of every edge (R22, R37; S4)."""

from decimal import Decimal

import pytest

from kam_extension.policy.bands import band_for, edges
from kam_extension.policy.rebates import ladder_rate
from kam_extension.policy.terms import MarginBand
from tests.unit.builders import make_terms, money


@pytest.mark.parametrize(
	("net", "markup"),
	[
		("0", 20),
		("199999.99", 20),
		("200000", 17),
		("499999.99", 17),
		("500000", 14),
		("999999.99", 14),
		("1000000", 10),
		("5000000000", 10),
	],
)
def test_minimum_markup_by_amount(net, markup):
	assert band_for(make_terms().margin_bands, money(net), "A").min_markup == markup


@pytest.mark.parametrize(
	("net", "rate"),
	[("0", 5), ("199999.99", 5), ("200000", 8), ("999999.99", 8), ("1000000", 10)],
)
def test_rebate_ladder_by_amount(net, rate):
	"""The source puts exactly 200,000 in both bands; here the lower bound is inclusive."""
	assert ladder_rate(make_terms().rebate_bands, money(net), None) == rate


def test_without_bands_nothing_is_required_and_nothing_is_owed():
	assert band_for((), Decimal(100), "A") is None
	assert ladder_rate((), Decimal(100), "A") == 0


TIERED = (
	MarginBand(money(0), money(20)),
	MarginBand(money(500), money(10)),
	MarginBand(money(100), money(15), tier="A"),
)


@pytest.mark.parametrize(
	("net", "tier", "markup"),
	[
		("99", "A", 20),
		("100", "A", 15),
		("500", "A", 15),
		("100", "B", 20),
		("100", None, 20),
		("500", "B", 10),
	],
)
def test_a_row_that_names_the_tier_wins_from_its_amount_on(net, tier, markup):
	assert band_for(TIERED, money(net), tier).min_markup == markup


def test_a_negative_amount_falls_into_the_lowest_band():
	assert band_for(TIERED, money(-5), "A").min_markup == 20


def test_edges_are_the_general_ones_and_those_of_the_tier():
	assert edges(TIERED, "A") == {0, 500, 100}
	assert edges(TIERED, "B") == {0, 500}
