"""What a policy leaves open: each finding once with its field and row, and its nearest neighbour without (R13–R31)."""

from dataclasses import replace
from datetime import date

import pytest

from kam_extension.policy.gaps import Period, Surroundings, find_gaps
from kam_extension.policy.terms import Authority, Criterion, LevelRule, MarginBand, RebateBand, TierTerms
from tests.unit.builders import make_terms, money, on_receipts

RANKS = {"A": 1, "B": 2, "C": 3}
EXECUTIVE = Authority("KAM Executive", money(100), money(100), True)
PLAIN = {"criteria": (), "arrears_penalty": money(0)}  # no scorecard, so that scores say nothing


def codes(terms, around=None) -> set[tuple]:
	return {(gap.field, gap.row, gap.code) for gap in find_gaps(terms, around)}


def level(tier, account_class="Major", **values):
	"""A service level about which nothing is to be said."""
	plain = {
		"min_score": money({"A": 14, "B": 12, "C": 10}.get(tier, 0)),
		"max_discount_percentage": money(5),
		"shipping_priority": 3,
		"visit_interval_months": 6,
		"credit_limit": money(1000),
		"max_overdue_days": 30,
	}
	return TierTerms(account_class, tier, **{**plain, **values})


def tiers(*rows, **changes):
	"""Major rows as given, and one quiet row for ordinary accounts."""
	return make_terms(**{**PLAIN, "tiers": (*rows, level(None, "Ordinary")), **changes})


def scored(*criteria, score=None, **changes):
	row = level("A", min_score=money(score or 0))
	return make_terms(criteria=criteria, tiers=(row, level(None), level(None, "Ordinary")), **changes)


def criterion(metric="revenue", higher=True, steps=(3, 2, 1), weight=1):
	return Criterion(metric, higher, *(money(step) for step in steps), money(weight))


def margins(*rows):
	return make_terms(margin_bands=tuple(MarginBand(money(a), money(m), tier) for a, m, tier in rows))


def rebates(*rows, base=make_terms, **changes):
	return base(rebate_bands=tuple(RebateBand(money(a), money(r), tier) for a, r, tier in rows), **changes)


def rules(*rows):
	return make_terms(levels=tuple(LevelRule(name, count, money(amount), years, judged) for
		name, count, amount, years, judged in rows))  # fmt: skip


def test_the_shipped_policy_has_one_gap_that_its_page_explains():
	"""Who buys at the tier's own discount can't reach the points for A: docs/policies/default.md."""
	assert codes(make_terms(), Surroundings(ranks=RANKS)) == {
		("tiers", 1, "discount_costs_tier"),
		("tiers", 5, "discount_costs_tier"),
	}


PREMIUM = criterion("price_premium", steps=(10, 5, 0))
CASES = {
	"a class without any row": (
		make_terms(**PLAIN, tiers=(level(None),)), make_terms(**PLAIN, tiers=(level(None), level(None, "Ordinary"))),
		("tiers", None, "class_missing")),
	"a class without a row for no tier": (tiers(level("A")), tiers(level("A"), level(None)),
		("tiers", None, "no_row_without_tier")),
	"a lower discount for a better tier": (
		tiers(level("A", discount_percentage=money(1)), level("B", discount_percentage=money(2)), level(None)),
		tiers(level("A", discount_percentage=money(2)), level("B", discount_percentage=money(2)), level(None)),
		("tiers", 1, "worse_for_better_tier")),
	"a lower cap than without a tier": (
		tiers(level("A", max_discount_percentage=money("4.99")), level(None)), tiers(level("A"), level(None)),
		("tiers", 1, "worse_for_better_tier")),
	"a limit where the lower tier has none": (
		tiers(level("A"), level("B", credit_limit=money(0)), level(None)),
		tiers(level("A", credit_limit=money(0)), level("B"), level(None)),
		("tiers", 1, "worse_for_better_tier")),
	"fewer days overdue": (tiers(level("A", max_overdue_days=29), level(None)), tiers(level("A"), level(None)),
		("tiers", 1, "worse_for_better_tier")),
	"served later": (tiers(level("A", shipping_priority=4), level(None)),
		tiers(level("A", shipping_priority=2), level(None)), ("tiers", 1, "worse_for_better_tier")),
	"not sorted at all": (tiers(level("A", shipping_priority=0), level(None)), tiers(level("A"), level(None)),
		("tiers", 1, "worse_for_better_tier")),
	"discount beside a price list": (
		tiers(level("A", price_list="Own", discount_percentage=money(2)), level(None)),
		tiers(level("A", price_list="Own"), level(None)), ("tiers", 1, "discount_unused")),
	"discount that takes the cap": (
		tiers(level("A", discount_percentage=money(5)), level(None)),
		tiers(level("A", discount_percentage=money("4.99")), level(None)), ("tiers", 1, "discount_takes_cap")),
	"no credit limit": (tiers(level(None, credit_limit=money(0))), tiers(level(None)), ("tiers", 1, "no_limit")),
	"no limit of days": (tiers(level(None, max_overdue_days=0)),
		tiers(level(None, max_overdue_days=0), credit_action="Off"), ("tiers", 1, "no_limit")),
	"never visited": (tiers(level(None, visit_interval_months=0)), tiers(level(None)),
		("tiers", 1, "never_visited")),
	"without priority": (tiers(level(None, shipping_priority=0)), tiers(level(None)), ("tiers", 1, "no_priority")),
	"tiers without a scorecard": (tiers(level("A"), level(None)), tiers(level(None)),
		("criteria", None, "no_scorecard")),
	"a scorecard without tiers": (
		make_terms(criteria=(criterion(),), tiers=(level(None), level(None, "Ordinary"))), scored(criterion()),
		("criteria", None, "scorecard_for_nothing")),
	"a penalty on no criterion": (scored(criterion()), scored(criterion("contract_amount")),
		("arrears_penalty", None, "penalty_on_nothing")),
	"no months for tiers": (scored(criterion(), tier_review_months=" "), scored(criterion()),
		("tier_review_months", None, "no_review_months")),
	"no months for credit": (make_terms(credit_review_months=""), make_terms(),
		("credit_review_months", None, "no_credit_review_months")),
	"receivables better when higher": (scored(criterion("receivable_balance")),
		scored(criterion("receivable_balance", False, (1, 2, 3))), ("criteria", 1, "unusual_direction")),
	"revenue better when lower": (scored(criterion("revenue", False, (1, 2, 3))), scored(criterion()),
		("criteria", 1, "unusual_direction")),
	"more than 4 for influence": (scored(criterion("strategic_influence", steps=(5, 3, 2))),
		scored(criterion("strategic_influence", steps=(4, 3, 2))), ("criteria", 1, "points_unreachable")),
	"a score that nobody reaches": (scored(criterion(weight="1.5"), score="6.01"),
		scored(criterion(weight="1.5"), score=6), ("tiers", 1, "score_unreachable")),
	"a score that everybody reaches": (scored(criterion(weight=2), score=2),
		scored(criterion(weight=2), score="2.01"), ("tiers", 1, "score_always_reached")),
	"a discount that costs the tier": (
		make_terms(criteria=(PREMIUM, criterion()),
			tiers=(level("A", min_score=money("5.5"), discount_percentage=money(1)),)),
		make_terms(criteria=(PREMIUM, criterion()),
			tiers=(level("A", min_score=money(5), discount_percentage=money(1)),)),
		("tiers", 1, "discount_costs_tier")),
	"a level without contracts": (rules(("Group", 0, 5, 5, 0)), rules(("Group", 1, 5, 5, 0)),
		("levels", 1, "level_by_judgement")),
	"a level for any contract": (rules(("Group", 1, 0, 5, 0)), rules(("Group", 1, 1, 5, 0)),
		("levels", 1, "level_any_amount")),
	"a level behind a better one": (rules(("Project", 2, 50, 5, 0), ("Group", 1, 50, 5, 0)),
		rules(("Project", 2, 50, 5, 0), ("Group", 1, 50, 5, 1)), ("levels", 1, "level_hidden")),
	"a level for larger contracts": (rules(("Group", 2, 50, 5, 0), ("Project", 1, 51, 5, 0)),
		rules(("Group", 2, 50, 5, 0), ("Project", 1, 50, 5, 0)), ("levels", 2, "level_easier")),
	"no margin bands": (make_terms(margin_bands=()), make_terms(margin_bands=(), margin_action="Off"),
		("margin_bands", None, "no_margin_bands")),
	"a rising markup": (margins((0, 10, None), (5, 11, None)), margins((0, 10, None), (5, 11, "A")),
		("margin_bands", 2, "markup_rises")),
	"a falling rebate": (rebates((0, 5, None), (9, 4, None)), rebates((0, 5, None), (9, 5, None)),
		("rebate_bands", 2, "rebate_falls")),
	"a band of an unknown tier": (margins((0, 10, None), (0, 9, "Gold")), margins((0, 10, None), (0, 9, "C")),
		("margin_bands", 2, "band_of_unknown_tier")),
	"no rebate bands": (make_terms(rebate_bands=()), make_terms(), ("rebate_bands", None, "no_rebate_bands")),
	"a rebate band of an unknown tier": (rebates((0, 5, None), (0, 5, "Gold")), make_terms(),
		("rebate_bands", 2, "band_of_unknown_tier")),
	"a rebate that takes all": (rebates((0, 100, None), base=on_receipts),
		rebates((0, "99.9", None), base=on_receipts), ("rebate_bands", 1, "rebate_takes_all")),
	# 10 % markup, 45 % of cost and of receipts: 155 − 69.75 − 100 < 0; at 34 % 144 − 48.96 − 100 < 0; at 25 % 135 − 33.75
	"a rebate that eats the markup": (
		replace(rebates((0, 45, None)), margin_bands=(MarginBand(money(0), money(10)),)),
		replace(rebates((0, 25, None)), margin_bands=(MarginBand(money(0), money(10)),)),
		("rebate_bands", 1, "rebate_eats_markup")),
	"an unused cost list": (make_terms(cost_sources=("BOM",)), make_terms(cost_sources=("BOM",), cost_price_list=None),
		("cost_price_list", None, "cost_list_unused")),
	"markup that nobody may pass": (
		make_terms(authorities=(replace(EXECUTIVE, max_markup_concession=money(99)),)), make_terms(authorities=()),
		("authorities", None, "beyond_everybody")),
	"credit that nobody may pass": (make_terms(authorities=(replace(EXECUTIVE, may_pass_credit=False),)),
		make_terms(authorities=(replace(EXECUTIVE, may_pass_credit=False), Authority("KAM Director", money(1), money(1), True))),
		("authorities", None, "credit_beyond_everybody")),
	"nobody without limits": (make_terms(authorities=(replace(EXECUTIVE, max_discount=money(99)),)), make_terms(),
		("authorities", None, "nobody_without_limits")),
	"a role without power": (make_terms(authorities=(Authority("KAM Manager"),)),
		make_terms(authorities=(Authority("KAM Manager", money(1)),)), ("authorities", 1, "authority_without_power")),
	"a director with more discount than the executive": (
		make_terms(authorities=(replace(EXECUTIVE, max_discount=money(1)), Authority("KAM Director", money(9), money(2)))),
		make_terms(authorities=(replace(EXECUTIVE, max_discount=money(2)), Authority("KAM Director", money(9), money(2)))),
		("authorities", 2, "lower_role_may_more")),
	"a manager above a director": (
		make_terms(authorities=(Authority("KAM Director", money(2)), Authority("KAM Manager", money(3)))),
		make_terms(authorities=(Authority("KAM Director", money(3)), Authority("KAM Manager", money(3)))),
		("authorities", 2, "lower_role_may_more")),
}  # fmt: skip


@pytest.mark.parametrize(("open_terms", "neighbour", "gap"), CASES.values(), ids=CASES)
def test_a_gap_is_found_and_its_neighbour_is_none(open_terms, neighbour, gap):
	assert gap in codes(open_terms)
	assert gap not in codes(neighbour)


def test_ranks_tell_the_same_as_scores():
	terms = tiers(level("A"), level("B"), level(None), criteria=(criterion(weight=5),))
	assert ("tiers", 2, "rank_order") in codes(terms, Surroundings(ranks={"A": 2, "B": 1}))
	assert ("tiers", 2, "rank_order") not in codes(terms, Surroundings(ranks={"A": 1, "B": 2}))


def test_tax_makes_the_rebate_eat_more():
	"""10 % markup and 28 % rebate: 138 − 38.64 − 100 < 0; 27 %: 137 − 36.99 − 100 > 0, with 13 % tax − 41.80 < 0."""
	terms = replace(rebates((0, 27, None)), margin_bands=(MarginBand(money(0), money(10)),))
	gap = ("rebate_bands", 1, "rebate_eats_markup")
	assert gap not in codes(terms)
	assert gap in codes(terms, Surroundings(tax_factor=money("1.13")))
	assert gap not in codes(
		replace(terms, rebate_base="Net Receipts"), Surroundings(tax_factor=money("1.13"))
	)


def day(text):
	return date.fromisoformat(text)


def found_days(valid_from, valid_to, *periods, today=None, is_draft=True):
	terms = make_terms(valid_from=day(valid_from), valid_to=valid_to and day(valid_to))
	around = Surroundings(
		today=today and day(today),
		is_draft=is_draft,
		periods=tuple(Period(day(start), end and day(end)) for start, end in periods),
	)
	return {
		gap.code: gap.values for gap in find_gaps(terms, around) if gap.field in ("valid_from", "valid_to")
	}


class TestDays:
	def test_a_day_between_two_policies(self):
		gaps = found_days("2026-07-02", None, ("2026-01-01", "2026-06-30"))
		assert gaps == {"days_before": {"start": day("2026-07-01"), "end": day("2026-07-01")}}
		assert found_days("2026-07-01", None, ("2026-01-01", "2026-06-30")) == {}

	def test_the_first_policy_leaves_no_day_before(self):
		assert found_days("2026-07-02", None) == {}
		assert found_days("2026-07-02", None, ("2027-01-01", None)) == {}

	def test_a_policy_for_all_holds_meanwhile(self):
		assert found_days("2026-07-02", None, ("2026-01-01", "2026-02-28"), ("2020-01-01", None)) == {}

	def test_days_after_the_end(self):
		gaps = found_days("2026-01-01", "2026-06-30", ("2026-08-01", None))
		assert gaps == {"days_after": {"start": day("2026-07-01"), "end": day("2026-07-31")}}
		assert found_days("2026-01-01", "2026-06-30", ("2026-07-01", None)) == {}

	def test_nothing_follows(self):
		assert set(found_days("2026-01-01", "2026-06-30")) == {"nothing_follows"}

	def test_a_beginning_in_the_past(self):
		assert set(found_days("2026-01-01", None, today="2026-01-02")) == {"begins_in_past"}
		assert found_days("2026-01-02", None, today="2026-01-02") == {}
		assert found_days("2026-01-01", None, today="2026-01-02", is_draft=False) == {}

	def test_an_end_in_the_past(self):
		gaps = found_days("2026-01-01", "2026-06-30", ("2020-01-01", None), today="2026-07-01")
		assert set(gaps) == {"never_in_force"}
