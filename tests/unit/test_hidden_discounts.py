"""Discounts that a rate of two decimals, or a negative quantity, would hide (R21, R23)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kam_extension.policy.codes import Rule
from kam_extension.policy.judge import judge
from kam_extension.policy.money import Rounding
from kam_extension.policy.pricing import discount_points_over_cap, earned_rate
from tests.unit.builders import make_document, make_line, make_terms, money

CENT = Decimal("0.01")
CAP = money(15)


def priced(rate: str, quantity: int, amount: str, list_rate: str):
	return make_line(rate, quantity=quantity, net_amount=money(amount), list_rate=money(list_rate))


@pytest.mark.parametrize(
	("rate", "quantity", "amount", "list_rate", "earned"),
	[
		("85", 1_000, "85000", "100", "85"),
		("0.01", 1_000_000, "8500", "0.01", "0.01"),  # 15 % off 10,000.00
		("0.01", 1_000_000, "8499.99", "0.01", "0.01"),  # a cent is what rounding takes
		("0.01", 1_000_000, "8499.98", "0.01", "0.00849998"),
		("0.01", 1_000_000, "6000", "0.01", "0.006"),
		("75.22", 1_000, "75221.24", "88.495575", "75.22"),  # 85.00 with 13 % tax inside
		("0.33", 3, "0.98", "0.39", "0.33"),  # 0.3315 allowed, rounded down
	],
)
def test_what_a_row_earns(rate, quantity, amount, list_rate, earned):
	assert earned_rate(priced(rate, quantity, amount, list_rate), CAP, CENT) == money(earned)


def test_a_row_without_quantity_or_list_price_earns_its_rate():
	assert earned_rate(priced("5", 0, "0", "100"), CAP, CENT) == 5
	assert earned_rate(make_line("5", list_rate=None), CAP, CENT) == 5


def test_points_count_what_is_earned():
	line = priced("0.01", 1_000_000, "6000", "0.01")
	assert discount_points_over_cap(line, CAP) == 0
	assert discount_points_over_cap(line, CAP, money("0.006")) == 25


def test_a_hidden_discount_breaks_the_cap():
	line = replace(priced("0.01", 1_000_000, "6000", "0.01"), unit_cost=money("0.001"))
	(violation,) = judge(make_document(line), make_terms(margin_action="Off")).violations
	assert (violation.rule, violation.actual, violation.required) == (Rule.DISCOUNT_CAP, 0, money("0.01"))
	assert violation.points > 0


def test_a_negative_quantity_costs_nothing():
	assert make_line("10", quantity=-3, unit_cost=money(100)).cost(Rounding()) == 0
	assert make_line("10", quantity=3, unit_cost=money(100)).cost(Rounding()) == 300
