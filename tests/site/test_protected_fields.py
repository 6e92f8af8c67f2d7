"""Fields that move money change through their process or by a manager only, whatever door a client takes (R70)."""

import json

import frappe
import pytest

from tests.site import client_doors
from tests.site.client_doors import SALES, WRITING, attempt, stored
from tests.site.factories import (
	make_customer,
	make_department,
	make_key_account,
	make_policy,
	make_price_list,
	make_user,
)
from tests.site.visibility_setup import make_member

MONEY_FIELDS = {
	"tier": "A",
	"account_class": "Ordinary",
	"account_level": "Group",
	"status": "Watch",
	"strategic_influence": 4,
	"credit_limit_override": 9_000_000,
	"tier_override": "A",
	"tier_override_reason": "Because",
	"tier_override_until": "2099-01-01",
}
doors = pytest.mark.parametrize("door", WRITING.values(), ids=WRITING)


@pytest.fixture
def account():
	return make_key_account(account_class="Major", tier="B")


@pytest.fixture
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


class TestKeyAccount:
	@doors
	def test_sales_changes_no_field_that_moves_money(self, as_user, account, door):
		before = stored("Key Account", account.name, MONEY_FIELDS)
		with as_user(make_member(account.name, *SALES)):
			attempt(door, "Key Account", account.name, MONEY_FIELDS)
		assert stored("Key Account", account.name, MONEY_FIELDS) == before

	@doors
	def test_links_that_move_money_are_the_managers_too(self, as_user, account, door):
		values = {
			"parent_key_account": make_key_account().name,
			"responsible_unit": make_department().name,
			"account_manager": "Guest",
			"company": "Elsewhere",
		}
		before = stored("Key Account", account.name, values)
		with as_user(make_member(account.name, *SALES)):
			attempt(door, "Key Account", account.name, values)
		assert stored("Key Account", account.name, values) == before

	@doors
	def test_a_system_manager_imports_without_these_fields(self, as_user, account, door):
		before = stored("Key Account", account.name, MONEY_FIELDS)
		with as_user(make_user("System Manager")):
			attempt(door, "Key Account", account.name, MONEY_FIELDS)
		assert stored("Key Account", account.name, MONEY_FIELDS) == before

	def test_sales_makes_a_file_without_them(self, as_user):
		customer, seller = make_customer().name, make_user(*SALES)
		values = {key: value for key, value in MONEY_FIELDS.items() if key != "account_class"}
		with as_user(seller):
			made = make_key_account(customer, account_manager=seller, **values)
		assert not any(stored("Key Account", made.name, ("tier", "tier_override", "account_level")).values())
		kept = stored("Key Account", made.name, ("status", "strategic_influence", "credit_limit_override"))
		assert kept["status"] != "Watch"
		assert not kept["strategic_influence"] and not kept["credit_limit_override"]

	def test_a_manager_makes_one_with_them(self, as_user):
		customer = make_customer().name
		with as_user(make_user("KAM Manager")):
			made = make_key_account(customer, tier="B", status="Watch")
		assert (made.tier, made.status) == ("B", "Watch")

	@doors
	def test_a_manager_may(self, as_user, account, door):
		values = {"status": "Watch"}
		with as_user(make_user("KAM Manager", "System Manager")):
			assert attempt(door, "Key Account", account.name, values) is None
		assert stored("Key Account", account.name, values) == values

	@doors
	def test_figures_of_other_documents_are_nobodys_to_write(self, as_user, account, door):
		values = {"risk_level": "Critical", "last_visit_date": "2001-01-01", "next_visit_due": "2099-01-01"}
		before = stored("Key Account", account.name, values)
		with as_user(make_user("KAM Executive", "System Manager")):
			attempt(door, "Key Account", account.name, values)
		assert stored("Key Account", account.name, values) == before

	def test_the_change_is_logged(self, as_user, account):
		with as_user(make_user("KAM Manager")):
			document = frappe.get_doc("Key Account", account.name)
			document.update({"tier": "A", "status": "Watch", "strategic_influence": 3})
			document._save(ignore_version=False)
			data = frappe.get_last_doc("Version", {"docname": account.name})
		assert data.owner == frappe.db.get_value("Key Account", account.name, "modified_by")
		changed = {field: (old, new) for field, old, new in json.loads(data.data)["changed"]}
		assert changed["tier"] == ("B", "A")
		assert changed["status"] == ("Active", "Watch")
		change = frappe.get_last_doc("KAM Tier Change", {"key_account": account.name})
		assert (change.from_tier, change.to_tier, change.changed_by) == ("B", "A", data.owner)

	def test_a_unit_is_not_added_as_a_row_by_itself(self, as_user, account):
		row = {"parent": account.name, "parenttype": "Key Account", "parentfield": "units"}
		for roles in (SALES, ("KAM Manager",)):
			with as_user(make_user(*roles)):
				assert attempt(client_doors.post, "Key Account Unit", unit=make_unit(), **row)
		assert not frappe.db.exists("Key Account Unit", {"parent": account.name})


def make_unit() -> str:
	"""A department, made by whoever may."""
	user = frappe.session.user
	frappe.set_user("Administrator")
	unit = make_department().name
	frappe.set_user(user)
	return unit


class TestCustomer:
	FORGED = {"kam_tier": "A", "kam_account_class": "Ordinary", "kam_risk_level": "Low"}

	@doors
	def test_what_it_shows_of_its_account_is_not_the_clients(self, as_user, policy, account, door):
		before = stored("Customer", account.customer, self.FORGED)
		with as_user(make_user(*SALES, "Sales Master Manager")):
			attempt(door, "Customer", account.customer, self.FORGED)
		assert stored("Customer", account.customer, self.FORGED) == before

	@doors
	def test_price_lists_that_the_app_notes_are_not_the_clients(self, as_user, policy, account, door):
		other = make_price_list().name
		forged = {"kam_tier_price_list": other, "kam_previous_price_list": other}
		before = stored("Customer", account.customer, forged)
		with as_user(make_user(*SALES, "Sales Master Manager")):
			attempt(door, "Customer", account.customer, forged)
		assert before["kam_tier_price_list"]
		assert stored("Customer", account.customer, forged) == before

	def test_a_new_customer_claims_no_account(self, as_user, account):
		with as_user(make_user(*SALES, "Sales Master Manager")):
			customer = make_customer(kam_key_account=account.name, **self.FORGED)
		fields = ("kam_key_account", *self.FORGED)
		assert not any(stored("Customer", customer.name, fields).values())

	def test_other_fields_of_a_customer_stay_free(self, as_user, account):
		with as_user(make_user(*SALES, "Sales Master Manager")):
			assert attempt(client_doors.put, "Customer", account.customer, {"website": "x.example"}) is None
		assert frappe.db.get_value("Customer", account.customer, "website") == "x.example"

	def test_the_price_list_is_an_ordinary_field_and_comes_back_at_night(self, as_user, policy, account):
		from kam_extension.integration.policies.publication import publish_all

		other = make_price_list().name
		with as_user(make_user(*SALES, "Sales Master Manager")):
			client_doors.put("Customer", account.customer, {"default_price_list": other})
		assert frappe.db.get_value("Customer", account.customer, "default_price_list") == other
		publish_all()
		fields = ("default_price_list", "kam_tier_price_list", "kam_previous_price_list")
		given, ours, own = stored("Customer", account.customer, fields).values()
		assert given == ours != other
		assert own == other
