"""Drop shipments: a purchase order whose supplier delivers to a key account is a delivery (R32)."""

import frappe
import pytest
from erpnext.buying.doctype.purchase_order.purchase_order import update_status

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.credit_setup import due, exposure, make_credit_policy, make_terms, queries_during, suspend
from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
	make_user,
	unique,
)


@pytest.fixture(autouse=True)
def policy():
	return make_credit_policy()


@pytest.fixture
def supplier() -> str:
	return insert("Supplier", supplier_name=unique("Supplier"), supplier_group="All Supplier Groups").name


@pytest.fixture
def item() -> str:
	return make_item(cost=1, list_price=100).name


@pytest.fixture
def account():
	return make_key_account(credit_limit_override=1000)


def order_of(account, item, supplier, amount=600, **fields):
	line = (item, 1, amount, {"delivered_by_supplier": 1, "supplier": supplier})
	return make_sales_order(account.customer, [line], submit=True, **fields)


def ship(*orders, supplier, submit=True, **fields):
	"""The purchase order that has the supplier deliver these sales orders."""
	rows = [
		{
			"item_code": row.item_code,
			"qty": row.qty,
			"rate": 1,
			"schedule_date": order.delivery_date,
			"delivered_by_supplier": 1,
			"sales_order": order.name,
			"sales_order_item": row.name,
		}
		for order in orders
		for row in order.items
	]
	values = {
		"supplier": supplier,
		"company": company(),
		"schedule_date": orders[0].delivery_date,
		"items": rows,
	}
	return insert("Purchase Order", submit=submit, **values | fields)


def test_it_adds_nothing_to_the_order_that_it_delivers(account, item, supplier):
	order = order_of(account, item, supplier, 1000)
	shipment = ship(order, supplier=supplier)
	assert shipment.docstatus == 1
	assert exposure(account) == 1000
	[record] = decisions(shipment)
	assert (record.verdict, record.key_account) == ("Pass", account.name)


def test_a_suspended_account_gets_nothing(account, item, supplier):
	order = order_of(account, item, supplier)
	waiting = ship(order, supplier=supplier)
	suspend(account)
	with pytest.raises(PolicyViolation, match="suspended"):
		ship(order, supplier=supplier)
	with pytest.raises(PolicyViolation, match="suspended"):
		update_status("Delivered", waiting.name)


def test_overdue_and_instalments_stop_it_in_one_message(account, item, supplier):
	order = order_of(account, item, supplier, payment_terms_template=make_terms((0, 50), (30, 50)))
	make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, **due(61))
	with pytest.raises(PolicyViolation) as refused:
		ship(order, supplier=supplier)
	assert "61 days late" in str(refused.value)
	assert f"terms of {order.name} make CNY 300.00 due" in str(refused.value)


def test_a_paid_instalment_lets_it_go(account, item, supplier):
	order = order_of(account, item, supplier, payment_terms_template=make_terms((0, 50), (30, 50)))
	make_payment_entry(order, 300)
	assert ship(order, supplier=supplier).docstatus == 1


def test_it_is_judged_again_when_it_is_delivered(account, item, supplier):
	shipment = ship(order_of(account, item, supplier), supplier=supplier)
	make_sales_invoice(account.customer, [(item, 1, 5000)], submit=True)
	with pytest.raises(PolicyViolation, match="exceeded by CNY 4,600.00"):
		update_status("Delivered", shipment.name)


def test_a_delivery_that_passes_is_recorded_once_each(account, item, supplier):
	shipment = ship(order_of(account, item, supplier), supplier=supplier)
	update_status("Delivered", shipment.name)
	assert len(decisions(shipment)) == 2


def test_closing_and_reopening_it_does_not_get_round(account, item, supplier):
	shipment = ship(order_of(account, item, supplier), supplier=supplier)
	update_status("Closed", shipment.name)
	suspend(account)
	with pytest.raises(PolicyViolation, match="suspended"):
		update_status("Draft", shipment.name)


def test_a_submit_that_skips_validation_is_judged(account, item, supplier):
	shipment = ship(order_of(account, item, supplier), supplier=supplier, submit=False)
	suspend(account)
	shipment.flags.ignore_validate = True
	with pytest.raises(PolicyViolation, match="suspended"):
		shipment.submit()


def test_every_account_behind_it_is_judged(account, item, supplier):
	other = make_key_account()
	orders = [order_of(owner, item, supplier) for owner in (account, other)]
	suspend(other)
	with pytest.raises(PolicyViolation, match="suspended"):
		ship(*orders, supplier=supplier)


def test_the_customer_counts_where_no_order_is_named(account, item, supplier):
	suspend(account)
	row = {"item_code": item, "qty": 1, "rate": 1, "delivered_by_supplier": 1}
	with pytest.raises(PolicyViolation, match="suspended"):
		insert(
			"Purchase Order",
			submit=True,
			supplier=supplier,
			customer=account.customer,
			company=company(),
			schedule_date=frappe.utils.nowdate(),
			items=[row],
		)


def test_an_exception_of_the_sales_order_covers_it(account, item, supplier, as_user):
	order = order_of(account, item, supplier)
	make_sales_invoice(account.customer, [(item, 1, 5000)], submit=True)
	approve("Sales Order", order.name, as_user)
	shipment = ship(order, supplier=supplier)
	assert decisions(shipment)[0].verdict == "Excepted"


def test_an_exception_of_its_own_covers_it(account, item, supplier, as_user):
	order = order_of(account, item, supplier, payment_terms_template=make_terms((0, 50), (30, 50)))
	shipment = ship(order, supplier=supplier, submit=False)
	exception = approve("Purchase Order", shipment.name, as_user)
	assert exception.key_account == account.name
	shipment.reload()
	shipment.submit()
	assert decisions(shipment)[0].exception == exception.name
	shipment.cancel()
	assert shipment.docstatus == 2


def test_each_account_behind_it_needs_an_exception_of_its_own(account, item, supplier, as_user):
	accounts = (account, make_key_account(credit_limit_override=1000))
	orders = [order_of(owner, item, supplier) for owner in accounts]
	shipment = ship(*orders, supplier=supplier, submit=False)
	for owner in accounts:
		make_sales_invoice(owner.customer, [(item, 1, 5000)], submit=True)
	asked = [approve("Purchase Order", shipment.name, as_user).key_account for _owner in accounts]
	assert sorted(asked) == sorted(owner.name for owner in accounts)
	shipment.reload()
	assert shipment.submit().docstatus == 1


def test_no_exception_is_given_where_nothing_is_broken(account, item, supplier):
	shipment = ship(order_of(account, item, supplier), supplier=supplier, submit=False)
	with pytest.raises(frappe.ValidationError, match="needs no exception"):
		request_exception("Purchase Order", shipment.name, "Please")


def test_a_deleted_draft_leaves_its_decisions_under_its_former_name(account, item, supplier):
	shipment = ship(order_of(account, item, supplier), supplier=supplier, submit=False)
	record = insert_decision(shipment, account)
	shipment.delete()
	assert frappe.db.get_value("KAM Decision", record, ("reference_name", "former_reference_name")) == (
		None,
		shipment.name,
	)


def test_other_purchase_orders_cost_no_query(item, supplier):
	from kam_extension.integration.enforcement.drop_shipments import before_submit, on_change

	row = {"item_code": item, "qty": 1, "rate": 1, "warehouse": warehouse()}
	purchase = insert(
		"Purchase Order",
		supplier=supplier,
		company=company(),
		schedule_date=frappe.utils.nowdate(),
		items=[row],
	)
	assert queries_during(lambda: (before_submit(purchase), on_change(purchase))) == 0


def warehouse() -> str:
	return frappe.get_value("Warehouse", {"company": company(), "warehouse_name": "Stores"})


def approve(doctype: str, name: str, as_user):
	exception = request_exception(doctype, name, "Their bank confirmed the transfer")
	with as_user(make_user("KAM Executive", "Sales User", "Purchase User")):
		return frappe.get_doc("Price Exception", exception).submit()


def insert_decision(shipment, account) -> str:
	values = {
		"reference_doctype": "Purchase Order",
		"reference_name": shipment.name,
		"key_account": account.name,
		"verdict": "Blocked",
	}
	record = frappe.get_doc({"doctype": "KAM Decision", "name": unique("Decision"), **values})
	record.db_insert()
	return record.name


def decisions(shipment) -> list:
	return frappe.get_all(
		"KAM Decision",
		{"reference_doctype": "Purchase Order", "reference_name": shipment.name},
		["verdict", "key_account", "exception"],
	)
