"""The quotation formula in figures, worked by hand from S4's example: cost 70.00, 14 %, 8 % (R23)."""

import pytest

from kam_extension.policy.examples import worked_examples
from kam_extension.policy.money import Rounding
from kam_extension.policy.terms import MarginBand, RebateBand
from tests.unit.builders import make_terms, money, on_net_receipts, on_receipts


def example_at(terms, amount, tax=1, tier=None):
	examples = worked_examples(terms, Rounding(), money(tax))
	return next(one for one in examples if one.from_amount == amount and one.tier == tier)


@pytest.mark.parametrize(
	("tax", "net_markup", "keeping_price"), [(1, "12.24", "86.74"), ("1.13", "10.9712", "87.74")]
)
def test_the_example_of_the_source(tax, net_markup, keeping_price):
	example = example_at(make_terms(), 500_000, tax)
	assert (example.markup, example.rebate_rate) == (14, 8)
	assert (example.price, example.actual_markup) == (money("85.40"), 14)
	assert (example.net_markup, example.keeping_price) == (money(net_markup), money(keeping_price))


def test_on_receipts_the_passing_price_keeps_the_markup():
	example = example_at(on_receipts(), 500_000, "1.13")
	assert example.price == example.keeping_price == money("87.74")
	assert money("14") <= example.net_markup < money("14.02")
	assert example_at(on_net_receipts(), 500_000, "1.13").price == money("86.74")


def test_every_stretch_of_both_ladders_is_one_example():
	stretches = [(one.from_amount, one.to_amount) for one in worked_examples(make_terms(), Rounding())]
	assert stretches == [(0, 200_000), (200_000, 500_000), (500_000, 1_000_000), (1_000_000, None)]


def test_a_tier_with_bands_of_its_own_has_examples_of_its_own():
	bands = (MarginBand(money(0), money(20)), MarginBand(money(0), money(9), "A"))
	terms = make_terms(margin_bands=bands, rebate_bands=(RebateBand(money(0), money(0)),))
	found = [(one.tier, one.markup, one.price) for one in worked_examples(terms, Rounding())]
	assert found == [(None, 20, money("84.00")), ("A", 9, money("76.30"))]


def test_no_price_survives_a_rebate_of_everything():
	terms = on_receipts(rebate_bands=(RebateBand(money(0), money(100)),))
	example = example_at(terms, 0)
	assert (example.price, example.net_markup, example.keeping_price) == (None, None, None)


def test_without_bands_cost_is_enough():
	(example,) = worked_examples(make_terms(margin_bands=(), rebate_bands=()), Rounding())
	assert (example.price, example.actual_markup, example.net_markup) == (money("70.00"), 0, 0)
