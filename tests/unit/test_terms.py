"""Reading a policy from a document's dict or a preset, and the service levels of S2."""

from datetime import date
from decimal import Decimal, InvalidOperation

import pytest

from kam_extension.policy.terms import PolicyTerms, terms_from
from tests.unit.builders import make_terms


@pytest.mark.parametrize(
	("account_class", "tier", "priority", "discount", "cap", "limit", "days", "months"),
	[
		("Major", "A", 1, 10, 15, 5_000_000, 60, 3),
		("Major", "B", 2, 6, 10, 2_000_000, 45, 6),
		("Ordinary", "A", 3, 6, 10, 1_000_000, 45, 12),
		("Major", "C", 4, 3, 5, 1_000_000, 30, 12),
		("Ordinary", "B", 5, 3, 5, 500_000, 30, 6),
		("Ordinary", "C", 6, 0, 0, 200_000, 30, 12),
		("Ordinary", None, 6, 0, 0, 200_000, 30, 12),
		("Major", None, 6, 0, 0, 200_000, 30, 12),
	],
)
def test_the_shipped_service_levels(account_class, tier, priority, discount, cap, limit, days, months):
	level = make_terms().service_level(account_class, tier)
	assert (level.shipping_priority, level.visit_interval_months) == (priority, months)
	assert (level.discount_percentage, level.max_discount_percentage) == (discount, cap)
	assert (level.credit_limit, level.max_overdue_days) == (limit, days)


def test_a_document_and_a_preset_read_the_same():
	document = {
		"name": "KAM-POL-1",
		"company": "Company",
		"valid_from": date(2026, 1, 1),
		"valid_to": "",
		"exclude_dealer_led": 0,
		"margin_bands": [{"from_amount": 0.0, "min_markup": 20.0, "tier": "", "idx": 1}],
		"cost_sources": [{"source": "BOM"}],
		"docstatus": 1,
	}
	preset = {
		"name": "KAM-POL-1",
		"company": "Company",
		"valid_from": "2026-01-01",
		"exclude_dealer_led": False,
		"margin_bands": [{"from_amount": 0, "min_markup": "20"}],
		"cost_sources": ["BOM"],
	}
	terms = terms_from(document)
	assert terms == terms_from(preset)
	assert (terms.valid_from, terms.valid_to, terms.exclude_dealer_led) == (date(2026, 1, 1), None, False)
	assert terms.margin_bands[0].tier is None
	assert isinstance(terms.margin_bands[0].min_markup, Decimal)


def test_an_empty_policy_has_the_contracts_defaults():
	assert terms_from({}) == PolicyTerms()


@pytest.mark.parametrize(
	("source", "error"),
	[
		({"margin_bands": [{"from_amount": "much"}]}, InvalidOperation),
		({"grace_days": "some"}, ValueError),
		({"valid_from": "1 January"}, ValueError),
	],
)
def test_what_is_no_number_and_no_date_is_refused(source, error):
	with pytest.raises(error):
		terms_from(source)
