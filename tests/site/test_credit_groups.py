"""Group exposure: an account counts those below it, and those above it have limits too (R31)."""

import frappe
import pytest

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.credit_setup import exposure, make_credit_policy, queries_of, standing
from tests.site.factories import make_item, make_key_account, make_sales_order, make_user


@pytest.fixture(autouse=True)
def policy():
	return make_credit_policy()


@pytest.fixture
def item():
	return make_item(cost=1, list_price=100).name


@pytest.fixture
def head():
	return make_key_account(credit_limit_override=1000)


@pytest.fixture
def branch(head):
	return make_key_account(parent_key_account=head.name)


@pytest.fixture
def shop(branch):
	return make_key_account(parent_key_account=branch.name)


def test_an_account_counts_everybody_below_it(head, branch, shop, item):
	for account, amount in ((head, 100), (branch, 20), (shop, 3)):
		make_sales_order(account.customer, [(item, 1, amount)], submit=True)
	assert (exposure(head), exposure(branch), exposure(shop)) == (123, 23, 3)


def test_the_limit_of_an_account_holds_for_its_group(head, shop, item):
	make_sales_order(shop.customer, [(item, 1, 900)], submit=True)
	with pytest.raises(PolicyViolation, match="exceeded by CNY 0.01"):
		make_sales_order(head.customer, [(item, 1, 100.01)], submit=True)
	assert make_sales_order(head.customer, [(item, 1, 100)], submit=True).kam_verdict == "Pass"


def test_every_limit_above_holds_for_an_order_and_is_named(head, branch, shop, item):
	make_sales_order(head.customer, [(item, 1, 900)], submit=True)
	with pytest.raises(PolicyViolation, match=f"group {head.name} with this document is CNY 1,000.01"):
		make_sales_order(shop.customer, [(item, 1, 100.01)], submit=True)
	branch.reload()
	branch.credit_limit_override = 50
	branch.save()
	with pytest.raises(PolicyViolation, match=f"group {branch.name}"):
		make_sales_order(shop.customer, [(item, 1, 60)], submit=True)
	assert make_sales_order(shop.customer, [(item, 1, 50)], submit=True).kam_verdict == "Pass"


def test_a_head_without_tier_and_override_sets_no_limit(item):
	head = make_key_account(tier=None, account_class="Ordinary")  # 200,000 for an account of its own
	child = make_key_account(parent_key_account=head.name)
	order = make_sales_order(child.customer, [(item, 1, 300_000)])
	facts = standing(child, order)
	assert [(group.exposure, group.credit_limit) for group in facts.groups] == [(300_000, 0)]
	assert order.submit().kam_verdict == "Pass"
	assert (exposure(child), exposure(head)) == (300_000, 0)  # nor do the others count against its own


def test_a_head_with_a_tier_has_the_limit_of_its_class_and_tier(item):
	head = make_key_account(tier="B", account_class="Ordinary")  # 500,000
	child = make_key_account(parent_key_account=head.name)
	with pytest.raises(PolicyViolation, match=f"group {head.name}.*limit is CNY 500,000.00"):
		make_sales_order(child.customer, [(item, 1, 500_001)], submit=True)


def test_moving_an_account_moves_its_exposure(head, branch, shop, item):
	make_sales_order(shop.customer, [(item, 1, 3)], submit=True)
	assert exposure(head) == 3
	branch.reload()
	branch.parent_key_account = None
	branch.save()
	assert exposure(head) == 0
	assert standing(shop).groups[0].account == branch.name


def test_only_a_group_costs_one_query_more(shop):
	assert queries_of(make_key_account()) == 2
	assert queries_of(shop) == 3


def test_an_exception_for_one_groups_limit_is_not_one_for_anothers(head, branch, shop, item, as_user):
	branch.reload()
	branch.credit_limit_override = 50
	branch.save()
	order = make_sales_order(shop.customer, [(item, 1, 60)])
	exception = approve(order, as_user)
	assert [row.subject for row in exception.violations] == [branch.name]
	make_sales_order(head.customer, [(item, 1, 990)], submit=True)
	with pytest.raises(PolicyViolation, match=f"group {head.name}") as refused:
		frappe.get_doc("Sales Order", order.name).submit()
	assert exception.name not in str(refused.value)


def test_an_exception_covers_the_groups_exposure_that_was_approved_and_no_more(branch, shop, item, as_user):
	branch.reload()
	branch.credit_limit_override = 50
	branch.save()
	order = make_sales_order(shop.customer, [(item, 1, 60)])
	approve(order, as_user)
	assert frappe.get_doc("Sales Order", order.name).submit().kam_verdict == "Excepted"
	larger = make_sales_order(shop.customer, [(item, 1, 1)])
	with pytest.raises(PolicyViolation):
		larger.submit()


def approve(document, as_user):
	name = request_exception(document.doctype, document.name, "Their parent pays")
	with as_user(make_user("KAM Executive", "Sales User")):
		return frappe.get_doc("Price Exception", name).submit()
