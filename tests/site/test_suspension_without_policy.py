"""A suspended account is always blocked, also in a company without a policy in force (R32, R54)."""

import json

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.sales_order.sales_order import update_status

from kam_extension.api import preview, request_exception
from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.decisions.decision_page import page_of
from tests.site.credit_setup import suspend
from tests.site.factories import (
	company,
	insert,
	make_delivery_note,
	make_item,
	make_key_account,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
	unique,
)


@pytest.fixture
def item():
	return make_item(cost=5, list_price=10).name


@pytest.fixture
def account():
	assert not frappe.db.exists("KAM Policy", {"docstatus": 1})
	return make_key_account(status="Suspended")


@pytest.mark.parametrize("make", [make_sales_order, make_delivery_note])
def test_orders_and_deliveries_are_stopped(make, account, item):
	with pytest.raises(PolicyViolation, match="suspended"):
		make(account.customer, [(item, 1, 10)], submit=True)


def test_a_delivering_invoice_is_stopped(account, item):
	with pytest.raises(PolicyViolation, match="suspended"):
		make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, update_stock=1)


def test_a_drop_shipment_is_stopped(account, item):
	supplier = insert("Supplier", supplier_name=unique("Supplier"), supplier_group="All Supplier Groups").name
	with pytest.raises(PolicyViolation, match="suspended"):
		insert(
			"Purchase Order",
			submit=True,
			supplier=supplier,
			customer=account.customer,
			company=company(),
			schedule_date=frappe.utils.nowdate(),
			items=[{"item_code": item, "qty": 1, "rate": 1, "delivered_by_supplier": 1}],
		)


def test_a_draft_and_the_panel_say_so(account, item):
	order = make_sales_order(account.customer, [(item, 1, 10)])
	assert (order.kam_verdict, order.kam_policy, order.items[0].kam_floor_rate) == ("Blocked", None, 0)
	answer = preview(order.as_dict())
	assert (answer["verdict"], answer["may_request_exception"]) == ("Blocked", False)
	assert [violation["rule"] for violation in answer["violations"]] == ["Credit"]


def test_what_commits_to_nothing_is_left_alone(account, item):
	for make in (make_quotation, make_sales_invoice):
		document = make(account.customer, [(item, 1, 10)], submit=True)
		assert not document.kam_verdict
		assert not decisions(document)


def test_an_active_account_is_left_alone(item):
	order = make_sales_order(make_key_account().customer, [(item, 1, 10)], submit=True)
	assert not order.kam_verdict
	assert not decisions(order)


def test_what_was_on_hold_stays_there(item):
	account = make_key_account()
	order = make_sales_order(account.customer, [(item, 1, 10)], submit=True)
	update_status("On Hold", order.name)
	suspend(account)
	with pytest.raises(PolicyViolation, match="suspended"):
		update_status("Draft", order.name)


def test_update_items_is_stopped(item):
	account = make_key_account()
	order = make_sales_order(account.customer, [(item, 1, 10)], submit=True)
	suspend(account)
	row = {"docname": order.items[0].name, "item_code": item, "qty": 2, "rate": 10}
	with pytest.raises(PolicyViolation, match="suspended"):
		update_child_qty_rate("Sales Order", json.dumps([row]), order.name)


def test_a_stamp_of_an_account_that_is_gone_is_named(account, item):
	order = make_sales_order(account.customer, [(item, 1, 10)])
	frappe.db.delete("Key Account", {"name": account.name})
	with pytest.raises(frappe.DoesNotExistError, match=account.name):
		request_exception(order.doctype, order.name, "Why not")


@pytest.mark.committing
def test_the_refusal_is_recorded_without_a_policy(account, item):
	order = make_sales_order(account.customer, [(item, 1, 10)])
	frappe.db.commit()
	with pytest.raises(PolicyViolation):
		order.submit()
	frappe.db.rollback()
	(decision,) = decisions(order)
	assert (decision.verdict, decision.policy) == ("Blocked", None)
	assert "suspended" in str(page_of(frappe.get_doc("KAM Decision", decision.name)))


def decisions(document) -> list:
	filters = {"reference_doctype": document.doctype, "reference_name": document.name}
	return frappe.get_all("KAM Decision", filters=filters, fields=["name", "verdict", "policy"])
