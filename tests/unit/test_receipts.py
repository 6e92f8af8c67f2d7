"""How cash is spread over what it settles, and how it becomes whole cents (R38)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.money import Rounding
from kam_extension.policy.receipts import cash_parts, invoice_shares, journal_cash
from kam_extension.policy.shares import rounded_parts
from tests.unit.builders import money

ROUNDING = Rounding()


def decimals(*amounts) -> list[Decimal]:
	return [Decimal(str(amount)) for amount in amounts]


@pytest.mark.parametrize(
	("cash", "pieces", "parts"),
	[
		# a deduction: less cash than was settled
		(950, (600, 400), (570, 380)),
		# a credit note within the payment gets none of it
		(500, (700, -200), (500, 0)),
		# money paid back
		(-300, (-400, 100, -200), (-200, 0, -100)),
		# nothing fits
		(100, (-50, 0), (0, 0)),
		(0, (100, 200), (0, 0)),
	],
)
def test_cash_goes_to_the_pieces_of_its_own_direction(cash, pieces, parts):
	assert cash_parts(Decimal(cash), decimals(*pieces)) == decimals(*parts)


@pytest.mark.parametrize(
	("bank", "parties", "cash"),
	[
		(950, 1000, 950),
		(1200, 1000, 1000),
		(-300, -400, -300),
		(-500, -400, -400),
		(500, 0, 0),
		(0, 500, 0),
		(500, -100, 0),
	],
)
def test_the_cash_of_a_journal_is_what_both_sides_show(bank, parties, cash):
	assert journal_cash(Decimal(bank), Decimal(parties)) == cash


@pytest.mark.parametrize(
	("nets", "shares"),
	[
		({"A": 300, "B": 100}, {"A": "0.75", "B": "0.25"}),
		({"A": 1000, "": -200}, {"A": "1"}),
		({"A": -300, "B": -100}, {"A": "0.75", "B": "0.25"}),
		({"A": 0, "B": 0}, {"A": "0.5", "B": "0.5"}),
		({"A": 100, "B": -100}, {"A": "0.5", "B": "0.5"}),
		({}, {}),
	],
)
def test_shares_of_an_invoice(nets, shares):
	found = invoice_shares({key: Decimal(net) for key, net in nets.items()})
	assert found == {key: Decimal(share) for key, share in shares.items()}


@pytest.mark.parametrize(
	("parts", "cents"),
	[
		(("16.666", "33.334"), ("16.67", "33.33")),
		(("0.005", "0.005"), ("0.01", "0.00")),
		(("-16.666", "-33.334"), ("-16.67", "-33.33")),
		(("33.333333", "33.333333", "33.333334"), ("33.33", "33.33", "33.34")),
		((), ()),
	],
)
def test_cents_go_where_most_was_cut(parts, cents):
	assert rounded_parts(decimals(*parts), ROUNDING) == decimals(*cents)


def test_noise_of_a_quotient_moves_no_cent():
	third = Decimal(100) / 3
	assert rounded_parts([third, third, third], ROUNDING) == decimals("33.34", "33.33", "33.33")
	shaken = [third, third, third + Decimal("1e-25")]
	assert rounded_parts(shaken, ROUNDING) == decimals("33.34", "33.33", "33.33")


AMOUNTS = st.decimals(min_value=-(10**7), max_value=10**7, places=2)


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=8))
def test_parts_never_exceed_the_cash_and_have_its_sign(cash, pieces):
	parts = cash_parts(cash, pieces)
	cents = rounded_parts(parts, ROUNDING)
	if any(piece * cash > 0 for piece in pieces):
		assert sum(cents) == cash
	else:
		assert sum(cents) == 0
	assert all(cent * cash >= 0 for cent in cents)
	assert all(abs(cent - part) < money("0.01") for cent, part in zip(cents, parts, strict=True))


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=8))
def test_money_paid_back_is_split_as_it_was_received(cash, pieces):
	there = rounded_parts(cash_parts(cash, pieces), ROUNDING)
	back = rounded_parts(cash_parts(-cash, [-piece for piece in pieces]), ROUNDING)
	assert back == [-cent for cent in there]
