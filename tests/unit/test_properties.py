"""What holds for every document, and not only for the examples (architecture.md, Tests)."""

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kam_extension.policy.bands import band_for, edges
from kam_extension.policy.codes import RateSource, RebateBase, RebateBasis, VerdictCode
from kam_extension.policy.judge import judge, position_of
from kam_extension.policy.margin import figures_at, passing_net
from kam_extension.policy.money import Rounding
from kam_extension.policy.rebates import Agreement
from tests.unit.builders import make_account, make_document, make_line, make_terms

quick = settings(max_examples=60)
CENT = Decimal("0.01")
cents = st.integers(min_value=1, max_value=50_000).map(lambda amount: Decimal(amount) * CENT)
amounts = st.integers(min_value=0, max_value=200_000_000).map(lambda amount: Decimal(amount) * CENT)
quantities = st.one_of(
	st.integers(min_value=1, max_value=9_999).map(Decimal),
	st.integers(min_value=1, max_value=99_999).map(lambda thousandth: Decimal(thousandth) / 1000),
)
agreements = st.one_of(
	st.none(),
	st.just(Agreement("ladder")),
	st.integers(min_value=1, max_value=20).map(
		lambda rate: Agreement("special", RateSource.SPECIAL, Decimal(rate))
	),
)
policies = st.builds(
	make_terms,
	rebate_basis=st.sampled_from(list(RebateBasis)),
	rebate_base=st.sampled_from(list(RebateBase)),
)


@st.composite
def documents(draw, with_cost=True):
	"""Up to five rows of any price against a known cost, 0–17 % tax, perhaps with a rebate and other costs."""
	lines = []
	for row in range(1, draw(st.integers(min_value=1, max_value=5)) + 1):
		cost, factor = draw(cents), draw(st.integers(min_value=80, max_value=160))
		rate = max((cost * factor / 100).quantize(CENT), CENT)
		listed = draw(st.one_of(st.none(), st.just(cost * Decimal("1.4"))))
		lines.append(make_line(rate, draw(quantities), cost, listed, row=row, item_code=f"ITEM-{row}"))
	return make_document(
		*lines,
		tax=draw(st.sampled_from(["0", "6", "13", "17"])),
		agreement=draw(agreements),
		other_costs=draw(st.one_of(st.just(Decimal(0)), amounts.map(lambda amount: amount / 100))).quantize(
			CENT
		),
		account=make_account(tier=draw(st.sampled_from(["A", "B", "C", None]))),
	)


def at_net(document, terms, net):
	return figures_at(position_of(document), net, terms, document.rounding)


def in_one_band(terms, tier, low, high):
	"""Whether neither the required markup nor the rebate rate changes between two effective nets."""
	return all(
		band_for(bands, low, tier) == band_for(bands, high, tier)
		for bands in (terms.margin_bands, terms.rebate_bands)
	)


@quick
@given(documents(), policies, amounts)
def test_raising_a_price_within_a_band_never_turns_a_pass_into_a_block(document, terms, rise):
	assume(in_one_band(terms, document.account.tier, document.net, document.net + rise))
	before = at_net(document, terms, document.net)
	after = at_net(document, terms, document.net + rise)
	assert after.passes or not before.passes


@quick
@given(documents(), policies)
def test_the_offered_price_passes_and_is_not_below_the_present_one(document, terms):
	offered = passing_net(position_of(document), terms, document.rounding)
	assert offered is not None
	assert offered >= document.net
	assert at_net(document, terms, offered).passes


@quick
@given(documents(), policies)
def test_a_cent_less_than_the_offered_price_does_not_pass_unless_it_starts_a_band(document, terms):
	offered = passing_net(position_of(document), terms, document.rounding)
	is_edge = offered in edges(terms.margin_bands, None) | edges(terms.rebate_bands, None)
	assume(offered != document.net and not is_edge)
	assert not at_net(document, terms, offered - CENT).passes


@quick
@given(documents(), policies, st.lists(amounts, min_size=1, max_size=20))
def test_no_price_below_the_offered_one_passes(document, terms, others):
	offered = passing_net(position_of(document), terms, document.rounding)
	between = [net for net in others if document.net <= net < offered]
	assert not any(at_net(document, terms, net).passes for net in between)


@quick
@given(documents(), policies)
def test_the_verdict_compares_money_and_not_percent(document, terms):
	verdict = judge(document, terms)
	markup_broken = any(violation.reason == "markup" for violation in verdict.violations)
	assert markup_broken == (verdict.net < verdict.margin.required_net)
	assert verdict.margin.shortfall == max(verdict.margin.required_net - verdict.net, 0)


@quick
@given(documents(), policies)
def test_every_amount_is_whole_cents(document, terms):
	verdict = judge(document, terms)
	figures = verdict.margin
	shown = [
		figures.cost,
		figures.rebate,
		figures.required_net,
		figures.rebate_base_amount,
		verdict.passing_net,
	]
	for amount in [*shown, *verdict.floor_rates.values()]:
		assert amount == amount.quantize(CENT)


@quick
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6), st.booleans())
def test_rounding_is_the_ledgers_and_up_never_loses_a_cent(amount, half_to_even):
	rounding = Rounding(half_to_even=half_to_even)
	mode = ROUND_HALF_EVEN if half_to_even else ROUND_HALF_UP
	assert rounding.money(amount) == amount.quantize(CENT, mode)
	assert amount <= rounding.up(amount) < amount + CENT


def at_rates(document, rates):
	"""The document sold at `rates` (row → net rate); rows without one keep theirs."""
	lines = []
	for line in document.lines:
		rate = rates.get(line.row, line.net_rate)
		lines.append(replace(line, net_rate=rate, net_amount=document.rounding.money(rate * line.quantity)))
	net = (
		sum(line.net_amount for line in lines)
		- sum(line.net_amount for line in document.lines)
		+ document.net
	)
	gross = document.rounding.money(net * document.gross / document.net)
	return replace(document, lines=tuple(lines), net=net, gross=gross)


@quick
@given(documents(), policies)
def test_a_document_whose_rows_are_all_at_their_floor_rate_passes(document, terms):
	"""Where the floors leave the bands of the present price as they are; a band edge is a new question."""
	assume(document.net > 0 and position_of(document).cost > 0)
	at_floor = at_rates(document, judge(document, terms).floor_rates)
	lowest, highest = sorted((document.net, at_floor.net))
	assume(in_one_band(terms, document.account.tier, lowest, highest))
	assert {violation.reason for violation in judge(at_floor, terms).violations} <= {"unlisted_item"}


@quick
@given(documents())
def test_a_verdict_is_pass_exactly_without_violations(document):
	verdict = judge(document, make_terms())
	assert (verdict.code == VerdictCode.PASS) == (not verdict.violations)
