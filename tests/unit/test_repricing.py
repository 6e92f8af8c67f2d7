"""Rates that pass (R23, R26): caps first, then one factor for all rows that the markup counts."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from kam_extension.policy.codes import Action
from kam_extension.policy.judge import judge
from kam_extension.policy.repricing import raised_rates
from tests.unit.builders import make_document, make_line, make_terms, money, worked_example


def test_a_document_that_passes_needs_nothing():
	assert raised_rates(worked_example("85.40"), make_terms()) == {}


def test_the_worked_example_rises_to_its_passing_price():
	assert raised_rates(worked_example("85.39"), make_terms()) == {1: money("85.40")}


def test_a_row_below_the_cap_rises_to_it():
	# Major A: cap 15 %, so 170.00 of 200.00; the markup is far away.
	document = make_document(
		make_line(150, cost=10, list_rate=200), make_line(180, cost=10, list_rate=200, row=2)
	)
	assert raised_rates(document, make_terms()) == {1: money(170)}


def test_rows_rise_by_what_they_bring_in():
	# C 200.00 needs 240.00; 220.00 is there: 20.00 by 150 : 70.
	document = make_document(make_line(150, cost=100), make_line(70, cost=100, row=2))
	terms = make_terms(price_action=Action.OFF)
	assert raised_rates(document, terms) == {1: money("163.64"), 2: money("76.37")}


def test_rows_that_bring_in_nothing_rise_by_their_cost():
	document = make_document(make_line(0, cost=100), make_line(0, cost=50, row=2))
	terms = make_terms(price_action=Action.OFF)
	assert raised_rates(document, terms) == {1: money(120), 2: money(60)}


def test_free_and_exempt_rows_stay():
	document = make_document(
		make_line(100, cost=100),
		make_line(0, cost=100, row=2, is_free=True),
		make_line(50, cost=100, row=3, is_exempt=True),
	)
	# C 200.00 with the free row needs 240.00; row 3 was checked elsewhere.
	assert raised_rates(document, make_terms(price_action=Action.OFF)) == {1: money(240)}


def test_only_free_rows_can_not_be_raised():
	document = make_document(make_line(0, cost=100, is_free=True))
	assert raised_rates(document, make_terms()) is None


def test_no_price_helps_when_the_rebate_takes_all():
	from kam_extension.policy.rebates import Agreement
	from tests.unit.builders import on_receipts

	agreement = Agreement("All", "Special", money(100))
	document = make_document(make_line(100, cost=100), agreement=agreement)
	assert raised_rates(document, on_receipts(price_action=Action.OFF)) is None


amounts = st.decimals("0.01", "5000", places=2)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(amounts, st.integers(1, 300), amounts), min_size=1, max_size=5))
def test_what_is_proposed_passes(rows):
	lines = [
		make_line(rate, quantity=quantity, cost=cost, list_rate=cost * 2, row=number)
		for number, (rate, quantity, cost) in enumerate(rows, 1)
	]
	document, terms = make_document(*lines), make_terms()
	proposed = raised_rates(document, terms)
	if proposed is None:
		return
	assert all(proposed[line.row] > line.net_rate for line in lines if line.row in proposed)
	repriced = [
		make_line(
			proposed.get(line.row, line.net_rate),
			quantity=line.quantity,
			cost=line.unit_cost,
			list_rate=line.list_rate,
			row=line.row,
		)
		for line in lines
	]
	verdict = judge(make_document(*repriced), terms)
	assert [violation for violation in verdict.violations if violation.rule == "Markup"] == []
	assert verdict.code == "Pass", Decimal(0)
