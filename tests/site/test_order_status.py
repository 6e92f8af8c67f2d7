"""Closing, reopening and releasing of orders and deliveries: credit can't be got round that way (R25, R32)."""

import json

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import close_or_unclose_sales_orders, update_status
from erpnext.stock.doctype.delivery_note.delivery_note import update_delivery_note_status

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.decisions.decision_page import page_of
from tests.site.credit_setup import ONLY_CREDIT, make_credit_policy, qty_of, queries_during, suspend
from tests.site.factories import (
	make_customer,
	make_delivery_note,
	make_item,
	make_key_account,
	make_policy,
	make_sales_invoice,
	make_sales_order,
	make_user,
)


@pytest.fixture
def policy():
	return make_credit_policy()


@pytest.fixture
def item():
	return make_item(cost=1, list_price=100).name


@pytest.fixture
def account():
	return make_key_account(credit_limit_override=1000)


@pytest.fixture
def closed(policy, account, item):
	"""An order over 600 that was closed, and another one over 600 made since."""
	order = make_sales_order(account.customer, [(item, 6, 100)], submit=True)
	update_status("Closed", order.name)
	make_sales_order(account.customer, [(item, 6, 100)], submit=True)
	return order


def test_a_closed_order_makes_room_and_reopening_needs_it_again(closed):
	with pytest.raises(PolicyViolation, match="CNY 1,200.00; the credit limit is CNY 1,000.00"):
		update_status("Draft", closed.name)


@pytest.mark.parametrize("status", ("On Hold", "To Deliver and Bill", "Completed", "Cancelled"))
def test_no_other_status_gets_round_it(closed, status):
	with pytest.raises(PolicyViolation, match="CNY 1,200.00"):
		update_status(status, closed.name)


def test_nor_does_the_list(closed):
	with pytest.raises(PolicyViolation, match="CNY 1,200.00"):
		close_or_unclose_sales_orders(json.dumps([closed.name]), "Draft")


def test_a_reopening_within_the_limit_passes_and_is_recorded(policy, account, item):
	order = make_sales_order(account.customer, [(item, 6, 100)], submit=True)
	update_status("Closed", order.name)
	update_status("Draft", order.name)
	assert frappe.db.get_value("Sales Order", order.name, "status") == "To Deliver and Bill"
	assert [(row.verdict, row.occasion) for row in decisions(order)] == [("Pass", None), ("Pass", "Reopened")]


def test_only_what_is_open_of_the_order_comes_back(policy, account, item):
	order = make_sales_order(account.customer, [(item, 6, 100)], submit=True)
	qty_of(make_delivery_note(sales_order=order.name), 2)
	qty_of(make_sales_invoice(sales_order=order.name), 2)
	update_status("Closed", order.name)
	make_sales_order(account.customer, [(item, 4, 100)], submit=True)
	update_status("Draft", order.name)  # 200 billed + 400 + 400
	update_status("Closed", order.name)
	make_sales_order(account.customer, [(item, 1, 1)], submit=True)
	with pytest.raises(PolicyViolation, match="CNY 1,001.00"):
		update_status("Draft", order.name)


def test_an_exception_lets_it_come_back(closed, as_user):
	name = request_exception("Sales Order", closed.name, "A payment is on its way")
	with as_user(make_user("KAM Executive", "Sales User")):
		frappe.get_doc("Price Exception", name).submit()
	update_status("Draft", closed.name)
	assert decisions(closed)[-1].verdict == "Excepted"
	assert decisions(closed)[-1].exception == name


def test_a_policy_that_warns_lets_it_come_back_and_says_so(account, item):
	make_credit_policy(credit_action="Warn")
	order = make_sales_order(account.customer, [(item, 20, 100)], submit=True)
	update_status("Closed", order.name)
	frappe.clear_messages()
	update_status("Draft", order.name)
	assert decisions(order)[-1].verdict == "Warned"
	assert "exceeded by CNY 1,000.00" in frappe.message_log[-1]["message"]


def test_a_suspended_account_reopens_and_releases_nothing(policy, account, item):
	held, closed = (make_sales_order(account.customer, [(item, 1, 100)], submit=True) for _ in range(2))
	delivery = make_delivery_note(account.customer, [(item, 1, 100)], submit=True)
	update_status("On Hold", held.name)
	update_status("Closed", closed.name)
	update_delivery_note_status(delivery.name, "Closed")
	suspend(account)
	for order in (held, closed):
		with pytest.raises(PolicyViolation, match="suspended"):
			update_status("Draft", order.name)
	with pytest.raises(PolicyViolation, match="suspended"):
		update_delivery_note_status(delivery.name, "Submitted")


def test_what_was_on_hold_counted_all_the_while(policy, account, item):
	order = make_sales_order(account.customer, [(item, 10, 100)], submit=True)
	update_status("On Hold", order.name)
	account.reload()
	account.credit_limit_override = 1
	account.save()
	update_status("Draft", order.name)
	assert len(decisions(order)) == 1


def test_a_reopened_delivery_is_judged(policy, account, item):
	delivery = make_delivery_note(account.customer, [(item, 10, 100)], submit=True)
	update_delivery_note_status(delivery.name, "Closed")
	account.reload()
	account.credit_limit_override = 999
	account.save()
	with pytest.raises(PolicyViolation, match="CNY 1,000.00; the credit limit is CNY 999.00"):
		update_delivery_note_status(delivery.name, "Submitted")


def test_an_order_from_before_the_account_is_judged_too(policy, item):
	customer = make_customer().name
	order = make_sales_order(customer, [(item, 20, 100)], submit=True)
	update_status("Closed", order.name)
	make_key_account(customer, credit_limit_override=1000)
	with pytest.raises(PolicyViolation, match="CNY 2,000.00"):
		update_status("Draft", order.name)


def test_one_document_in_hand_is_judged_at_every_reopening(policy, account, item):
	order = make_sales_order(account.customer, [(item, 6, 100)], submit=True)
	order.reload()
	order.update_status("Closed")
	order.update_status("Draft")
	order.update_status("Closed")
	make_sales_order(account.customer, [(item, 6, 100)], submit=True)
	with pytest.raises(PolicyViolation, match="CNY 1,200.00"):
		order.update_status("Draft")


def test_other_customers_and_other_changes_cost_no_query(policy, item):
	customer = make_customer().name
	order = make_sales_order(customer, [(item, 1, 100)], submit=True)
	from kam_extension.integration.enforcement.order_status import on_change

	assert queries_during(lambda: on_change(order)) == 0
	update_status("Closed", order.name)
	reopened = frappe.get_doc("Sales Order", order.name)
	reopened.load_doc_before_save()
	reopened.status = "To Bill"
	assert queries_during(lambda: on_change(reopened)) <= 1


# --- closing a part -------------------------------------------------------------------------------------------------


def test_closing_after_a_part_records_what_the_part_would_have_been_judged(account):
	"""1,000,000 may go at 10 % markup; the 100,000 that were delivered would have needed 20 %."""
	order = large_order(account)
	qty_of(make_delivery_note(sales_order=order.name), 1000)
	update_status("Closed", order.name)
	record = decisions(order)[-1]
	assert (record.occasion, record.verdict, record.net_total) == ("Closed", "Blocked", 110_000)
	assert record.passing_net == 120_000
	page = page_of(frappe.get_doc("KAM Decision", record.name))
	assert f"{order.name} was closed after a part of it." in page
	assert "was refused" not in page
	assert frappe.db.get_value("Sales Order", order.name, "status") == "Closed"


def test_what_was_billed_beyond_the_deliveries_stays_with_it(account):
	order = large_order(account)
	qty_of(make_delivery_note(sales_order=order.name), 1000)
	qty_of(make_sales_invoice(sales_order=order.name), 3000)
	update_status("Closed", order.name)
	assert decisions(order)[-1].net_total == 330_000


def test_the_part_is_recorded_once_however_it_is_closed(account):
	order = large_order(account)
	qty_of(make_delivery_note(sales_order=order.name), 1000)
	close_or_unclose_sales_orders(json.dumps([order.name]), "Closed")
	assert [record.occasion for record in decisions(order)] == [None, "Closed"]


def test_nothing_is_recorded_of_an_order_that_kept_nothing_or_everything(account, item):
	untouched, whole = large_order(account), None
	update_status("Closed", untouched.name)
	assert len(decisions(untouched)) == 1
	whole = make_sales_order(account.customer, [(item, 1, 200)], submit=True)
	make_delivery_note(sales_order=whole.name, submit=True)
	update_status("Closed", whole.name)
	assert len(decisions(whole)) == 1


def large_order(account):
	make_policy_once()
	product = make_item(cost=100, list_price=120).name
	return make_sales_order(account.customer, [(product, 10_000, 110)], submit=True)


def make_policy_once() -> None:
	if not frappe.db.exists("KAM Policy", {"docstatus": 1}):
		make_policy(**ONLY_CREDIT | {"margin_action": "Block", "credit_action": "Off"})


def decisions(document) -> list:
	rows = frappe.get_all(
		"KAM Decision",
		{"reference_doctype": document.doctype, "reference_name": document.name},
		["name", "verdict", "exception", "net_total", "passing_net", "details"],
		order_by="decided_at, creation",
	)
	for row in rows:
		row.occasion = json.loads(row.details)["occasion"]
	return rows
