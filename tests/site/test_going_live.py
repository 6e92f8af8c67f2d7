"""Whose rules count on which day, and what a running company keeps when it goes live (R13, R81)."""

import json

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from frappe.utils import add_days, getdate, nowdate

from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.policies.policies import policy_in_force
from tests.site.factories import (
	company,
	make_delivery_note,
	make_item,
	make_key_account,
	make_policy,
	make_sales_invoice,
	make_sales_order,
)

CHEAP = 110  # cost 100, minimum markup 20 %
RULES = {"price_action": "Off", "credit_action": "Off"}


@pytest.fixture
def item():
	return make_item(cost=100, list_price=200).name


@pytest.fixture
def account():
	return make_key_account()


def switch(enabled: int) -> None:
	settings = frappe.get_doc("KAM Settings")
	settings.enabled = enabled
	settings.save()


def succession(last_day, **terms):
	"""Two policies, the second from the day after `last_day` on; the first only warns."""
	first = make_policy(margin_action="Warn", **RULES)
	second = make_policy(
		supersedes=first.name,
		valid_from=add_days(last_day, 1),
		**{"margin_action": "Block", **RULES, **terms},
	)
	return first.reload(), second


class TestDay:
	@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400])
	def test_the_servers_day_decides_and_not_the_documents(self, account, item, days):
		first, second = succession(last_day=add_days(nowdate(), -1))
		date = add_days(nowdate(), days)
		order = make_sales_order(account.customer, [(item, 1, CHEAP)], transaction_date=date)
		assert order.kam_policy == second.name
		with pytest.raises(PolicyViolation):
			order.submit()

	@pytest.mark.parametrize("days", [-400, 400])
	def test_an_invoice_dated_elsewhere_is_judged_today_too(self, account, item, days):
		succession(last_day=add_days(nowdate(), -1))
		date = add_days(nowdate(), days)
		invoice = make_sales_invoice(account.customer, [(item, 1, CHEAP)], posting_date=date, due_date=date)
		with pytest.raises(PolicyViolation):
			invoice.submit()

	def test_a_policy_of_tomorrow_stops_nobody_today(self, account, item):
		first, _second = succession(last_day=nowdate())
		order = make_sales_order(
			account.customer, [(item, 1, CHEAP)], transaction_date=add_days(nowdate(), 3), submit=True
		)
		assert (order.kam_policy, order.kam_verdict) == (first.name, "Warned")

	def test_midnight_leaves_no_gap_and_no_overlap(self):
		first, second = succession(last_day=add_days(nowdate(), 4))
		assert getdate(first.valid_to) == getdate(add_days(nowdate(), 4))
		in_force = [policy_in_force(company(), add_days(nowdate(), day)).name for day in range(-3, 10)]
		assert in_force == [first.name] * 8 + [second.name] * 5

	def test_a_draft_of_the_old_policy_is_submitted_under_the_new(self, account, item):
		first = make_policy(margin_action="Warn", valid_from=add_days(nowdate(), -9), **RULES)
		order = make_sales_order(account.customer, [(item, 1, CHEAP)])
		assert (order.kam_policy, order.kam_verdict) == (first.name, "Warned")
		second = make_policy(margin_action="Block", supersedes=first.name, valid_from=nowdate(), **RULES)
		with pytest.raises(PolicyViolation):
			order.submit()
		order.reload().items[0].rate = 150
		order.save()
		order.submit()
		assert (order.kam_policy, order.kam_required_markup) == (second.name, 20)

	def test_what_was_decided_under_the_old_policy_keeps_its_name(self, account, item):
		first = make_policy(margin_action="Warn", valid_from=add_days(nowdate(), -9), **RULES)
		order = make_sales_order(account.customer, [(item, 1, CHEAP)], submit=True)
		make_policy(margin_action="Block", supersedes=first.name, valid_from=nowdate(), **RULES)
		assert order.reload().kam_policy == first.name
		assert frappe.db.get_value("KAM Decision", {"reference_name": order.name}, "policy") == first.name

	def test_a_policy_of_the_company_comes_before_the_one_for_all(self, account, item):
		make_policy(margin_action="Block", **RULES)
		own = make_policy(margin_action="Warn", company=company(), **RULES)
		order = make_sales_order(account.customer, [(item, 1, CHEAP)], submit=True)
		assert order.kam_policy == own.name


class TestSwitch:
	@pytest.fixture(autouse=True)
	def policy(self):
		return make_policy(margin_action="Block", **RULES)

	def test_off_means_plain_erpnext(self, account, item):
		switch(0)
		order = make_sales_order(account.customer, [(item, 1, CHEAP)], submit=True)
		assert not any(order.get(field) for field in ("kam_policy", "kam_verdict", "kam_key_account"))
		assert not frappe.db.exists("KAM Decision", {"reference_name": order.name})

	def test_on_again_judges_the_drafts_of_the_pause(self, account, item):
		switch(0)
		order = make_sales_order(account.customer, [(item, 1, CHEAP)])
		switch(1)
		with pytest.raises(PolicyViolation):
			order.submit()

	def test_off_lets_a_draft_of_the_time_before_through(self, account, item):
		order = make_sales_order(account.customer, [(item, 1, CHEAP)])
		switch(0)
		assert order.submit().docstatus == 1
		assert not order.kam_verdict


class TestRunningCompany:
	@pytest.fixture
	def order(self, account, item):
		"""Submitted while the app was off: too cheap for the policy of today."""
		switch(0)
		order = make_sales_order(account.customer, [(item, 4, CHEAP)], submit=True)
		switch(1)
		make_policy(margin_action="Block", **RULES)
		return order

	def test_it_stays_as_it_is(self, order):
		before = frappe.get_doc("Sales Order", order.name).as_dict()
		frappe.get_doc("Sales Order", order.name).run_method("onload")
		assert frappe.get_doc("Sales Order", order.name).as_dict() == before
		assert not before.kam_policy

	def test_it_is_delivered_and_billed_as_agreed(self, order):
		assert make_delivery_note(sales_order=order.name, submit=True).docstatus == 1
		assert make_sales_invoice(sales_order=order.name, submit=True).docstatus == 1

	def test_but_not_for_less(self, order):
		invoice = make_sales_invoice(sales_order=order.name)
		invoice.items[0].rate = CHEAP - 1
		invoice.save()
		with pytest.raises(PolicyViolation):
			invoice.submit()

	@pytest.mark.parametrize(("values", "is_blocked"), [({"qty": 5}, True), ({"qty": 5, "rate": 200}, False)])
	def test_a_change_is_judged(self, order, values, is_blocked):
		row = order.items[0]
		changed = {"docname": row.name, "item_code": row.item_code, "qty": row.qty, "rate": row.rate} | values
		arguments = ("Sales Order", json.dumps([changed]), order.name)
		if is_blocked:
			with pytest.raises(PolicyViolation):
				update_child_qty_rate(*arguments)
		else:
			update_child_qty_rate(*arguments)
			assert frappe.db.get_value("Sales Order", order.name, "kam_verdict") == "Pass"
