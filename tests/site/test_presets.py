"""A shipped preset becomes a draft policy that somebody can submit (R81)."""

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.setup.presets import DIRECTORY, draft_policy, preset_names
from tests.site.factories import company


def test_preset_is_drafted_for_all_companies_from_today():
	policy = frappe.get_doc("KAM Policy", draft_policy("default"))
	assert (policy.docstatus, policy.company, getdate(policy.valid_from)) == (0, None, getdate())
	assert [row.min_markup for row in policy.margin_bands] == [20, 17, 14, 10]
	policy.submit()
	assert policy.docstatus == 1


def test_every_rule_of_a_preset_only_warns():
	assert preset_names()
	for name in preset_names():
		policy = frappe.get_doc("KAM Policy", draft_policy(name))
		actions = (
			"price_action",
			"margin_action",
			"credit_action",
			"unknown_cost_action",
			"unlisted_item_action",
			"unknown_exchange_rate_action",
		)
		assert {policy.get(action) for action in actions} == {"Warn"}


def test_company_and_day_can_be_given():
	policy = frappe.get_doc("KAM Policy", draft_policy("default", company(), "2031-02-03"))
	assert (policy.company, getdate(policy.valid_from)) == (company(), getdate("2031-02-03"))


def test_price_lists_that_the_site_does_not_have_are_left_out(tmp_path, monkeypatch):
	text = (DIRECTORY / "default.json").read_text("utf-8")
	renamed = text.replace("Standard Selling", "Nobody's List").replace("Standard Buying", "No Costs")
	(tmp_path / "default.json").write_text(renamed, "utf-8")
	monkeypatch.setattr("kam_extension.setup.presets.DIRECTORY", tmp_path)
	policy = frappe.get_doc("KAM Policy", draft_policy("default"))
	assert policy.base_price_list == frappe.db.get_single_value("Selling Settings", "selling_price_list")
	assert policy.cost_price_list is None
	assert [row.source for row in policy.cost_sources] == ["Valuation Rate", "Last Purchase Rate", "BOM"]


def test_unknown_preset_names_the_known_ones():
	with pytest.raises(frappe.ValidationError, match="There is no preset nope. Choose one of: default"):
		draft_policy("nope")
