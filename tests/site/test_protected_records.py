"""Policy, settings, names and figures on selling documents are not a client's to write, whatever door it takes (R70)."""

import json

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site import client_doors
from tests.site.client_doors import SALES, WRITING, attempt, stored
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_sales_order,
	make_user,
)

doors = pytest.mark.parametrize("door", WRITING.values(), ids=WRITING)


@pytest.fixture
def account():
	return make_key_account(account_class="Major", tier="B")


@pytest.fixture
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


class TestPolicy:
	@doors
	def test_a_submitted_policy_is_frozen(self, as_user, policy, door):
		values = {
			"margin_action": "Off",
			"valid_to": "2099-01-01",
			"valid_from": "2019-01-01",
			"title": "Mine",
		}
		before = stored("KAM Policy", policy.name, values)
		with as_user(make_user("KAM Executive", "KAM Director", "System Manager")):
			attempt(door, "KAM Policy", policy.name, values)
		assert stored("KAM Policy", policy.name, values) == before

	@pytest.mark.parametrize("door", ["put", "set_value", "save"])
	@pytest.mark.parametrize(
		("table", "field", "value"),
		[
			("margin_bands", "min_markup", 0),
			("authorities", "max_discount", 1),
			("tiers", "max_discount_percentage", 99),
			("rebate_bands", "rebate_rate", 50),
			("criteria", "points_4", 1),
			("cost_sources", "source", "BOM"),
		],
	)
	def test_its_rows_are_frozen(self, as_user, policy, door, table, field, value):
		row = policy.get(table)[0]
		with as_user(make_user("KAM Executive", "System Manager")):
			assert attempt(WRITING[door], row.doctype, row.name, {field: value})
		assert frappe.db.get_value(row.doctype, row.name, field) == row.get(field)

	def test_no_row_is_added_or_taken_away_past_it(self, as_user, policy):
		row = policy.margin_bands[0]
		link = {"parent": policy.name, "parenttype": "KAM Policy", "parentfield": "authorities"}
		with as_user(make_user("KAM Executive", "System Manager")):
			assert attempt(
				client_doors.post, "KAM Policy Authority", role="KAM Manager", max_discount=99, **link
			)
			assert attempt(client_doors.delete, row.doctype, row.name)
			assert attempt(client_doors.run_method, row.doctype, row.name, "cancel")
			assert attempt(client_doors.delete, row.doctype, row.name)
		assert frappe.db.get_value(row.doctype, row.name, "docstatus") == 1
		roles = frappe.get_all("KAM Policy Authority", {"parent": policy.name}, pluck="role")
		assert roles == [row.role for row in policy.authorities]

	def test_the_rows_of_a_draft_change_with_it(self, as_user):
		draft = make_policy(submit=False)
		with as_user(make_user("KAM Manager")):
			document = frappe.get_doc("KAM Policy", draft.name)
			document.margin_bands[0].min_markup = 33
			document.remove(document.margin_bands[-1])
			document.save()
		bands = frappe.get_all("KAM Policy Margin Band", {"parent": draft.name}, pluck="min_markup")
		assert 33 in bands and len(bands) == len(draft.margin_bands) - 1


class TestSettings:
	VALUES = {"enabled": 0, "claims_start_date": "2001-01-01"}

	@pytest.mark.parametrize("door", ["put", "set_value", "save", "form", "bulk_update"])
	@pytest.mark.parametrize("role", ["KAM User", "KAM Manager", "KAM Director", "Sales Manager"])
	def test_the_switch_is_not_for_everybody(self, as_user, role, door):
		with as_user(make_user(role)):
			attempt(WRITING[door], "KAM Settings", "KAM Settings", self.VALUES)
		settings = frappe.get_doc("KAM Settings")
		assert (settings.enabled, settings.claims_start_date) == (1, None)

	@pytest.mark.parametrize("role", ["KAM Executive", "System Manager"])
	def test_whoever_may_switch_leaves_a_trace(self, as_user, role):
		user = make_user(role)
		with as_user(user):
			settings = frappe.get_doc("KAM Settings")
			settings.update(self.VALUES)
			settings._save(ignore_version=False)
		version = frappe.get_last_doc("Version", {"ref_doctype": "KAM Settings"})
		assert version.owner == user
		assert {change[0] for change in json.loads(version.data)["changed"]} >= set(self.VALUES)

	def test_the_record_of_the_installation_is_nobodys(self, as_user):
		before = frappe.db.get_single_value("KAM Settings", "setup_record")
		with as_user(make_user("System Manager", "KAM Executive")):
			client_doors.put("KAM Settings", "KAM Settings", {"setup_record": "{}"})
		assert frappe.db.get_single_value("KAM Settings", "setup_record") == before != "{}"

	@pytest.mark.parametrize("role", ["KAM User", "KAM Manager", "Sales Manager"])
	def test_tiers_are_ranked_by_directors(self, as_user, role):
		with as_user(make_user(role)):
			attempt(client_doors.put, "KAM Tier", "C", {"rank": 9})
		assert frappe.db.get_value("KAM Tier", "C", "rank") == 3


class TestSellingDocument:
	FORGED = {
		"kam_effective_net": 1,
		"kam_verdict": "Excepted",
		"kam_policy": None,
		"kam_tier": "C",
		"kam_account_class": "Ordinary",
		"kam_shipping_priority": 99,
		"kam_actual_markup": 77,
		"kam_required_markup": 1,
		"kam_rebate_rate": 50,
		"kam_priced_by": "nobody@example.com",
	}

	@pytest.fixture
	def order(self, policy, account):
		return make_sales_order(account.customer, [(make_item(cost=100, list_price=200).name, 1, 190)])

	@doors
	def test_figures_are_the_servers(self, as_user, order, door):
		before = stored("Sales Order", order.name, self.FORGED)
		assert before["kam_verdict"] == "Pass"
		with as_user(make_user(*SALES, "KAM Manager")):
			attempt(door, "Sales Order", order.name, self.FORGED)
		assert stored("Sales Order", order.name, self.FORGED) == before

	@doors
	def test_figures_stay_after_submit(self, as_user, order, door):
		order.submit()
		forged = {**self.FORGED, "kam_other_costs": 5, "kam_price_exception": None, "kam_exchange_rate": 3}
		before = stored("Sales Order", order.name, forged)
		for values in ({field: value} for field, value in forged.items()):
			with as_user(make_user(*SALES, "KAM Manager")):
				attempt(door, "Sales Order", order.name, values)
		assert stored("Sales Order", order.name, forged) == before

	@pytest.mark.parametrize("door", ["put", "set_value", "save"])
	def test_figures_of_rows_are_the_servers(self, as_user, order, door):
		forged = {"kam_unit_cost": 1, "kam_floor_rate": 1}
		row = order.items[0].name
		before = stored("Sales Order Item", row, forged)
		seller = make_user(*SALES, "KAM Manager")
		with as_user(seller):
			attempt(WRITING[door], "Sales Order Item", row, forged)
		frappe.get_doc("Sales Order", order.name).submit()
		assert stored("Sales Order Item", row, forged) == before
		with as_user(seller):
			attempt(WRITING[door], "Sales Order Item", row, forged)
		assert stored("Sales Order Item", row, forged) == before

	def test_forged_figures_of_a_new_document_do_not_survive(self, as_user, policy, account):
		item = make_item(cost=100, list_price=200).name
		with as_user(make_user(*SALES)):
			order = make_sales_order(
				account.customer, [(item, 1, 190, {"kam_unit_cost": 1, "kam_floor_rate": 1})], **self.FORGED
			)
		kept = stored(
			"Sales Order", order.name, ("kam_effective_net", "kam_verdict", "kam_tier", "kam_priced_by")
		)
		assert list(kept.values()) == [190, "Pass", "B", None]
		assert frappe.db.get_value("Sales Order Item", order.items[0].name, "kam_unit_cost") == 100

	def test_lower_other_costs_of_an_amendment_are_judged_again(self, policy, account):
		item = make_item(cost=100, list_price=200).name
		order = make_sales_order(account.customer, [(item, 1, 190)], kam_other_costs=60, submit=True)
		assert order.kam_actual_markup == 30
		order.cancel()
		amended = frappe.copy_doc(order)
		values = {"docstatus": 0, "amended_from": order.name, "kam_other_costs": 20}
		amended.update(values | {"delivery_date": add_days(nowdate(), 5)})
		amended.insert().submit()
		assert amended.kam_actual_markup == 70

	def test_negative_other_costs_are_refused(self, order):
		order.kam_other_costs = -1
		with pytest.raises(frappe.ValidationError, match="Other Costs"):
			order.save()


class TestNames:
	@pytest.mark.parametrize("role", ["KAM User", "System Manager"])
	def test_the_rename_method_without_checks_renames_nothing_of_ours(self, as_user, policy, account, role):
		order = make_sales_order(
			account.customer, [(make_item(cost=100, list_price=200).name, 1, 190)], submit=True
		)
		decision = frappe.db.get_value("KAM Decision", {"reference_name": order.name})
		for doctype, name in (
			("KAM Tier", "A"),
			("Key Account", account.name),
			("KAM Policy", policy.name),
			("KAM Decision", decision),
		):
			arguments = {"name": "Renamed", "force": True, "validate_rename": False}
			with as_user(make_user(role, "KAM Executive")):
				assert attempt(client_doors.run_method, doctype, name, "rename", **arguments)
			assert frappe.db.exists(doctype, name)
			assert not frappe.db.exists(doctype, "Renamed")

	def test_the_rename_tool_neither(self, policy, account):
		assert attempt(frappe.client.rename_doc, "Key Account", account.name, "Renamed")
		assert attempt(frappe.rename_doc, "KAM Policy", policy.name, "Renamed", force=True)
