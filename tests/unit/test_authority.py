"""Who may approve: the lowest role whose limits cover every violation (R27; S4 article 1.5)."""

import pytest

from kam_extension.policy.authority import approving_roles
from kam_extension.policy.codes import Action, Rule
from kam_extension.policy.terms import Authority
from kam_extension.policy.verdict import Violation
from tests.unit.builders import make_terms, money

RANGE = (
	Authority("KAM Executive", money(100), money(100), True),
	Authority("KAM Director", money(5), money(8), True),
	Authority("KAM Manager", money(2), money(3), False),
)


def violation(rule, points=0):
	return Violation(rule=rule, reason="", action=Action.BLOCK, points=money(points))


def test_by_default_only_the_executive_approves():
	shipped = make_terms().authorities
	for authorities in (shipped, ()):
		for rule in Rule:
			assert approving_roles([violation(rule, 99)], authorities) == ["KAM Executive"]


@pytest.mark.parametrize(
	("rule", "points", "lowest"),
	[
		(Rule.MARKUP, "2", "KAM Manager"),
		(Rule.MARKUP, "2.000001", "KAM Director"),
		(Rule.MARKUP, "5", "KAM Director"),
		(Rule.MARKUP, "5.01", "KAM Executive"),
		(Rule.MARKUP, "250", "KAM Executive"),
		(Rule.DISCOUNT_CAP, "3", "KAM Manager"),
		(Rule.DISCOUNT_CAP, "3.01", "KAM Director"),
		(Rule.DISCOUNT_CAP, "8.01", "KAM Executive"),
		(Rule.CREDIT, "0", "KAM Director"),
		(Rule.UNREFERENCED_CREDIT, "0", "KAM Executive"),
		(Rule.UNKNOWN_COST, "0", "KAM Executive"),
		(Rule.UNLISTED_ITEM, "0", "KAM Executive"),
	],
)
def test_the_lowest_role_that_covers_it_comes_first(rule, points, lowest):
	roles = approving_roles([violation(rule, points)], RANGE)
	assert roles[0] == lowest
	assert roles[-1] == "KAM Executive"


def test_every_violation_has_to_be_covered():
	both = [violation(Rule.MARKUP, 1), violation(Rule.DISCOUNT_CAP, 6)]
	assert approving_roles(both, RANGE) == ["KAM Director", "KAM Executive"]


def test_the_executive_has_no_limit_unless_a_row_sets_one():
	assert approving_roles([violation(Rule.MARKUP, 3)], RANGE[2:]) == ["KAM Executive"]
	limited = (Authority("KAM Executive", money(2), money(100), True),)
	assert approving_roles([violation(Rule.MARKUP, 2)], limited) == ["KAM Executive"]
	assert approving_roles([violation(Rule.MARKUP, 3)], limited) == []


def test_lowest_means_lowest_in_rank_whatever_the_sums_of_the_limits():
	crossed = (Authority("KAM Director", money(1), money(9)), Authority("KAM Manager", money(9), money(2)))
	assert approving_roles([violation(Rule.MARKUP, 1)], crossed)[:2] == ["KAM Manager", "KAM Director"]


def test_a_free_concession_needs_both_limits_lifted():
	half = (
		Authority("KAM Director", money(100), money(8), True),
		Authority("KAM Executive", money(100), money(100)),
	)
	assert approving_roles([violation(Rule.UNREFERENCED_CREDIT)], half) == ["KAM Executive"]
