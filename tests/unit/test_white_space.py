"""What comparable accounts buy and one does not (R78)."""

from decimal import Decimal

import pytest

from kam_extension.policy.white_space import bought_groups, gaps
from tests.unit.builders import money

PEERS = {"P1", "P2", "P3", "P4"}


def spend(**amounts) -> dict:
	"""{item group: {account: amount}} from `pumps={"P1": 100}`."""
	return {group: {account: money(value) for account, value in by.items()} for group, by in amounts.items()}


def found(by, own=(), min_peers=3, min_share=30, peers=PEERS):
	return gaps(set(own), peers, by, min_peers, money(min_share))


def test_share_median_and_what_can_be_expected():
	[gap] = found(spend(pumps={"P1": 100, "P2": 300, "P3": 800}))
	assert (gap.item_group, gap.peers, gap.buyers, gap.share) == ("pumps", 4, 3, 75)
	assert (gap.median_spend, gap.potential) == (300, 225)


def test_the_middle_of_an_even_number_lies_between():
	[gap] = found(spend(pumps={"P1": 100, "P2": 300}))
	assert (gap.share, gap.median_spend, gap.potential) == (50, 200, 100)


def test_what_the_account_buys_is_no_gap():
	assert found(spend(pumps={"P1": 100, "P2": 300}), own={"pumps"}) == []


@pytest.mark.parametrize(
	("peers", "known"), [({"P1", "P2", "P3"}, True), ({"P1", "P2"}, False), (set(), False)]
)
def test_too_few_comparable_accounts_say_nothing(peers, known):
	assert bool(found(spend(pumps={"P1": 1, "P2": 1}), peers=peers)) is known


@pytest.mark.parametrize(("min_share", "known"), [(50, True), (Decimal("50.1"), False)])
def test_the_share_bound_counts(min_share, known):
	assert bool(found(spend(pumps={"P1": 1, "P2": 1}), min_share=min_share)) is known


def test_one_buyer_is_not_given_away():
	assert found(spend(pumps={"P1": 100}), min_share=0) == []


def test_what_was_given_back_is_no_purchase():
	by = spend(pumps={"P1": 100, "P2": 0, "P3": -5})
	assert found(by, min_share=0) == []
	assert bought_groups("P3", by) == set()
	assert bought_groups("P1", by) == {"pumps"}


def test_strangers_spend_does_not_count():
	assert found(spend(pumps={"X": 100, "Y": 100, "P1": 7})) == []


def test_the_largest_comes_first():
	by = spend(pumps={"P1": 10, "P2": 10}, valves={"P1": 90, "P2": 90}, pipes={"P1": 10, "P2": 10})
	assert [gap.item_group for gap in found(by)] == ["valves", "pipes", "pumps"]
