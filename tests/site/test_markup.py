"""Minimum markup and quotation formula on real documents (R22, R23)."""

import frappe
import pytest

from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	make_customer,
	make_item,
	make_key_account,
	make_policy,
	make_rebate_agreement,
	make_sales_order,
)


@pytest.fixture
def account():
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	return make_key_account(tier="A")


@pytest.fixture
def item():
	return make_item(cost=70, list_price=100).name


def test_source_example_passes_at_85_40(account, item):
	make_rebate_agreement(account.name, submit=True)
	order = make_sales_order(account.customer, [(item, 10_000, 85.40)], submit=True)
	assert order.kam_verdict == "Pass"
	assert (order.kam_required_markup, order.kam_actual_markup, order.kam_net_markup) == (14, 14, 12.24)
	assert order.kam_rebate_rate == 8


def test_source_example_fails_by_100_at_85_39(account, item):
	make_rebate_agreement(account.name, submit=True)
	order = make_sales_order(account.customer, [(item, 10_000, 85.39)])
	with pytest.raises(PolicyViolation) as refusal:
		order.submit()
	message = str(refusal.value)
	assert "853,900.00" in message
	assert "854,000.00" in message
	assert "100.00" in message


def test_on_receipts_keeps_14_percent_at_86_74(item):
	make_policy(
		margin_action="Block",
		price_action="Off",
		credit_action="Off",
		rebate_basis="On Receipts",
		rebate_base="Net Receipts",
	)
	account = make_key_account()
	make_rebate_agreement(account.name, submit=True)
	with pytest.raises(PolicyViolation):
		make_sales_order(account.customer, [(item, 10_000, 86.73)], submit=True)
	assert make_sales_order(account.customer, [(item, 10_000, 86.74)], submit=True).kam_verdict == "Pass"


def test_without_agreement_no_rebate_is_priced_in(account, item):
	order = make_sales_order(account.customer, [(item, 10_000, 79.80)], submit=True)
	assert order.kam_rebate_rate == 0
	assert order.kam_actual_markup == 14


def test_other_costs_must_be_earned(account, item):
	order = make_sales_order(account.customer, [(item, 10_000, 79.80)], kam_other_costs=0.01)
	with pytest.raises(PolicyViolation):
		order.submit()


def test_other_costs_are_not_negative(account, item):
	with pytest.raises(frappe.ValidationError, match="Other Costs"):
		make_sales_order(account.customer, [(item, 1, 100)], kam_other_costs=-1)


def test_customers_without_key_account_are_left_alone(account, item):
	order = make_sales_order(make_customer().name, [(item, 1, 1)], submit=True)
	assert order.docstatus == 1
	assert not order.kam_verdict


def test_disabled_app_is_plain_erpnext(account, item):
	frappe.db.set_single_value("KAM Settings", "enabled", 0)
	order = make_sales_order(account.customer, [(item, 1, 1)], submit=True)
	assert not order.kam_verdict


def test_without_policy_in_force_nothing_is_judged(item):
	account = make_key_account()
	order = make_sales_order(account.customer, [(item, 1, 1)], submit=True)
	assert not order.kam_verdict
