"""A shipped preset becomes a draft policy that somebody can submit (R81)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension.kam_extension.doctype.kam_policy.kam_policy import draft_from_preset, get_presets
from kam_extension.setup.presets import DIRECTORY, draft_policy, preset_names
from tests.site.factories import company, make_policy, make_user, unique


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


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_can_be_drafted_and_submitted(name):
	policy = frappe.get_doc("KAM Policy", draft_policy(name)).submit()
	assert policy.docstatus == 1
	assert not [one for one in policy.check_terms()["findings"] if one["severity"] == "error"]


class TestTiers:
	MEDALS = ("Gold", "Silver", "Bronze")

	def ranks(self):
		return dict(frappe.get_all("KAM Tier", fields=["name", "rank"], order_by="rank asc", as_list=True))

	def test_missing_ones_are_made_behind_those_that_the_site_has(self):
		before = self.ranks()
		last = max(before.values())
		draft_policy("gold_silver_bronze")
		after = self.ranks()
		assert {name: after[name] for name in before} == before
		assert [after[name] for name in self.MEDALS] == [last + 1, last + 2, last + 3]
		assert frappe.db.get_value("KAM Tier", "Gold", ["title", "color"]) == ("Gold", "#D4AF37")

	def test_those_that_are_there_stay_as_they_are(self):
		frappe.get_doc({"doctype": "KAM Tier", "name": "Silver", "rank": 77, "title": "Ag"}).insert()
		draft_policy("gold_silver_bronze")
		draft_policy("gold_silver_bronze", company())
		assert frappe.db.get_value("KAM Tier", "Silver", ["rank", "title"]) == (77, "Ag")
		assert [self.ranks()[name] for name in ("Gold", "Bronze")] == [78, 79]

	def test_others_make_none(self):
		before = self.ranks()
		draft_policy("construction_group")
		assert self.ranks() == before


class TestInTheDesk:
	@pytest.mark.parametrize("role", ["KAM Manager", "KAM Director", "KAM Executive"])
	def test_who_may_write_a_policy_may_start_from_a_preset(self, as_user, role):
		with as_user(make_user(role)):
			assert [preset["name"] for preset in get_presets()] == preset_names()
			name = draft_from_preset("gold_silver_bronze", company(), add_days(nowdate(), 1))
		policy = frappe.get_doc("KAM Policy", name)
		assert (policy.docstatus, policy.company) == (0, company())
		assert getdate(policy.valid_from) == getdate(add_days(nowdate(), 1))

	@pytest.mark.parametrize("role", ["KAM User", "KAM Finance", "Sales Manager"])
	def test_others_may_not(self, as_user, role):
		count = frappe.db.count("KAM Policy")
		with as_user(make_user(role)):
			for call in (get_presets, lambda: draft_from_preset("gold_silver_bronze")):
				with pytest.raises(frappe.PermissionError):
					call()
		assert frappe.db.count("KAM Policy") == count
		assert not frappe.db.exists("KAM Tier", "Gold")

	def test_the_draft_follows_the_policy_that_holds_on_its_first_day(self):
		general = make_policy(valid_from="2020-01-01")
		own = make_policy(company=company(), valid_from="2020-01-01")
		drafts = [draft_from_preset("default", to, nowdate()) for to in ("", company())]
		assert [frappe.db.get_value("KAM Policy", name, "supersedes") for name in drafts] == [
			general.name,
			own.name,
		]
		frappe.get_doc("KAM Policy", drafts[1]).submit()
		assert getdate(own.reload().valid_to) == getdate(add_days(nowdate(), -1))

	def test_a_preset_that_can_not_follow_says_why(self):
		today = make_policy(valid_from=nowdate())
		with pytest.raises(frappe.ValidationError, match=f"overlap with .*{today.name}"):
			draft_from_preset("default", None, nowdate())

	def test_names_of_files_are_no_presets(self):
		for name in ("../demo_book/book", "default.json", ""):
			with pytest.raises(frappe.ValidationError, match="There is no preset"):
				draft_from_preset(name)

	def test_an_unknown_company_is_refused(self):
		with pytest.raises(frappe.ValidationError, match="Company"):
			draft_from_preset("default", unique("Nobody"))

	def test_in_chinese(self):
		frappe.local.lang = "zh"
		titles = {preset["name"]: preset["title"] for preset in get_presets()}
		assert titles["gold_silver_bronze"] == "金牌、银牌、铜牌客户"
		draft_from_preset("gold_silver_bronze")
		assert frappe.db.get_value("KAM Tier", "Gold", "title") == "金牌"
