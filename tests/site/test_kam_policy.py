"""KAM Policy: refused contradictions, succession without gap or overlap, frozen once used (R13)."""

import ast
import inspect

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from kam_extension.integration.policies import policy_messages
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy import checks, programme_checks
from tests.site.factories import (
	company,
	make_item,
	make_key_account,
	make_policy,
	make_price_list,
	make_sales_order,
	make_user,
	unique,
)

BAND = {"from_amount": 0, "min_markup": 20}
REBATE_BAND = {"from_amount": 0, "rebate_rate": 5}
TIER = {"account_class": "Major", "tier": "A", "min_score": 14}

LEVEL = {"account_level": "Group", "min_contracts": 2, "min_contract_amount": 1, "lookback_years": 5}
CONTRADICTIONS = [
	({"valid_from": "2026-05-01", "valid_to": "2026-04-30"}, "Valid To: lies before Valid From"),
	({"tier_review_months": "1,13"}, "Tier Review Months: 1,13 is no list of months"),
	({"credit_review_months": "soon"}, "Credit Review Months: soon is no list of months"),
	({"margin_bands": [BAND, {"from_amount": 0, "min_markup": 17}]}, "Margin Bands, row 2: a band of this tier"),
	(
		{"margin_bands": [BAND, {"from_amount": 900, "min_markup": 14}, {"from_amount": 500, "min_markup": 17}]},
		"Margin Bands, row 3: 500",
	),
	({"margin_bands": [{"from_amount": 100, "min_markup": 20}]}, "Margin Bands: nothing holds from amount 0"),
	({"rebate_bands": [REBATE_BAND, {"from_amount": 5, "rebate_rate": 101}]}, "Rebate Bands, row 2: more than 100"),
	({"tiers": [TIER, TIER]}, "Service Levels, row 2: an earlier row says the same"),
	({"tiers": [TIER, TIER | {"tier": "B"}]}, "Service Levels, row 2: tiers B and A"),
	(
		{"tiers": [TIER | {"discount_percentage": 10, "max_discount_percentage": 5}]},
		"Service Levels, row 1: the tier discount is above the discount cap",
	),
	(
		{"criteria": [{"metric": "collected", "weight": 1, "points_4": 1, "points_3": 2, "points_2": 3,
			"higher_is_better": 1}]},
		"Criteria, row 1: the thresholds",
	),
	(
		{"criteria": [{"metric": "collected", "weight": 0, "points_4": 3, "points_3": 2, "points_2": 1}]},
		"Criteria, row 1: the weight",
	),
	({"cost_sources": [{"source": "BOM"}, {"source": "BOM"}]}, "Cost Sources, row 2: an earlier row"),
	({"cost_price_list": None, "cost_sources": [{"source": "Cost Price List"}]}, "Cost Price List: is needed"),
	({"cost_sources": []}, "Cost Sources: the minimum markup"),
	({"levels": [LEVEL, LEVEL]}, "Levels, row 2: an earlier row"),
]  # fmt: skip


def messages_of(error) -> str:
	return frappe.utils.strip_html(str(error.value))


@pytest.mark.parametrize(("terms", "message"), CONTRADICTIONS, ids=[text for _, text in CONTRADICTIONS])
def test_contradiction_is_refused_with_field_and_row(terms, message):
	with pytest.raises(frappe.ValidationError) as error:
		make_policy(submit=False, **terms)
	assert message in messages_of(error)


def test_every_contradiction_is_in_one_message():
	with pytest.raises(frappe.ValidationError) as error:
		make_policy(submit=False, tier_review_months="0", cost_sources=[])
	assert "Tier Review Months" in messages_of(error)
	assert "Cost Sources" in messages_of(error)


def test_a_new_policy_counts_from_the_sites_price_list():
	policy = make_policy(submit=False, base_price_list=None)
	assert policy.base_price_list == "Standard Selling"
	policy.base_price_list = None
	with pytest.raises(frappe.ValidationError) as error:
		policy.save()
	assert "Base Price List: the discount cap" in messages_of(error)


def test_every_code_of_the_checks_has_words():
	"""A code without words would show the user a KeyError."""
	trees = [ast.parse(inspect.getsource(module)) for module in (checks, programme_checks)]
	calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
	codes = {call.args[1].value for call in calls if getattr(call.func, "id", "") == "Contradiction"}
	assert codes == set(policy_messages._messages())


@pytest.mark.parametrize("field", ["margin_bands", "rebate_bands"])
def test_negative_rate_is_refused(field):
	rate = "min_markup" if field == "margin_bands" else "rebate_rate"
	with pytest.raises(frappe.ValidationError):
		make_policy(submit=False, **{field: [{"from_amount": 0, rate: -1}]})


def test_price_lists_have_to_be_enabled_selling_lists():
	disabled = make_price_list(enabled=0)
	buying = make_price_list(selling=0, buying=1)
	with pytest.raises(frappe.ValidationError, match="Enable it"):
		make_policy(submit=False, base_price_list=disabled.name)
	with pytest.raises(frappe.ValidationError, match="not for selling"):
		make_policy(submit=False, tiers=[TIER | {"price_list": buying.name}])
	assert make_policy(submit=False, cost_price_list=buying.name).name


def test_only_kam_roles_can_have_authority():
	with pytest.raises(frappe.ValidationError, match="Sales Manager"):
		make_policy(submit=False, authorities=[{"role": "Sales Manager", "max_discount": 5}])


def test_two_policies_of_a_company_may_not_overlap():
	first = make_policy(company=company(), valid_from="2026-01-01", valid_to="2026-06-30")
	with pytest.raises(frappe.ValidationError, match=first.name):
		make_policy(company=company(), valid_from="2026-06-30")
	later = make_policy(company=company(), valid_from="2026-07-02")
	with pytest.raises(frappe.ValidationError, match=later.name):
		make_policy(company=company(), valid_from="2026-07-01", valid_to="2026-07-02")
	assert make_policy(company=company(), valid_from="2026-07-01", valid_to="2026-07-01").docstatus == 1


def test_policy_of_a_company_stands_beside_the_one_for_all():
	general = make_policy(valid_from="2020-01-01")
	assert not general.company and not general.reload().company
	own = make_policy(company=company(), valid_from="2020-01-01")
	assert policy_in_force(company()).name == own.name
	assert policy_in_force("Another Company").name == general.name


def test_successor_closes_its_predecessor_without_a_gap():
	first = make_policy(valid_from="2020-01-01")
	second = make_policy(valid_from=today(), supersedes=first.name)
	assert getdate(first.reload().valid_to) == getdate(add_days(today(), -1))
	assert policy_in_force(company(), add_days(today(), -1)).name == first.name
	assert policy_in_force(company()).name == second.name
	comments = frappe.get_all(
		"Comment", filters={"reference_doctype": "KAM Policy", "reference_name": first.name}, pluck="content"
	)
	assert any(second.name in comment for comment in comments)


def test_cancelling_an_unused_successor_reopens_the_predecessor():
	first = make_policy(valid_from="2020-01-01", valid_to="2030-12-31")
	second = make_policy(valid_from=today(), supersedes=first.name)
	second.reload().cancel()
	assert getdate(first.reload().valid_to) == getdate("2030-12-31")
	assert policy_in_force(company()).name == first.name


@pytest.mark.parametrize(
	("change", "message"),
	[
		({"company": True}, "same company"),
		({"valid_from": "2019-12-31"}, "has to begin later"),
	],
)
def test_unfit_successor_is_refused(change, message):
	first = make_policy(valid_from="2020-01-01")
	if "company" in change:
		change = {"company": company()}
	with pytest.raises(frappe.ValidationError, match=message):
		make_policy(submit=False, **({"valid_from": today(), "supersedes": first.name} | change))


def test_draft_or_superseded_policy_can_not_be_superseded():
	draft = make_policy(submit=False, valid_from="2020-01-01")
	with pytest.raises(frappe.ValidationError, match="not submitted"):
		make_policy(valid_from=today(), supersedes=draft.name)
	draft.submit()
	second = make_policy(valid_from="2025-01-01", supersedes=draft.name)
	with pytest.raises(frappe.ValidationError, match=second.name):
		make_policy(valid_from="2024-01-01", valid_to="2024-02-01", supersedes=draft.name)


def test_submitted_policy_is_frozen():
	policy = make_policy()
	for field, value in {"margin_action": "Block", "valid_to": "2030-01-01", "title": "Other"}.items():
		policy.reload()
		policy.set(field, value)
		with pytest.raises(frappe.UpdateAfterSubmitError):
			policy.save()


def test_used_policy_can_not_be_cancelled():
	policy = make_policy()
	decision = frappe.new_doc("KAM Decision", policy=policy.name, verdict="Pass")
	decision.flags.kam_system = True
	decision.insert()
	with pytest.raises(frappe.ValidationError, match="has been used"):
		policy.cancel()
	assert frappe.db.get_value("KAM Policy", policy.name, "docstatus") == 1


@pytest.mark.parametrize(
	("role", "may_submit"),
	[("KAM Executive", True), ("KAM Director", True), ("KAM Manager", False), ("KAM Finance", False)],
)
def test_who_may_submit_a_policy(as_user, role, may_submit):
	policy = make_policy(submit=False)
	with as_user(make_user(role)):
		document = frappe.get_doc("KAM Policy", policy.name)
		if may_submit:
			assert document.submit().docstatus == 1
		else:
			with pytest.raises(frappe.PermissionError):
				document.submit()


def test_sales_does_not_read_policies(as_user):
	make_policy()
	with as_user(make_user("KAM User")):
		assert not frappe.has_permission("KAM Policy", "read")


def test_ranks_of_tiers_are_unique():
	best = frappe.db.get_value("KAM Tier", {"rank": 1})
	with pytest.raises(frappe.ValidationError, match=f"Rank 1 belongs to tier .*{best}"):
		frappe.get_doc({"doctype": "KAM Tier", "name": unique("T"), "rank": 1}).insert()
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc({"doctype": "KAM Tier", "name": unique("T"), "rank": 0}).insert()


def test_one_click_from_warn_to_block():
	policy = make_policy(credit_action="Off")
	successor = frappe.get_doc("KAM Policy", policy.start_blocking())
	assert (successor.margin_action, successor.price_action, successor.credit_action) == (
		"Block",
		"Block",
		"Off",
	)
	assert getdate(successor.valid_from) == getdate()
	assert getdate(policy.reload().valid_to) == getdate(add_days(None, -1))
	assert policy_in_force(company()).name == successor.name
	assert [row.tier for row in successor.tiers] == [row.tier for row in policy.tiers]


def test_a_policy_of_today_blocks_from_tomorrow():
	policy = make_policy(valid_from=getdate())
	successor = frappe.get_doc("KAM Policy", policy.start_blocking())
	assert getdate(successor.valid_from) == getdate(add_days(None, 1))


def test_what_does_not_warn_can_not_be_switched():
	actions = (
		"price_action",
		"margin_action",
		"credit_action",
		"unknown_cost_action",
		"unlisted_item_action",
		"unknown_exchange_rate_action",
	)
	policy = make_policy(**dict.fromkeys(actions, "Block"))
	with pytest.raises(frappe.ValidationError, match="rules that warn"):
		policy.start_blocking()


def test_switching_needs_the_right_to_submit(as_user):
	policy = make_policy()
	with as_user(make_user("KAM Manager")), pytest.raises(frappe.PermissionError):
		frappe.get_doc("KAM Policy", policy.name).start_blocking()


def test_a_draft_outlives_the_policy_that_judged_it():
	"""Frappe refuses links to cancelled documents before any event of ours could name another policy."""
	policy = make_policy()
	item = make_item(cost=100, list_price=200).name
	order = make_sales_order(make_key_account().customer, [(item, 1, 200)])
	assert order.kam_policy == policy.name
	policy.reload().cancel()
	order.reload().save()
	assert not order.kam_policy
	order.submit()
