"""*Update Items* below the policy: refused, asked for with the proposed rows, approved, done (R25, R27, R75)."""

import json

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.enforcement.proposed_rows import rows_of
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_order,
	make_user,
)

COST = 100
PASSING = 130
LOW = 110  # the minimum markup is 20 %


@pytest.fixture(autouse=True)
def policy():
	return make_policy(margin_action="Block", price_action="Off", credit_action="Off")


@pytest.fixture
def seller():
	return make_user("KAM User", "Sales User")


@pytest.fixture
def executive():
	return make_user("KAM Executive")


@pytest.fixture
def item():
	return make_item(cost=COST, list_price=150).name


@pytest.fixture
def order(as_user, seller, item):
	with as_user(seller):
		return make_sales_order(make_key_account().customer, [(item, 10, PASSING)], submit=True)


def rows_with(order, *added: dict, **changes) -> list[dict]:
	"""The order's rows as the dialog sends them, the first one with `changes`."""
	rows = [
		{key: str(value) if key == "delivery_date" else value for key, value in row.items()}
		for row in rows_of(order)
	]
	rows[0].update(changes)
	return [*rows, *added]


def update(order, rows: list[dict]):
	update_child_qty_rate(order.doctype, json.dumps(rows), order.name)


@pytest.fixture
def refuse(as_user, seller):
	"""`refuse(order, rows)`: the update is refused and undone; returns the message."""

	def refuse(order, rows) -> str:
		frappe.db.savepoint("update_items")
		with as_user(seller), pytest.raises(PolicyViolation) as refusal:
			update(order, rows)
		frappe.db.rollback(save_point="update_items")
		return str(refusal.value)

	return refuse


@pytest.fixture
def ask(as_user, seller):
	def ask(order, rows):
		with as_user(seller):
			name = request_exception(order.doctype, order.name, "Lost otherwise", rows=json.dumps(rows))
		return frappe.get_doc("Price Exception", name)

	return ask


def approve(as_user, executive, exception) -> None:
	with as_user(executive):
		frappe.get_doc("Price Exception", exception.name).submit()


def test_blocked_asked_for_approved_and_done(as_user, seller, executive, order, refuse, ask):
	rows = rows_with(order, rate=LOW)
	refuse(order, rows)
	exception = ask(order, rows)
	(violation,) = exception.violations
	assert (violation.required, violation.requested) == (1200, 1100)
	assert frappe.db.get_value("Sales Order Item", order.items[0].name, "rate") == PASSING
	approve(as_user, executive, exception)
	with as_user(seller):
		update(order, rows)
	order.reload()
	assert (order.items[0].rate, order.kam_verdict) == (LOW, "Excepted")
	assert order.kam_price_exception == exception.name


def test_a_cheaper_update_is_blocked_again_and_says_what_was_approved(
	as_user, seller, executive, order, refuse, ask
):
	exception = ask(order, rows_with(order, rate=LOW))
	approve(as_user, executive, exception)
	message = refuse(order, rows_with(order, rate=LOW - 1))
	assert f"Price Exception {exception.name} approved CNY 1,100.00." in message
	second = ask(order, rows_with(order, rate=LOW - 1))
	assert second.violations[0].requested == 1090


def test_only_what_got_worse_is_asked_for_again(as_user, seller, executive, policy, item, refuse, ask):
	"""Two rows under the cap; one was approved and stays as it is."""
	make_policy(
		margin_action="Off",
		price_action="Block",
		credit_action="Off",
		supersedes=policy.name,
		valid_from=frappe.utils.nowdate(),
	)
	other, customer = make_item(cost=COST, list_price=150).name, make_key_account().customer
	with as_user(seller):
		order = make_sales_order(customer, [(item, 10, 140), (other, 10, 140)], submit=True)
	approve(as_user, executive, ask(order, rows_with(order, rate=120)))
	rows = rows_with(order, rate=120)
	rows[1]["rate"] = 120
	message = refuse(order, rows)
	assert "Row 2" in message
	assert "Row 1" not in message.split("These rates pass")[0]
	assert "approved" not in message  # of the other row nothing was
	assert [violation.item_code for violation in ask(order, rows).violations] == [other]


def test_the_message_names_the_rates_that_pass_and_asks_with_the_proposed_rows(order, refuse, item):
	message = refuse(order, rows_with(order, rate=LOW))
	assert f"Row 1, {item}: CNY 120.00 instead of CNY 110.00" in message
	assert "Apply Passing Prices" not in message  # the dialog is ERPNext's
	argument = frappe.utils.html_utils.unescape_html(message).split('data-kam-arguments="')[1]
	assert json.JSONDecoder().raw_decode(argument)[0]["rows"][0]["rate"] == LOW


def test_added_and_removed_rows_are_judged_as_update_items_would_store_them(order, refuse, ask, item):
	added = {"item_code": item, "qty": 5, "rate": 90, "delivery_date": str(order.delivery_date)}
	frappe.db.set_value("Item Default", {"parent": item}, "default_warehouse", None)
	warehouse = frappe.get_all("Warehouse", {"company": order.company, "is_group": 0}, pluck="name")[0]
	frappe.db.set_single_value("Stock Settings", "default_warehouse", warehouse)
	rows = [added]
	refuse(order, rows)
	(violation,) = ask(order, rows).violations
	assert (violation.required, violation.requested) == (600, 450)


def test_more_of_a_low_row_than_asked_for_is_not_covered(as_user, executive, order, refuse, ask):
	approve(as_user, executive, ask(order, rows_with(order, rate=LOW)))
	assert "approved less than this" in refuse(order, rows_with(order, rate=LOW, qty=11))


def test_rows_that_break_nothing_need_no_exception(order, ask):
	with pytest.raises(frappe.ValidationError, match="breaks no rule"):
		ask(order, rows_with(order, rate=PASSING + 1))


def test_rows_are_for_submitted_orders_and_quotations_only(as_user, seller, item, ask):
	with as_user(seller):
		draft = make_sales_order(make_key_account().customer, [(item, 10, PASSING)])
	with pytest.raises(frappe.ValidationError, match="Update Items"):
		ask(draft, rows_with(draft, rate=LOW))


def test_rows_have_to_name_items(order, ask):
	for rows in ([{"qty": 1}], ["row"], {"rows": 1}):
		with pytest.raises(frappe.ValidationError, match="Rows"):
			ask(order, rows)


def test_who_may_not_write_the_order_may_not_ask(as_user, order):
	with as_user(make_user("KAM Finance")), pytest.raises(frappe.PermissionError):
		request_exception(order.doctype, order.name, "Because", rows=rows_with(order, rate=LOW))


def test_a_row_added_to_a_quotation(as_user, seller, executive, item, refuse, ask):
	with as_user(seller):
		quotation = make_quotation(make_key_account().customer, [(item, 10, PASSING)], submit=True)
	rows = rows_with(quotation, {"item_code": item, "qty": 20, "rate": LOW})
	refuse(quotation, rows)
	approve(as_user, executive, ask(quotation, rows))
	with as_user(seller):
		update(quotation, rows)
	assert quotation.reload().kam_verdict == "Excepted"


def test_a_discounted_row_with_a_margin_keeps_the_proposed_rate(
	as_user, seller, executive, item, refuse, ask
):
	"""Above the list price ERPNext stores a margin, below it a discount: the proposed rate has to win over both."""
	with as_user(seller):
		order = make_sales_order(make_key_account().customer, [(item, 10, 170)], submit=True)
	rows = rows_with(order, rate=LOW)
	refuse(order, rows)
	assert ask(order, rows).violations[0].requested == 1100
