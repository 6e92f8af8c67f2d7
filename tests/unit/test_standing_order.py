"""What an order still stands for when its rebate is claimed (R38)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.standing_order import OrderRow, standing_net
from tests.unit.builders import money


def row(ordered, invoiced=0, credited=0, delivered=0, returned=0) -> OrderRow:
	return OrderRow(*map(Decimal, (ordered, invoiced, credited, delivered, returned)))


@pytest.mark.parametrize(
	("facts", "is_open", "is_closed"),
	[
		# nothing done yet: an order closed now sold nothing
		((1000,), 1000, 0),
		# partly invoiced
		((1000, 400), 1000, 400),
		# invoiced and partly credited
		((1000, 1000, 300), 700, 700),
		# credited and invoiced anew
		((1000, 1300, 300), 1000, 1000),
		# credited, half of it invoiced anew
		((1000, 1150, 300), 850, 850),
		# a concession on the first of two invoices: the order is less by it until the rest is invoiced
		((1000, 500, 100), 900, 400),
		# goods returned, not credited yet
		((1000, 1000, 0, 700, 300), 700, 700),
		# the same goods returned and credited count once
		((1000, 1000, 300, 700, 300), 700, 700),
		# credited only in part
		((1000, 1000, 100, 700, 300), 700, 700),
		# goods returned that were never invoiced
		((1000, 500, 0, 500, 500), 500, 500),
		# half delivered, half of that returned; closing keeps what was invoiced of the rest
		((1000, 1000, 0, 250, 250), 750, 750),
		# delivered beyond the invoices, returned beyond that
		((1000, 600, 0, 500, 500), 500, 500),
		# invoiced above the order
		((1000, 1100), 1000, 1100),
		# a row of the invoice that the order hasn't
		((0, 200, 50), 0, 150),
	],
)
def test_one_row(facts, is_open, is_closed):
	assert standing_net([row(*facts)], is_closed=False) == is_open
	assert standing_net([row(*facts)], is_closed=True) == is_closed


def test_rows_add_up_and_a_deduction_keeps_its_sign():
	rows = [row(1000, 1000, 300), row(-200, -200, -60), row(500)]
	assert standing_net(rows, is_closed=False) == 700 - 140 + 500
	assert standing_net(rows, is_closed=True) == 700 - 140


def test_a_credit_note_that_names_no_row_is_deducted_from_the_order():
	assert standing_net([row(1000, 1000)], is_closed=False, credited_apart=money(250)) == 750
	assert standing_net([row(1000, 1000)], is_closed=True, credited_apart=money(250)) == 750


def test_never_negative():
	assert standing_net([row(1000, 1000, 1000)], is_closed=False, credited_apart=money(5)) == 0


AMOUNTS = st.integers(0, 2000)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_an_untouched_order_is_what_was_ordered_and_a_closed_one_never_above_its_invoices(
	ordered, invoiced, credited, returned
):
	facts = row(ordered, invoiced, min(credited, invoiced), 0, min(returned, ordered))
	assert facts.standing(is_closed=True) <= invoiced
	assert facts.standing(is_closed=False) <= ordered
	assert row(ordered, invoiced).standing(is_closed=False) == ordered
