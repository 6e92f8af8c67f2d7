"""The discount cap of class and tier against the base price list (R21)."""

import pytest

from kam_extension.policy.codes import AccountClass, Action, VerdictCode
from kam_extension.policy.judge import judge
from kam_extension.policy.pricing import cap_floor_rate, discount_points_over_cap
from tests.unit.builders import make_account, make_document, make_line, make_terms, money


def judged(rate, tier="A", account_class=AccountClass.MAJOR, list_rate=100, **line):
	"""A row with a cost so low that only the cap can be broken."""
	document = make_document(
		make_line(rate, cost=1, list_rate=list_rate, **line),
		account=make_account(tier, account_class),
	)
	return judge(document, make_terms())


@pytest.mark.parametrize(
	("account_class", "tier", "lowest"),
	[
		("Major", "A", "85"),
		("Major", "B", "90"),
		("Major", "C", "95"),
		("Major", None, "100"),
		("Ordinary", "A", "90"),
		("Ordinary", "B", "95"),
		("Ordinary", "C", "100"),
		("Ordinary", None, "100"),
		("Ordinary", "unheard of", "100"),
	],
)
def test_the_cap_of_class_and_tier_to_the_cent(account_class, tier, lowest):
	assert judged(lowest, tier, account_class).code == VerdictCode.PASS
	blocked = judged(money(lowest) - money("0.01"), tier, account_class)
	[violation] = blocked.violations
	assert (violation.rule, violation.row) == ("Discount Cap", 1)
	assert (violation.required, violation.shortfall) == (money(lowest), money("0.01"))


def test_a_policy_without_tiers_allows_no_discount():
	document = make_document(make_line("99.99", cost=1, list_rate=100))
	assert judge(document, make_terms(tiers=())).is_blocked


def test_points_beyond_the_cap_are_what_an_approver_decides_on():
	[violation] = judged("80").violations
	assert violation.points == 5
	assert discount_points_over_cap(make_line("85", list_rate=100), money(15)) == 0


def test_the_floor_is_rounded_as_money():
	assert cap_floor_rate(
		make_line("1", list_rate="33.33"), money(15), make_document(make_line(1)).rounding
	) == money("28.33")


def test_every_broken_row_is_named():
	lines = [
		make_line(rate, cost=1, list_rate=100, row=row) for row, rate in enumerate((80, 90, 70), start=1)
	]
	verdict = judge(make_document(*lines), make_terms())
	assert [violation.row for violation in verdict.violations] == [1, 3]


def test_free_and_exempt_rows_are_not_capped():
	lines = (
		make_line("100", cost=1, list_rate=100, row=1),
		make_line("0", cost=1, list_rate=100, row=2, is_free=True),
		make_line("10", cost=1, list_rate=100, row=3, is_exempt=True),
	)
	verdict = judge(make_document(*lines), make_terms())
	assert verdict.code == VerdictCode.PASS
	assert set(verdict.floor_rates) == {1}


def test_an_unlisted_item_follows_its_own_action():
	document = make_document(make_line("50", cost=1, list_rate=None))
	for action, code in (("Off", "Pass"), ("Warn", "Warned"), ("Block", "Blocked")):
		verdict = judge(document, make_terms(unlisted_item_action=action))
		assert verdict.code == code
	assert [violation.rule for violation in verdict.violations] == ["Unlisted Item"]


def test_no_price_rule_asks_for_no_base_price():
	document = make_document(make_line("50", cost=1, list_rate=None))
	verdict = judge(document, make_terms(price_action=Action.OFF, unlisted_item_action="Block"))
	assert verdict.code == VerdictCode.PASS


def test_the_higher_of_both_floors_is_shown():
	verdict = judge(make_document(make_line("90", cost=80, list_rate=100)), make_terms())
	assert verdict.floor_rates == {1: money("96.00")}  # 20 % on 80, above 85.00 of the cap
