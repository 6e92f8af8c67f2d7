"""What a judgement needs is read in one statement, and again where validation changed what it was about."""

import frappe
import pytest

from kam_extension.integration.enforcement import enforcement
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order
from tests.site.query_count import count_queries

LIST_PRICE, TYPED = 100, 50


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
	assert order.items[0].kam_floor_rate == LIST_PRICE * 0.85
