"""Money shared out adds up to the cent, whatever the weights."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.money import Rounding
from kam_extension.policy.shares import share_out

CENTS = st.decimals(min_value=-100_000, max_value=100_000, places=2)


@pytest.mark.parametrize(
	("total", "weights", "shares"),
	[
		("100", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
		("20", ["20"], ["20"]),
		("20", ["15", "5"], ["15.00", "5.00"]),
		("10", ["30", "-10"], ["15.00", "-5.00"]),
		("-10", ["-30", "10"], ["-15.00", "5.00"]),
		("5", ["10", "-10"], ["5", "0"]),
		("0.01", ["1", "1"], ["0.00", "0.01"]),
	],
)
def test_shares_follow_the_weights(total, weights, shares):
	found = share_out(Decimal(total), [Decimal(weight) for weight in weights], Rounding())
	assert found == [Decimal(share) for share in shares]


@given(CENTS, st.lists(CENTS, min_size=1, max_size=8))
def test_shares_add_up(total, weights):
	assert sum(share_out(total, weights, Rounding())) == total
