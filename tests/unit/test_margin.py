"""Markup ladder and quotation formula (R22, R23; S4 article 3), worked by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kam_extension.policy.codes import RateSource, VerdictCode
from kam_extension.policy.judge import judge
from kam_extension.policy.margin import unit_price_keeping
from kam_extension.policy.money import Rounding
from kam_extension.policy.rebates import Agreement
from kam_extension.policy.terms import MarginBand
from tests.unit.builders import (
	LADDER,
	make_document,
	make_line,
	make_terms,
	money,
	on_net_receipts,
	on_receipts,
	worked_example,
)


def shown(percent) -> Decimal:
	"""A percentage as the form shows it."""
	return percent.quantize(Decimal("0.01"))


def test_the_sources_example_passes_at_85_40_with_exactly_14_percent():
	verdict = judge(worked_example("85.40"), make_terms())
	assert verdict.code == VerdictCode.PASS
	assert verdict.net == verdict.margin.required_net == money("854000.00")
	assert (verdict.margin.cost, verdict.margin.rebate) == (money("700000.00"), money("56000.00"))
	assert (verdict.margin.required_markup, verdict.rebate_rate) == (14, 8)
	assert verdict.margin.actual_markup == 14


def test_the_sources_example_fails_at_85_39_by_100():
	verdict = judge(worked_example("85.39"), make_terms())
	assert verdict.code == VerdictCode.BLOCKED
	[violation] = verdict.violations
	assert violation.reason == "markup"
	assert (violation.required, violation.actual) == (money("854000.00"), money("853900.00"))
	assert violation.shortfall == 100
	assert verdict.passing_net == money("854000.00")
	assert verdict.floor_rates == {1: money("85.40")}


def test_what_is_really_kept_at_85_40_after_paying_8_percent_of_receipts():
	assert shown(judge(worked_example("85.40"), make_terms()).margin.net_markup) == money("12.24")
	assert shown(judge(worked_example("85.40"), on_receipts()).margin.actual_markup) == money("12.24")


def test_with_13_percent_tax_and_gross_receipts_less_is_kept():
	with_tax = worked_example("85.40", tax="13")
	assert shown(judge(with_tax, make_terms()).margin.net_markup) == money("10.97")
	assert shown(judge(with_tax, on_receipts()).margin.actual_markup) == money("10.97")
	assert shown(judge(with_tax, on_net_receipts()).margin.actual_markup) == money("12.24")


@pytest.mark.parametrize(
	("terms", "tax", "passing", "a_cent_less"),
	[
		(on_receipts(), "0", "86.74", "86.73"),
		(on_receipts(), "13", "87.74", "87.73"),
		(on_net_receipts(), "13", "86.74", "86.73"),
		(make_terms(), "13", "85.40", "85.39"),
	],
)
def test_the_price_that_keeps_14_percent(terms, tax, passing, a_cent_less):
	assert judge(worked_example(passing, tax=tax), terms).code == VerdictCode.PASS
	blocked = judge(worked_example(a_cent_less, tax=tax), terms)
	assert blocked.code == VerdictCode.BLOCKED
	assert blocked.floor_rates == {1: money(passing)}
	factor = 1 + money(tax) / 100
	assert unit_price_keeping(money(70), money(14), money(8), terms, Rounding(), factor) == money(passing)


def test_a_rebate_that_takes_the_whole_price_leaves_no_price():
	with pytest.raises(ValueError, match="whole price"):
		unit_price_keeping(money(70), money(14), money(100), on_receipts(), Rounding())
	special = Agreement("All of it", RateSource.SPECIAL, money(100))
	verdict = judge(worked_example("85.40", agreement=special), on_receipts())
	assert verdict.is_blocked
	assert verdict.passing_net is None


def test_other_costs_have_to_be_earned_too():
	document = worked_example("85.40", other_costs=money("0.01"))
	verdict = judge(document, make_terms())
	assert verdict.violations[0].shortfall == money("0.01")
	assert verdict.passing_net == money("854000.01")
	assert verdict.floor_rates == {1: money("85.41")}


def test_without_an_agreement_no_rebate_is_priced_in():
	terms = make_terms(price_action="Off")
	verdict = judge(worked_example("79.80", agreement=None), terms)
	assert verdict.code == VerdictCode.PASS
	assert (verdict.rebate_rate, verdict.margin.rebate) == (0, 0)
	assert judge(worked_example("79.79", agreement=None), terms).is_blocked


def test_a_special_rate_replaces_the_ladder():
	special = Agreement("Six", RateSource.SPECIAL, money(6))
	assert judge(worked_example("84.00", agreement=special), make_terms()).code == VerdictCode.PASS
	assert judge(worked_example("83.99", agreement=special), make_terms()).is_blocked


@pytest.mark.parametrize(
	("net", "cost", "passes"),
	[
		("199999.99", "166666.66", True),  # 20 %: 166,666.66 + 33,333.33
		("199999.99", "166666.67", False),
		("200000.00", "170940.17", True),  # 17 %: 170,940.17 + 29,059.83
		("200000.00", "170940.18", False),
		("499999.99", "427350.42", True),  # 17 %: 427,350.42 + 72,649.57
		("499999.99", "427350.43", False),
		("500000.00", "438596.49", True),  # 14 %: 438,596.49 + 61,403.51
		("500000.00", "438596.50", False),
		("999999.99", "877192.97", True),  # 14 %: 877,192.97 + 122,807.02
		("999999.99", "877192.98", False),
		("1000000.00", "909090.91", True),  # 10 %: 909,090.91 + 90,909.09
		("1000000.00", "909090.92", False),
	],
)
def test_the_ladder_from_both_sides_of_each_edge(net, cost, passes):
	verdict = judge(make_document(make_line(net, cost=cost)), make_terms(price_action="Off"))
	assert (verdict.code == VerdictCode.PASS) is passes


def test_a_band_edge_can_be_the_way_out():
	"""Cost 170,000 needs 204,000 at 20 %, but only 198,900 at 17 %: 200,000 passes as it is the edge."""
	verdict = judge(make_document(make_line("199000", cost="170000")), make_terms(price_action="Off"))
	assert verdict.is_blocked
	assert verdict.violations[0].required == money("204000.00")
	assert verdict.passing_net == money("200000")


def test_a_band_that_the_present_price_has_left_is_not_offered():
	"""At 250,000 with cost 240,000 the 20 % band below is no way out: 17 % of 240,000 is asked for."""
	verdict = judge(make_document(make_line("250000", cost="240000")), make_terms(price_action="Off"))
	assert verdict.passing_net == money("280800.00")


def test_a_price_that_passes_is_offered_as_it_is():
	verdict = judge(worked_example("90.00"), make_terms())
	assert verdict.passing_net == verdict.net == money("900000.00")


def test_the_tier_of_a_margin_band_counts():
	bands = (MarginBand(money(0), money(20)), MarginBand(money(0), money(5), tier="A"))
	assert judge(worked_example("74", agreement=None), make_terms(margin_bands=bands)).margin.passes


def test_rounding_is_per_product_as_in_the_ledger():
	"""C·m = 0.125 and C·r = 0.625·… each become cents before they are added."""
	terms = make_terms(margin_bands=(MarginBand(money(0), money("12.5")),), price_action="Off")
	half_up = make_document(make_line("1.13", cost="1.00"))
	assert judge(half_up, terms).code == VerdictCode.PASS
	assert judge(make_document(make_line("1.12", cost="1.00")), terms).is_blocked
	half_to_even = replace(
		make_document(make_line("1.12", cost="1.00")), rounding=Rounding(half_to_even=True)
	)
	assert judge(half_to_even, terms).code == VerdictCode.PASS


def test_a_floor_is_not_a_cent_too_high_when_the_shares_do_not_divide():
	"""Cost 3.00 has to bring 5.00: a share of 5/3 per cost must not become 5.0…01 and then 5.01."""
	terms = make_terms(margin_bands=(MarginBand(money(0), money("66.6666")),), price_action="Off")
	assert judge(make_document(make_line("1", cost="3.00")), terms).floor_rates == {1: money("5.00")}


def test_floors_hold_when_small_quantities_round_down():
	"""Three rows of which each would lose part of a cent: together they still reach the floor."""
	lines = [
		make_line("1", quantity="0.3", cost=cost, row=row, item_code=f"ITEM-{row}")
		for row, cost in enumerate(("10.05", "10.11", "10.17"), start=1)
	]
	terms = make_terms(price_action="Off")
	floors = judge(make_document(*lines), terms).floor_rates
	at_floor = [
		make_line(floors[line.row], "0.3", line.unit_cost, row=line.row, item_code=line.item_code)
		for line in lines
	]
	assert judge(make_document(*at_floor), terms).code == VerdictCode.PASS


def test_floors_make_up_for_what_the_document_takes_off():
	"""Rows of 120.00 less a document discount of 12.00 need 12.00 more in the rows."""
	document = make_document(make_line("120", cost="90"), net=money("108.00"), gross=money("108.00"))
	verdict = judge(document, make_terms(price_action="Off"))
	assert verdict.code == VerdictCode.PASS
	assert verdict.floor_rates == {1: money("120.00")}


def test_floors_of_a_failing_document_grow_with_a_proportional_discount():
	"""10 % off 100.00 leaves 90.00; 108.00 is needed, which is 120.00 before the discount."""
	document = make_document(make_line("100", cost="90"), net=money("90.00"), gross=money("90.00"))
	assert judge(document, make_terms(price_action="Off")).floor_rates == {1: money("120.00")}


def test_the_floor_does_not_reach_across_a_band_that_fails():
	"""1,000,000.00 at cost 900,000 passes with 10 %; 999,999.99 would need 14 %: the edge is the floor."""
	verdict = judge(make_document(make_line("1100000", cost="900000")), make_terms(price_action="Off"))
	assert verdict.floor_rates == {1: money("1000000")}


def test_no_floor_where_the_rule_is_off():
	assert judge(worked_example("70"), make_terms(price_action="Off", margin_action="Off")).floor_rates == {}


def test_the_rebate_of_the_agreement_shows_on_the_verdict():
	assert judge(worked_example("100", agreement=LADDER), make_terms()).rebate_rate == 10


def test_other_costs_lower_both_markups():
	figures = judge(worked_example("85.40", other_costs=money("7000")), make_terms()).margin
	assert figures.actual_markup == 13  # 854,000 − 56,000 − 7,000 − 700,000
	assert shown(figures.net_markup) == money("11.24")  # 854,000 − 68,320 − 7,000 − 700,000


def test_the_floor_reaches_down_through_bands_that_pass():
	"""Cost 100,000: 600,000 could fall through 17 % and 20 % down to 120,000."""
	verdict = judge(make_document(make_line("600000", cost="100000")), make_terms(price_action="Off"))
	assert verdict.floor_rates == {1: money("120000.00")}


def test_a_price_that_only_reaches_the_next_band_is_not_offered():
	"""110 would do for 10 %, but from 110 on 50 % is asked for."""
	bands = (MarginBand(money(0), money(10)), MarginBand(money(110), money(50)))
	terms = make_terms(margin_bands=bands, price_action="Off")
	assert judge(make_document(make_line("100", cost="100")), terms).passing_net == money("150.00")


def test_band_edges_count_what_was_checked_elsewhere():
	"""900,000 checked before and 95,000 new at cost 90,000: 14 % needs 102,600, but at a million 10 % will do."""
	lines = (make_line("900000", cost=1, row=1, is_exempt=True), make_line("95000", cost="90000", row=2))
	verdict = judge(make_document(*lines), make_terms(price_action="Off"))
	assert verdict.is_blocked
	assert verdict.passing_net == money("100000")


def test_a_document_given_away_still_has_floors():
	"""Nothing to scale a full discount by: it is added to what is needed."""
	document = make_document(make_line("100", cost="90"), net=money(0), gross=money(0))
	assert judge(document, make_terms(price_action="Off")).floor_rates == {1: money("208.00")}
