"""Rounding, and unknown against zero."""

from decimal import Decimal, InvalidOperation

import pytest

from kam_extension.policy.money import Rounding, decimal, optional_decimal, percent_of


def test_a_float_is_read_as_it_is_written():
	assert decimal(85.4) == Decimal("85.4")
	assert decimal(0.1) + decimal(0.2) == Decimal("0.3")


@pytest.mark.parametrize("empty", [None, ""])
def test_empty_is_zero_unless_unknown_is_asked_for(empty):
	assert decimal(empty) == 0
	assert optional_decimal(empty) is None
	assert optional_decimal(0) == 0


def test_text_is_refused():
	with pytest.raises(InvalidOperation):
		decimal("seventy")


@pytest.mark.parametrize(
	("amount", "half_to_even", "expected"),
	[
		("0.125", True, "0.12"),
		("0.125", False, "0.13"),
		("0.135", True, "0.14"),
		("-0.125", False, "-0.13"),
		("-0.125", True, "-0.12"),
	],
)
def test_halves_follow_the_site(amount, half_to_even, expected):
	assert Rounding(half_to_even=half_to_even).money(Decimal(amount)) == Decimal(expected)


def test_up_and_down_are_ceiling_and_floor():
	rounding = Rounding()
	assert rounding.up(Decimal("86.7391")) == Decimal("86.74")
	assert rounding.up(Decimal("86.74")) == Decimal("86.74")
	assert rounding.down(Decimal("86.7499")) == Decimal("86.74")


def test_a_currency_without_decimals():
	yen = Rounding(precision=0)
	assert yen.smallest_unit == 1
	assert yen.share(Decimal(1050), Decimal(5)) == 53


def test_percent_of_nothing_is_unknown():
	assert percent_of(Decimal(1), Decimal(0)) is None
	assert percent_of(Decimal(14), Decimal(100)) == 14
