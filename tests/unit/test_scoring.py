"""Scorecard, first year and arrears (R14, R15; S2)."""

from dataclasses import replace

import pytest

from kam_extension.policy.scoring import (
	is_upgrade,
	lowest_tier,
	points_for,
	propose_tier,
	tier_for_points,
)
from kam_extension.policy.terms import Criterion, TierTerms
from tests.unit.builders import make_terms, money

TERMS = make_terms()
BEST = {
	"contract_amount": money(5_000_000),
	"receivable_balance": money(0),
	"price_premium": money(10),
	"strategic_influence": money(4),
}


def propose(months=24, is_in_arrears=False, account_class="Major", terms=TERMS, **values):
	return propose_tier(terms, account_class, {**BEST, **values}, months, is_in_arrears)


@pytest.mark.parametrize(
	("metric", "value", "points"),
	[
		("contract_amount", "5000000", 4),
		("contract_amount", "4999999.99", 3),
		("contract_amount", "2000000", 3),
		("contract_amount", "1999999.99", 2),
		("contract_amount", "500000", 2),
		("contract_amount", "499999.99", 1),
		("receivable_balance", "-500", 4),
		("receivable_balance", "100000", 4),
		("receivable_balance", "100000.01", 3),
		("receivable_balance", "300000", 3),
		("receivable_balance", "300000.01", 2),
		("receivable_balance", "1000000", 2),
		("receivable_balance", "1000000.01", 1),
		("price_premium", "10", 4),
		("price_premium", "9.99", 3),
		("price_premium", "5", 3),
		("price_premium", "4.99", 2),
		("price_premium", "0", 2),
		("price_premium", "-0.01", 1),
		("strategic_influence", "4", 4),
		("strategic_influence", "3", 3),
		("strategic_influence", "2", 2),
		("strategic_influence", "1", 1),
	],
)
def test_points_of_the_default_criteria_at_their_thresholds(metric, value, points):
	criterion = next(row for row in TERMS.criteria if row.metric == metric)
	assert points_for(criterion, money(value)) == points


def test_what_could_not_be_measured_earns_the_lowest_points():
	proposal = propose(price_premium=None)
	assert {score.metric: score.points for score in proposal.scores}["price_premium"] == 1
	assert proposal.total_points == 13


@pytest.mark.parametrize(
	("total", "tier"),
	[("16", "A"), ("14", "A"), ("13.99", "B"), ("12", "B"), ("11.99", "C"), ("10", "C"), ("9.99", None)],
)
def test_tier_by_total(total, tier):
	assert tier_for_points(TERMS, "Major", money(total)) == tier
	assert tier_for_points(TERMS, "Ordinary", money(total)) == tier


def test_the_classes_have_scores_of_their_own():
	terms = make_terms(tiers=(TierTerms("Major", "A", money(14)), TierTerms("Ordinary", "A", money(15))))
	assert tier_for_points(terms, "Major", money(14)) == "A"
	assert tier_for_points(terms, "Ordinary", money(14)) is None


@pytest.mark.parametrize(
	("months", "tier", "reason"), [(0, "C", "first_year"), (11, "C", "first_year"), (12, "A", "scored")]
)
def test_the_first_twelve_months_are_c_whatever_the_size(months, tier, reason):
	proposal = propose(months=months)
	assert (proposal.tier, proposal.reason, proposal.total_points) == (tier, reason, 16)


def test_who_never_ordered_has_no_tier():
	assert (propose(months=None).tier, propose(months=None).reason) == (None, "no_orders")


def test_arrears_cost_a_point_on_the_contract_amount():
	assert propose(is_in_arrears=True).total_points == 15
	contract, *others = propose(is_in_arrears=True).scores
	assert (contract.metric, contract.points) == ("contract_amount", 3)
	assert [score.points for score in others] == [4, 4, 4]


def test_the_penalty_does_not_go_below_one_point():
	proposal = propose(is_in_arrears=True, contract_amount=money(1))
	assert proposal.scores[0].points == 1
	heavy = replace(TERMS, arrears_penalty=money(3))
	assert propose(is_in_arrears=True, terms=heavy, contract_amount=money(2_000_000)).scores[0].points == 1


def test_weights_multiply_points():
	criteria = (Criterion("order_count", True, money(4), money(3), money(2), money("2.5")),)
	proposal = propose(terms=replace(TERMS, criteria=criteria), order_count=money(3))
	assert proposal.total_points == money("7.5")


def test_upgrades_and_downgrades():
	assert is_upgrade(TERMS, "Major", "B", "A")
	assert is_upgrade(TERMS, "Major", None, "C")
	assert not is_upgrade(TERMS, "Major", "A", "B")
	assert not is_upgrade(TERMS, "Major", "C", None)
	assert not is_upgrade(TERMS, "Major", "A", "A")
	assert is_upgrade(TERMS, "Major", "unheard of", "C")


def test_a_class_without_tiers_has_none_to_give():
	assert lowest_tier(make_terms(tiers=()), "Major") is None
	assert propose(months=1, terms=make_terms(tiers=())).tier is None
