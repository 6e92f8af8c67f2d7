"""Contradictions found when a policy is saved: each code once, with its field and row (R26, bad input)."""

from dataclasses import replace
from datetime import date

import pytest

from kam_extension.policy.checks import find_contradictions, review_months
from kam_extension.policy.terms import Authority, Criterion, LevelRule, MarginBand, RebateBand, TierTerms
from tests.unit.builders import make_terms, money


def margin(*rows):
	return {
		"margin_bands": tuple(MarginBand(money(amount), money(rate), tier) for amount, rate, tier in rows)
	}


def rebate(*rows):
	return {"rebate_bands": tuple(RebateBand(money(amount), money(rate)) for amount, rate in rows)}


def tiers(*rows):
	return {"tiers": tuple(TierTerms("Major", **row) for row in rows)}


def criterion(*steps, higher=True, metric="order_count", weight=1):
	row = Criterion(metric, higher, *(money(step) for step in steps), money(weight))
	return {"criteria": (row,)}


ROLE = Authority("KAM Executive", money(100), money(100), True)


def test_the_shipped_policy_has_none():
	assert find_contradictions(make_terms()) == []


@pytest.mark.parametrize(
	("changes", "field", "row", "code"),
	[
		(
			{"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)},
			"valid_to",
			None,
			"ends_before_it_starts",
		),
		({"new_customer_months": -1}, "new_customer_months", None, "negative"),
		({"arrears_penalty": money("-0.5")}, "arrears_penalty", None, "negative"),
		({"grace_days": -1}, "grace_days", None, "negative"),
		({"tier_review_months": "0"}, "tier_review_months", None, "no_month"),
		({"tier_review_months": "13"}, "tier_review_months", None, "no_month"),
		({"credit_review_months": "1,July"}, "credit_review_months", None, "no_month"),
		({"silence_medium": money("3.5")}, "silence_medium", None, "medium_over_high"),
		({"silence_medium": money(1)}, "silence_medium", None, "silence_too_short"),
		({"silence_high": money(-1)}, "silence_high", None, "negative"),
		({"order_drop_medium": money("40.1")}, "order_drop_medium", None, "medium_over_high"),
		({"order_drop_high": money(101)}, "order_drop_high", None, "over_hundred_percent"),
		({"rhythm_min_orders": 1}, "rhythm_min_orders", None, "too_few_orders"),
		(tiers({"tier": "A", "report_months": "3,13"}), "tiers", 1, "no_month"),
		(margin((0, 20, None), (-1, 10, "A")), "margin_bands", 2, "negative"),
		(margin((0, -20, None)), "margin_bands", 1, "negative"),
		(margin((0, 20, None), (0, 17, None)), "margin_bands", 2, "bands_overlap"),
		(margin((0, 20, None), (500, 17, None), (200, 14, None)), "margin_bands", 3, "bands_unsorted"),
		(margin((1, 20, None)), "margin_bands", None, "bands_leave_gap"),
		(margin((0, 20, "A")), "margin_bands", None, "bands_leave_gap"),
		(rebate((0, 101)), "rebate_bands", 1, "over_hundred_percent"),
		(rebate((0, 5), (0, 8)), "rebate_bands", 2, "bands_overlap"),
		(
			tiers({"tier": "A", "min_score": money(1)}, {"tier": "A", "min_score": money(2)}),
			"tiers",
			2,
			"repeated",
		),
		(
			tiers({"tier": "A", "min_score": money(9)}, {"tier": "B", "min_score": money(9)}),
			"tiers",
			2,
			"same_score",
		),
		(tiers({"credit_limit": money(-1)}), "tiers", 1, "negative"),
		(tiers({"max_discount_percentage": money(101)}), "tiers", 1, "over_hundred_percent"),
		(
			tiers({"discount_percentage": money(6), "max_discount_percentage": money(5)}),
			"tiers",
			1,
			"discount_over_cap",
		),
		(criterion(4, 3, 2, metric="luck"), "criteria", 1, "unknown_metric"),
		(criterion(4, 3, 2, weight=0), "criteria", 1, "weight_not_positive"),
		(criterion(2, 3, 4), "criteria", 1, "thresholds_unsorted"),
		(criterion(4, 3, 2, higher=False), "criteria", 1, "thresholds_unsorted"),
		(criterion(4, 4, 2), "criteria", 1, "thresholds_unsorted"),
		({"criteria": 2 * criterion(4, 3, 2)["criteria"]}, "criteria", 2, "repeated"),
		({"levels": 2 * (LevelRule("Group", 1, money(1), 1),)}, "levels", 2, "repeated"),
		({"levels": (LevelRule("Group", 1, money(-1), 1),)}, "levels", 1, "negative"),
		({"authorities": (ROLE, ROLE)}, "authorities", 2, "repeated"),
		({"authorities": (replace(ROLE, max_discount=money(-1)),)}, "authorities", 1, "negative"),
		(
			{"authorities": (replace(ROLE, max_markup_concession=money(101)),)},
			"authorities",
			1,
			"over_hundred_percent",
		),
		({"cost_sources": ("BOM", "BOM")}, "cost_sources", 2, "repeated"),
		({"cost_price_list": None}, "cost_price_list", None, "cost_price_list_missing"),
		({"cost_sources": ()}, "cost_sources", None, "cost_sources_missing"),
		({"base_price_list": None}, "base_price_list", None, "base_price_list_missing"),
	],
)
def test_a_contradiction_names_field_row_and_code(changes, field, row, code):
	found = [(item.field, item.row, item.code) for item in find_contradictions(make_terms(**changes))]
	assert (field, row, code) in found


@pytest.mark.parametrize(
	"changes",
	[
		margin((0, 20, None), (0, 15, "A"), (100, 10, None), (100, 8, "A")),
		rebate((0, 100)),
		{"rebate_bands": (), "margin_bands": ()},
		{"valid_from": date(2026, 2, 1), "valid_to": date(2026, 2, 1)},
		criterion(1, 2, 3, higher=False),
		tiers({"tier": "A"}, {"tier": None}),
		{"price_action": "Off", "base_price_list": None},
		{"margin_action": "Off", "cost_sources": ()},
		{"tier_review_months": ""},
		{"tier_review_months": "1,12"},
		{"silence_medium": money("1.1"), "silence_high": money("1.1"), "rhythm_min_orders": 2},
		{"silence_medium": money(0), "silence_high": money(0)},
		{"order_drop_medium": money(30), "order_drop_high": money(0)},
		tiers({"tier": "A", "report_months": "3,9"}),
		{"grace_days": 0, "arrears_penalty": money(0), "new_customer_months": 0},
		margin((0, 0, None)),
		tiers({"discount_percentage": money(100), "max_discount_percentage": money(100)}),
		{"authorities": (replace(ROLE, max_discount=money(0)),)},
		{"levels": (LevelRule("Group", 0, money(0), 0),)},
	],
)
def test_what_is_allowed(changes):
	assert find_contradictions(make_terms(**changes)) == []


def test_all_contradictions_come_at_once():
	terms = make_terms(grace_days=-1, **margin((5, -1, None)))
	assert {item.code for item in find_contradictions(terms)} == {"negative", "bands_leave_gap"}
	assert len(find_contradictions(terms)) == 3


def test_review_months_are_a_comma_list():
	assert review_months("1, 7") == [1, 7]
	assert review_months("1\uff0c7") == [1, 7]
	assert review_months("") == []
