"""Shipping priority on orders and deliveries, and the list that serves the best customers first (R36)."""

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import update_status
from frappe.desk.query_report import run
from frappe.utils import add_days, nowdate

from kam_extension.kam_extension.report.delivery_work_list.delivery_work_list import execute
from tests.site.books import stock_in
from tests.site.credit_setup import make_credit_policy
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_delivery_note,
	make_item,
	make_key_account,
	make_sales_order,
	make_user,
)

DEFAULT_PRIORITIES = {("Major", "A"): 1, ("Major", "C"): 4, ("Ordinary", "B"): 5, ("Ordinary", None): 6}


@pytest.fixture(autouse=True)
def policy():
	return make_credit_policy(credit_action="Off")


@pytest.fixture
def item():
	return make_item(cost=1, list_price=100).name


@pytest.mark.parametrize(("level", "priority"), DEFAULT_PRIORITIES.items())
def test_orders_and_deliveries_carry_the_priority_of_class_and_tier(item, level, priority):
	account = make_key_account(account_class=level[0], tier=level[1])
	order = make_sales_order(account.customer, [(item, 1, 100)], submit=True)
	assert order.kam_shipping_priority == priority
	assert make_delivery_note(sales_order=order.name, submit=True).kam_shipping_priority == priority


def test_a_draft_follows_the_tier_at_its_next_save(item):
	account = make_key_account(account_class="Major", tier="A")
	order = make_sales_order(account.customer, [(item, 1, 100)])
	account.reload()
	account.tier = "C"
	account.save()
	order.reload()
	assert order.kam_shipping_priority == 1
	assert order.save().kam_shipping_priority == 4
	assert make_delivery_note(account.customer, [(item, 1, 100)]).kam_shipping_priority == 4


def test_nobody_gives_himself_a_priority(item):
	stranger, account = make_customer(), make_key_account(tier="C")
	for customer, priority in ((stranger.name, 0), (account.customer, 4)):
		order = make_sales_order(customer, [(item, 1, 100)], kam_shipping_priority=1)
		assert frappe.db.get_value("Sales Order", order.name, "kam_shipping_priority") == priority
	order.reload()
	order.customer = stranger.name
	assert not order.save().kam_shipping_priority


def test_the_best_are_served_first_then_by_date_then_by_order(item):
	stranger, good, best = make_customer().name, make_key_account(tier="C"), make_key_account(tier="A")
	soon, late = order_for(stranger, item, 1), order_for(good.customer, item, 30)
	third, first, second = (order_for(best.customer, item, days) for days in (9, 5, 5))
	assert orders_listed() == [first.name, second.name, third.name, late.name, soon.name]
	[row] = listed(customer=best.customer, to_date=add_days(nowdate(), 5))[:1]
	assert (row.priority, row.key_account, row.tier) == (1, best.name, "A")
	assert listed(customer=stranger)[0].priority is None


def test_only_what_is_still_to_deliver_is_listed(item):
	account = make_key_account()
	whole, closed, held = (order_for(account.customer, item, 5) for _ in range(3))
	part = make_sales_order(account.customer, [(item, 10, 100), (make_item().name, 3, 100)], submit=True)
	delivery = make_delivery_note(sales_order=part.name)
	delivery.items[0].qty = 4
	delivery.save().submit()
	make_delivery_note(sales_order=whole.name, submit=True)
	update_status("Closed", closed.name)
	update_status("On Hold", held.name)
	order_for(account.customer, item, 5, submit=False)
	dropped = {"delivered_by_supplier": 1, "supplier": make_supplier()}
	make_sales_order(account.customer, [(item, 1, 1, dropped)], submit=True)
	assert [(row.sales_order, row.pending_qty) for row in listed()] == [(part.name, 6)]


def test_days_late_count_from_the_rows_own_date(item):
	order = make_sales_order(
		make_key_account().customer,
		[(item, 1, 100, {"delivery_date": add_days(nowdate(), -3)}), (item, 1, 100)],
		submit=True,
		transaction_date=add_days(nowdate(), -10),
	)
	assert [(row.idx, row.days_late) for row in listed()] == [(1, 3), (2, 0)]
	assert order.docstatus == 1


def test_quantities_are_compared_in_stock_units(item):
	product = make_item(is_stock_item=1, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	stock_in(product, 30, 1)
	line = (product, 3, 100, {"uom": "Box", "warehouse": warehouse()})
	make_sales_order(make_key_account().customer, [line], submit=True)
	[row] = listed()
	assert (row.pending_qty, row.stock_uom, row.available_qty) == (36, "Nos", 30)


def test_filters(item):
	account, stranger = make_key_account(), make_customer().name
	here, elsewhere = warehouse(), warehouse("Finished Goods")
	mine = order_for(account.customer, item, 5, warehouse=here)
	other = order_for(stranger, item, 8, warehouse=elsewhere)
	assert orders_listed(warehouse=elsewhere) == [other.name]
	assert orders_listed(warehouse=warehouse("All Warehouses")) == [mine.name, other.name]
	assert orders_listed(customer=stranger) == [other.name]
	assert orders_listed(key_accounts_only=1) == [mine.name]
	assert orders_listed(from_date=add_days(nowdate(), 6)) == [other.name]
	assert orders_listed(to_date=add_days(nowdate(), 6)) == [mine.name]
	with pytest.raises(frappe.ValidationError, match="Choose the company"):
		execute({})


def test_a_suspended_account_is_marked(item):
	account = make_key_account()
	order_for(account.customer, item, 5)
	assert listed()[0].hint is None
	account.reload()
	account.status = "Suspended"
	account.save()
	assert listed()[0].hint == "Suspended"


@pytest.mark.parametrize("role", ("KAM User", "Sales User", "Stock User"))
def test_everybody_sees_what_they_may_read(item, as_user, role):
	mine, others = make_key_account(), make_key_account()
	order, hidden = (order_for(owner.customer, item, 5) for owner in (mine, others))
	user = make_user(role)
	with as_user(user):
		assert {
			row["sales_order"] for row in run("Delivery Work List", {"company": company()})["result"]
		} >= {
			order.name,
			hidden.name,
		}
	insert("User Permission", user=user, allow="Customer", for_value=mine.customer)
	with as_user(user):
		assert orders_listed() == [order.name]
		rows = run("Delivery Work List", {"company": company()})["result"]
		assert [row["sales_order"] for row in rows] == [order.name]


def test_others_get_no_list(as_user):
	with as_user(make_user("Projects User")), pytest.raises(frappe.PermissionError):
		run("Delivery Work List", {"company": company()})


def order_for(customer: str, item: str, days: int, submit: bool = True, **row):
	date = add_days(nowdate(), days)
	line = (item, 10, 100, {"delivery_date": date} | row)
	return make_sales_order(customer, [line], submit=submit, delivery_date=date)


def listed(**filters) -> list:
	return execute({"company": company()} | filters)[1]


def orders_listed(**filters) -> list[str]:
	return [row.sales_order for row in listed(**filters)]


def warehouse(name: str = "Stores") -> str:
	return frappe.get_value("Warehouse", {"company": company(), "warehouse_name": name})


def make_supplier() -> str:
	return insert("Supplier", supplier_name=frappe.generate_hash(), supplier_group="All Supplier Groups").name
