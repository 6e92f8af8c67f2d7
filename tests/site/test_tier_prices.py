"""Tier prices arrive the native way, by price list (R20)."""

import frappe
import pytest
from erpnext.stock.get_item_details import get_item_details

from kam_extension.integration.policies.publication import accounts_out_of_step, publish_all
from kam_extension.integration.policies.tier_price_lists import refill_all
from tests.site.factories import (
	BASE_PRICE_LIST,
	company,
	make_customer,
	make_item,
	make_key_account,
	make_policy,
	make_price,
	make_price_list,
	make_sales_order,
)

TIER_LIST = f"{BASE_PRICE_LIST} - 10%"  # Major A of the default policy


@pytest.fixture
def policy():
	return make_policy(credit_action="Off")


@pytest.fixture
def item():
	return make_item(cost=10, list_price=99.95)


def rate_of(order) -> float:
	return order.items[0].rate


def test_customer_gets_the_tiers_list_and_keeps_its_own_to_give_back(policy):
	own = make_price_list().name
	customer = make_customer(default_price_list=own)
	account = make_key_account(customer.name, account_class="Major", tier="A")
	assert customer.reload().default_price_list == TIER_LIST
	account.reload().tier = None
	account.save()
	assert customer.reload().default_price_list == own


def test_order_without_rate_gets_the_tier_price(policy, item):
	account = make_key_account(account_class="Major", tier="A")
	order = make_sales_order(account.customer, [(item.name, 1, None)])
	assert order.selling_price_list == TIER_LIST
	assert rate_of(order) == 89.96  # 99.95 less 10 %, 89.955 rounded


def test_the_form_gets_the_tier_price_with_customer_and_item(policy, item):
	account = make_key_account(account_class="Major", tier="A")
	from erpnext.accounts.party import get_party_details

	details = get_party_details(account.customer, company=company(), doctype="Sales Order")
	assert details.selling_price_list == TIER_LIST
	arguments = {
		"item_code": item.name,
		"customer": account.customer,
		"company": company(),
		"doctype": "Sales Order",
		"price_list": details.selling_price_list,
		"currency": "CNY",
		"conversion_rate": 1,
		"plc_conversion_rate": 1,
		"qty": 1,
	}
	assert get_item_details(arguments).price_list_rate == 89.96


def test_other_customers_pay_the_list_price(policy, item):
	order = make_sales_order(make_customer().name, [(item.name, 1, None)])
	assert rate_of(order) == 99.95


def test_a_changed_base_price_reaches_the_tier(policy, item):
	price = frappe.get_doc("Item Price", {"item_code": item.name, "price_list": BASE_PRICE_LIST})
	price.price_list_rate = 200
	price.save()
	assert tier_rates(item.name) == [180]
	price.delete()
	assert tier_rates(item.name) == []


def test_a_new_base_price_reaches_the_tier(policy):
	item = make_item(cost=1)
	make_price(item.name, 50)
	assert tier_rates(item.name) == [45]


def test_names_of_copied_prices_are_too_long_to_collide(policy, item):
	(name,) = frappe.get_all("Item Price", {"item_code": item.name, "price_list": TIER_LIST}, pluck="name")
	assert len(name) == 40  # a short hash would meet another one on a list of some hundred thousand prices


def test_a_price_agreed_with_one_customer_is_not_discounted_again(policy, item):
	customer = make_customer().name
	make_price(item.name, 70, customer=customer)
	assert sorted(tier_rates(item.name)) == [70, 89.96]


def test_a_tier_with_a_list_of_its_own_uses_it(item):
	own = make_price_list().name
	make_price(item.name, 77, own)
	make_policy(tiers=[major_a(price_list=own, discount_percentage=10)], credit_action="Off")
	account = make_key_account(account_class="Major", tier="A")
	assert rate_of(make_sales_order(account.customer, [(item.name, 1, None)])) == 77


def test_managed_rows_are_not_edited_by_hand(policy, item):
	row = frappe.get_doc("Item Price", {"item_code": item.name, "price_list": TIER_LIST})
	row.price_list_rate = 1
	with pytest.raises(frappe.ValidationError, match="kept in step"):
		row.save()


def test_tier_change_changes_the_list(policy):
	account = make_key_account(account_class="Major", tier="A")
	account.reload().tier = "B"
	account.save()
	customer = frappe.get_doc("Customer", account.customer)
	assert (customer.kam_tier, customer.default_price_list) == ("B", f"{BASE_PRICE_LIST} - 6%")


def test_a_policy_reaches_the_customers_that_it_changes(jobs):
	account = make_key_account(account_class="Major", tier="A")
	other = make_key_account(account_class="Ordinary", tier=None)
	make_policy(credit_action="Off", tiers=[major_a(discount_percentage=4)])
	assert account.name in accounts_out_of_step()
	publish_all()
	assert accounts_out_of_step() == []
	assert (
		frappe.db.get_value("Customer", account.customer, "default_price_list") == f"{BASE_PRICE_LIST} - 4%"
	)
	assert not frappe.db.get_value("Customer", other.customer, "default_price_list")


def test_an_override_that_has_run_out_is_found(policy):
	until = frappe.utils.add_days(None, 1)
	values = {"tier_override": "B", "tier_override_reason": "Pilot", "tier_override_until": until}
	account = make_key_account(account_class="Major", tier="A", **values)
	assert account.name not in accounts_out_of_step()
	account.db_set("tier_override_until", frappe.utils.add_days(None, -1))
	assert accounts_out_of_step() == [account.name]


def test_a_list_of_the_same_name_that_is_not_ours_is_not_touched(item):
	make_price_list(price_list_name=f"{BASE_PRICE_LIST} - 4%")
	make_price(item.name, 12, f"{BASE_PRICE_LIST} - 4%")
	with pytest.raises(frappe.ValidationError, match="Rename it"):
		make_policy(tiers=[major_a(discount_percentage=4)])
	assert frappe.db.exists("Item Price", {"price_list": f"{BASE_PRICE_LIST} - 4%", "price_list_rate": 12})


def major_a(**fields) -> dict:
	return {"account_class": "Major", "tier": "A", "max_discount_percentage": 100} | fields


def tier_rates(item_code: str) -> list[float]:
	filters = {"item_code": item_code, "price_list": TIER_LIST}
	return frappe.get_all("Item Price", filters=filters, pluck="price_list_rate")


def test_a_price_asked_for_without_naming_a_list_is_the_base_price(policy, item):
	"""ERPNext takes the latest one then: the copies are older, whatever time zone site and database live in."""
	latest, *copies = frappe.get_all(
		"Item Price",
		{"item_code": item.name, "selling": 1},
		["price_list", "modified"],
		order_by="modified desc",
	)
	assert latest.price_list == BASE_PRICE_LIST
	assert len(copies) == 3
	assert all(0 < (latest.modified - copy.modified).total_seconds() < 60 for copy in copies)


def test_tier_prices_of_a_list_for_buying_too_never_become_a_cost(policy):
	frappe.db.set_value("Price List", BASE_PRICE_LIST, "buying", 1)
	frappe.clear_document_cache("Price List", BASE_PRICE_LIST)
	item = make_item(list_price=100)
	flags = frappe.get_all(
		"Item Price",
		{"item_code": item.name},
		["price_list_rate", "buying", "selling"],
		order_by="price_list_rate",
	)
	assert [(row.price_list_rate, row.buying, row.selling) for row in flags] == [
		(90, 0, 1),
		(94, 0, 1),
		(97, 0, 1),
		(100, 1, 1),
	]


def rows_written() -> int:
	"""By this connection; tables that a query makes for itself don't count."""
	handlers = ("Handler_write", "Handler_update", "Handler_delete")
	return sum(
		int(row[1]) for row in frappe.db.sql("show session status where variable_name in %s", (handlers,))
	)


def test_the_nightly_refill_writes_what_differs_and_no_more(policy, item):
	refill_all()
	before = rows_written()
	refill_all()
	assert rows_written() == before
	base = {"price_list": BASE_PRICE_LIST, "item_code": item.name}
	frappe.db.set_value("Item Price", base, "price_list_rate", 200)
	make_price(item.name, 7, price_list=TIER_LIST, valid_from="2020-01-01")
	assert tier_rates(item.name) != [180]
	refill_all()
	assert tier_rates(item.name) == [180]
