"""What a judgement needs is read in one statement, and again where validation changed what it was about."""

import frappe
import pytest

from kam_extension.api import preview
from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.enforcement import enforcement
from kam_extension.integration.policies.policies import forget_policies
from tests.site.factories import (
	BASE_PRICE_LIST,
	make_item,
	make_key_account,
	make_policy,
	make_price,
	make_sales_order,
)
from tests.site.query_count import count_queries

LIST_PRICE, TYPED, UNDER_CAP = 100, 50, 0.85


@pytest.fixture
def account():
	make_policy(
		price_action="Block", unlisted_item_action="Block", margin_action="Off", credit_action="Block"
	)
	return make_key_account()


@pytest.mark.parametrize("rows", [1, 12])
def test_a_draft_of_a_key_account_costs_one_query(account, rows):
	items = [make_item(cost=50, list_price=LIST_PRICE).name for _ in range(rows)]
	order = make_sales_order(account.customer, [(item, 1, LIST_PRICE) for item in items])
	order.docstatus, order._action = 0, "save"

	def judge_draft():
		enforcement.before_validate(order)
		enforcement.validate(order)

	assert count_queries(judge_draft) == 1
	assert order.kam_verdict == "Pass"


def test_a_row_that_came_with_validation_is_judged_by_its_price(account):
	items = [make_item(cost=10, list_price=LIST_PRICE).name for _ in range(2)]
	order = make_sales_order(account.customer, [(item, 1, LIST_PRICE) for item in items])
	late = order.items.pop()
	enforcement.before_validate(order)
	order.items.append(late)
	order.calculate_taxes_and_totals()
	enforcement.before_submit(order)
	assert order.kam_verdict == "Pass"


def test_the_policy_is_that_of_the_company_after_validation(account):
	"""ERPNext takes the company from the POS Profile while it validates."""
	order = make_sales_order(account.customer, [(make_item(cost=10, list_price=LIST_PRICE).name, 1, TYPED)])
	frappe.db.set_value("KAM Policy", order.kam_policy, "company", order.company)
	forget_policies()
	own_company, order.company = order.company, ""
	enforcement.before_validate(order)
	order.company = own_company
	with pytest.raises(PolicyViolation):
		enforcement.before_submit(order)


@pytest.mark.parametrize(("raised", "floor"), [(TYPED, TYPED), (120, 120)])
def test_a_price_that_validation_rewrites_counts(account, raised, floor):
	"""ERPNext writes it without an event where Stock Settings say so."""
	settings = frappe.get_doc("Stock Settings")
	settings.update({"auto_insert_price_list_rate_if_missing": 1, "update_existing_price_list_rate": 1})
	settings.update_price_list_based_on = "Rate"
	settings.save()
	item = make_item(cost=10, list_price=LIST_PRICE).name
	order = make_sales_order(account.customer, [(item, 1, raised)])
	assert frappe.db.exists("Item Price", {"item_code": item, "price_list_rate": raised})
	assert order.items[0].kam_floor_rate == floor * UNDER_CAP


def test_the_first_price_that_validation_enters_counts(account):
	"""ERPNext makes what is typed for an item without price its list price, before the order is judged."""
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 1)
	item = make_item(cost=10).name
	order = frappe.copy_doc(make_sales_order(account.customer, [(item, 1, TYPED)]))
	frappe.db.delete("Item Price", {"item_code": item, "price_list_rate": TYPED})
	order.docstatus = 1
	order.insert()
	assert frappe.db.exists("Item Price", {"item_code": item, "price_list_rate": TYPED})
	assert order.kam_verdict == "Pass"


def test_a_name_with_quotes_and_signs_finds_its_price(account):
	name = 'Rohr 1/2" "verz." \\ 50% 中文 \'a\''
	item = make_item(item_code=name, list_price=LIST_PRICE).name
	order = make_sales_order(account.customer, [(item, 1, LIST_PRICE)])
	order.docstatus, order._action = 0, "save"
	enforcement.before_validate(order)
	enforcement.validate(order)
	assert order.items[0].kam_floor_rate == LIST_PRICE * UNDER_CAP


def test_a_price_without_a_date_of_creation_is_no_error(account):
	item = make_item(cost=10, list_price=LIST_PRICE).name
	make_price(item, LIST_PRICE, uom="Nos", valid_from="2020-01-01")
	prices = frappe.get_all("Item Price", {"item_code": item, "price_list": BASE_PRICE_LIST}, pluck="name")
	for name, creation in zip(prices, (None, "2020-01-01"), strict=True):
		frappe.db.set_value(
			"Item Price", name, {"valid_from": None, "creation": creation}, update_modified=False
		)
	assert make_sales_order(account.customer, [(item, 1, LIST_PRICE)]).kam_verdict == "Pass"


def test_a_number_in_a_request_is_a_name(account):
	items = [make_item(item_code=code, cost=10, list_price=LIST_PRICE).name for code in ("90817263", "Rohr")]
	values = make_sales_order(account.customer, [(item, 1, LIST_PRICE) for item in items]).as_dict()
	values["items"][0]["item_code"] = 90817263
	assert {finding["item_code"] for finding in preview(values)["violations"]} == {90817263}
	values["items"][0]["item_code"] = 55
	with pytest.raises(frappe.ValidationError, match="55"):
		frappe.get_doc(values).save()


@pytest.fixture
def singles_of_another_collation():
	"""A temporary table in front of the real one; it neither ends the transaction nor outlives the test."""
	run = frappe.db._cursor.execute
	run(
		"create temporary table `tabSingles` (`doctype` varchar(255), `field` varchar(255), `value` text) "
		"character set utf8mb4 collate utf8mb4_general_ci select * from `tabSingles`"
	)
	yield
	run("drop temporary table `tabSingles`")


def test_tables_of_several_collations_are_no_error(account, singles_of_another_collation):
	order = make_sales_order(
		account.customer, [(make_item(cost=10, list_price=LIST_PRICE).name, 1, LIST_PRICE)]
	)
	assert order.kam_verdict == "Pass"
