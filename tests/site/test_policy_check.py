"""Check Policy and Compare: what they say, in whose words, and who may ask (R13, R23, R79)."""

import ast
import inspect
from importlib import import_module

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.integration.policies import policy_gap_messages, policy_words
from kam_extension.policy.codes import Metric
from kam_extension.policy.gaps import _SEARCHES
from tests.site import client_doors
from tests.site.factories import company, insert, make_policy, make_user, unique

READERS = ("KAM Manager", "KAM Finance", "KAM Director", "KAM Executive")


def plain(text: str) -> str:
	return frappe.utils.strip_html(text)


def codes_of_the_searches() -> set[str]:
	"""Every code that a search may give: literals of `Gap(...)`, and those handed to `_find_steps`."""
	codes = set()
	for search in _SEARCHES:
		tree = ast.parse(inspect.getsource(import_module(search.__module__)))
		for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
			if getattr(call.func, "id", "") in ("Gap", "_find_steps") and isinstance(
				call.args[1], ast.Constant
			):
				codes.add(call.args[1].value)
	return codes


def test_every_gap_has_words():
	assert codes_of_the_searches() == set(policy_gap_messages._messages())


def test_every_metric_has_a_name():
	assert set(policy_words.metric_names()) == set(Metric)


class TestCheck:
	def test_a_contradiction_is_an_error_and_nothing_else_is_looked_at(self):
		draft = make_policy(submit=False)
		draft.tier_review_months = "13"
		result = draft.check_terms()
		assert [(one["severity"], one["tab"], one["label"]) for one in result["findings"]] == [
			("error", "Tiers", "Tier Review Months")
		]
		assert result["examples"] == []

	def test_gaps_are_warnings_in_the_order_of_the_form(self):
		draft = make_policy(
			submit=False,
			valid_from=nowdate(),
			margin_bands=[{"from_amount": 0, "min_markup": 10}, {"from_amount": 1000, "min_markup": 11}],
			criteria=[],
			rebate_bands=[],
		)
		found = draft.check_terms()["findings"]
		assert {one["severity"] for one in found} == {"warning"}
		assert [(one["tab"], one["label"], one["row"]) for one in found] == [
			("Tiers", "Criteria", None),
			("Markup and Cost", "Margin Bands", 2),
			("Rebates", "Rebate Bands", None),
		]
		assert found[1]["message"].startswith("11 % is more than the 10 % of the smaller amounts")

	def test_a_column_is_named_by_its_label_and_a_metric_by_its_name(self):
		draft = make_policy(submit=False, valid_from=nowdate())
		draft.tiers[0].credit_limit = 1
		draft.criteria[1].update({"higher_is_better": 1, "points_4": 3, "points_3": 2, "points_2": 1})
		messages = [one["message"] for one in draft.check_terms()["findings"]]
		assert (
			"Credit Limit is worse for A than for the lower B. Swap the values if that isn't meant."
			in messages
		)
		assert any("other way round for Receivable Balance" in message for message in messages)

	def test_ranks_come_from_the_site(self):
		new = insert("KAM Tier", name=unique("T"), rank=90)
		draft = make_policy(submit=False, valid_from=nowdate())
		draft.tiers[0].tier = new.name
		found = [one for one in draft.check_terms()["findings"] if "better rank" in one["message"]]
		assert [one["row"] for one in found] == [2]

	def test_days_come_from_the_policies_of_the_company_and_those_for_all(self):
		first = make_policy(company=company(), valid_from="2031-01-01", valid_to="2031-06-30")
		draft = make_policy(submit=False, company=company(), valid_from="2031-08-01")
		texts = [one["message"] for one in draft.check_terms()["findings"] if one["field"] == "valid_from"]
		assert texts == ["no policy is in force from 01-07-2031 to 31-07-2031. Begin earlier."]
		draft.supersedes = first.name
		assert not [one for one in draft.check_terms()["findings"] if one["field"] == "valid_from"]
		draft.supersedes = None
		make_policy(valid_from="2020-01-01")
		assert not [one for one in draft.check_terms()["findings"] if one["field"] == "valid_from"]

	def test_the_example_of_the_source_with_the_companys_tax(self):
		make_tax_template(13)
		result = make_policy(submit=False, company=company()).check_terms()
		assert (result["unit_cost"], result["tax"]) == ("70.00", "13")
		example = next(one for one in result["examples"] if one["from_amount"] == "500,000")
		assert example == {
			"tier": "",
			"from_amount": "500,000",
			"to_amount": "1,000,000",
			"markup": "14",
			"rebate_rate": "8",
			"price": "85.40",
			"actual_markup": "14",
			"net_markup": "10.97",
			"keeping_price": "87.74",
		}

	def test_an_unsaved_form_is_checked_as_it_stands(self, as_user):
		values = make_policy(submit=False).as_dict()
		values = frappe.copy_doc(frappe.get_doc(values)).as_dict() | {
			"__islocal": 1,
			"credit_review_months": "",
		}
		with as_user(make_user("KAM Director")):
			document = frappe.get_doc(values)
			assert document.has_permission("read")
			labels = [one["label"] for one in document.check_terms()["findings"]]
		assert "Credit Review Months" in labels

	def test_what_saving_fills_in_is_no_contradiction(self):
		draft = frappe.new_doc("KAM Policy", title=unique("Policy"), valid_from=nowdate())
		assert {one["severity"] for one in draft.check_terms()["findings"]} == {"warning"}
		draft = make_policy(submit=False)
		draft.base_price_list = None
		assert [one["label"] for one in draft.check_terms()["findings"]] == ["Base Price List"]


def make_tax_template(rate: float):
	account = frappe.get_all(
		"Account", {"company": company(), "account_type": "Tax", "is_group": 0}, pluck="name"
	)
	frappe.db.set_value("Sales Taxes and Charges Template", {"company": company()}, "is_default", 0)
	row = {"charge_type": "On Net Total", "account_head": account[0], "description": "VAT", "rate": rate}
	insert(
		"Sales Taxes and Charges Template", title=unique("VAT"), company=company(), is_default=1, taxes=[row]
	)


class TestComparison:
	@pytest.fixture
	def first(self):
		return make_policy(valid_from="2020-01-01")

	@pytest.fixture
	def successor(self, first):
		draft = make_policy(
			submit=False, valid_from=add_days(nowdate(), 1), supersedes=first.name, grace_days=20
		)
		draft.tiers[1].update({"credit_limit": 3000000, "max_discount_percentage": 11})
		draft.margin_bands[0].min_markup = 21
		draft.remove(draft.rebate_bands[2])
		return draft.save()

	def test_it_is_with_the_policy_that_this_one_supersedes(self, first, successor):
		result = successor.compare_with()
		assert (result["old"]["name"], result["new"]["name"]) == (first.name, successor.name)
		rows = {
			(section["tab"], row["label"], row["about"], row["kind"]): [
				(change["label"], change["old"], change["new"]) for change in row["changes"]
			]
			for section in result["sections"]
			for row in section["rows"]
		}
		dates = frappe.utils.formatdate("2020-01-01"), frappe.utils.formatdate(add_days(nowdate(), 1))
		assert rows == {
			("Policy", "Valid From", "", "Changed"): [("", *dates)],
			("Tiers", "Grace Days", "", "Changed"): [("", "15", "20")],
			("Service Levels", "Service Levels", "Major B", "Changed"): [
				("Discount Cap", "10 %", "11 %"),
				("Credit Limit", "2,000,000", "3,000,000"),
			],
			("Markup and Cost", "Margin Bands", "All tiers, from 0", "Changed"): [
				("Minimum Markup", "20 %", "21 %")
			],
			("Rebates", "Rebate Bands", "All tiers, from 1,000,000", "Removed"): [
				("Rebate Rate", "10 %", "–")
			],
		}

	def test_it_need_not_be_in_force_today(self):
		make_policy(valid_from="2020-01-01", valid_to="2029-12-31")
		first = make_policy(valid_from="2030-01-01")
		draft = make_policy(submit=False, valid_from="2031-01-01", supersedes=first.name)
		assert draft.compare_with()["old"]["name"] == first.name

	def test_any_other_can_be_chosen(self, first, successor):
		other = make_policy(submit=False, valid_from=add_days(nowdate(), 1), supersedes=first.name)
		assert successor.compare_with(other.name)["old"]["name"] == other.name

	def test_without_one_it_is_with_the_policy_in_force(self, first):
		draft = make_policy(submit=False, company=company(), valid_from=nowdate())
		assert draft.compare_with()["old"]["name"] == first.name

	def test_nothing_to_compare_with_is_said(self):
		draft = make_policy(submit=False)
		with pytest.raises(frappe.ValidationError, match="There is no other policy to compare"):
			draft.compare_with()

	def test_in_chinese(self, successor):
		frappe.local.lang = "zh"
		tabs = [section["tab"] for section in successor.compare_with()["sections"]]
		assert tabs == ["政策", "等级", "服务标准", "基本利润与成本", "返点"]


class TestPermissions:
	@pytest.fixture
	def policies(self):
		first = make_policy(valid_from="2020-01-01")
		return first, make_policy(submit=False, valid_from=add_days(nowdate(), 1), supersedes=first.name)

	@pytest.mark.parametrize("role", READERS)
	@pytest.mark.parametrize("method", ["check_terms", "compare_with"])
	def test_readers_may_ask(self, as_user, policies, role, method):
		with as_user(make_user(role)):
			client_doors.run_method("KAM Policy", policies[1].name, method)

	@pytest.mark.parametrize("method", ["check_terms", "compare_with"])
	def test_sales_may_not(self, as_user, policies, method):
		with as_user(make_user("KAM User", "Sales User")), pytest.raises(frappe.PermissionError):
			client_doors.run_method("KAM Policy", policies[1].name, method)

	def test_a_policy_that_one_may_not_read_is_not_compared_with(self, as_user, policies):
		other = frappe.get_doc(doctype="Company", company_name=unique("Other"), default_currency="CNY")
		other.name = other.company_name
		other.db_insert()  # without its chart of accounts, which takes seconds and says nothing here
		hidden = make_policy(submit=False, company=other.name, valid_from=nowdate())
		own = make_policy(submit=False, company=company(), valid_from=nowdate())
		reader = make_user("KAM Director")
		insert("User Permission", user=reader, allow="Company", for_value=company())
		with as_user(reader), pytest.raises(frappe.PermissionError):
			frappe.get_doc("KAM Policy", own.name).compare_with(hidden.name)
