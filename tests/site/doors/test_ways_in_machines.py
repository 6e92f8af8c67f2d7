"""Documents that the system makes by itself: scheduler, tools, payments, other companies (R25, R71)."""

import frappe
import pytest
from erpnext.accounts.doctype.subscription.subscription import process_all
from frappe.utils import now_datetime, nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_item,
	make_sales_invoice,
	make_sales_order,
	save_mapped,
	unique,
)


def repeat(order):
	return insert(
		"Auto Repeat",
		reference_doctype="Sales Order",
		reference_document=order.name,
		start_date=nowdate(),
		frequency="Daily",
		submit_on_creation=1,
	).reload()


def raise_list_price(market) -> None:
	"""From now on 170 is below the floor."""
	price = {"item_code": market.item, "price_list": "Standard Selling"}
	frappe.db.set_value("Item Price", price, "price_list_rate", 900)


def orders_of(market) -> list[int]:
	return frappe.get_all(
		"Sales Order", {"customer": market.customer}, pluck="docstatus", order_by="creation"
	)


def test_auto_repeat(market):
	repeat(make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)).create_documents()
	assert orders_of(market) == [1, 1]


def test_auto_repeat_below_the_floor_leaves_a_draft_and_says_so(market):
	again = repeat(make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True))
	raise_list_price(market)
	again.create_documents()
	assert orders_of(market) == [1, 0]
	assert again.reload().disabled
	assert frappe.db.exists("Error Log", {"reference_name": again.name})


def subscribe(market, cost: float):
	plan = insert(
		"Subscription Plan",
		plan_name=unique("Plan"),
		item=market.item,
		price_determination="Fixed Rate",
		cost=cost,
		billing_interval="Month",
		billing_interval_count=1,
		currency="CNY",
	)
	return insert(
		"Subscription",
		party_type="Customer",
		party=market.customer,
		company=company(),
		start_date=nowdate(),
		generate_invoice_at="Beginning of the current subscription period",
		submit_invoice=1,
		plans=[{"plan": plan.name, "qty": 1}],
	)


def run_subscription(subscription) -> list:
	"""As the scheduler does; returns the invoices there are then."""
	frappe.db.commit()
	process_all([subscription.name], nowdate())
	filters = {"subscription": subscription.name}
	return frappe.get_all("Sales Invoice", filters, ["name", "docstatus", "grand_total"])


def test_subscription(market):
	(invoice,) = run_subscription(subscribe(market, PASSING))
	assert (invoice.docstatus, invoice.grand_total) == (1, PASSING)


def test_subscription_below_the_floor_leaves_a_draft_and_says_so(market):
	subscription = subscribe(market, FAILING)
	(invoice,) = run_subscription(subscription)
	assert (invoice.docstatus, invoice.grand_total) == (0, FAILING)
	assert frappe.db.exists("Error Log", {"reference_name": subscription.name})
	comment = frappe.get_last_doc("Comment", {"reference_name": invoice.name, "comment_type": "Comment"})
	assert "169.99" in comment.content
	assert run_subscription(subscription) == [invoice]


def test_invoice_of_a_timesheet(market):
	from erpnext.projects.doctype.timesheet.timesheet import make_sales_invoice as invoice_of_timesheet

	employee = insert(
		"Employee",
		first_name=unique("Fitter"),
		company=company(),
		gender="Other",
		date_of_birth="1990-01-01",
		date_of_joining="2020-01-01",
	)
	activity = insert("Activity Type", activity_type=unique("Fitting"))
	hours = {"from_time": now_datetime(), "hours": 2, "billing_hours": 2, "is_billable": 1}
	timesheet = insert(
		"Timesheet",
		submit=True,
		employee=employee.name,
		company=company(),
		time_logs=[hours | {"activity_type": activity.name, "billing_rate": FAILING}],
	)
	invoice = invoice_of_timesheet(timesheet.name, item_code=market.item, customer=market.customer)
	assert invoice.items[0].rate == FAILING
	with pytest.raises(PolicyViolation):
		save_mapped(invoice, True, {})


@pytest.fixture
def stocked() -> str:
	"""An item with ten pieces in stock."""
	from erpnext.stock.doctype.stock_entry.stock_entry_utils import make_stock_entry

	item = make_item(cost=100, list_price=200, is_stock_item=1).name
	store = frappe.db.get_value("Warehouse", {"company": company(), "warehouse_name": "Stores"})
	make_stock_entry(item_code=item, qty=10, to_warehouse=store, rate=100, company=company())
	return item


def test_delivery_of_a_pick_list(market, stocked):
	from erpnext.selling.doctype.sales_order.sales_order import create_pick_list
	from erpnext.stock.doctype.pick_list.pick_list import create_delivery_note

	order = make_sales_order(market.customer, [(stocked, 1, PASSING)], submit=True)
	pick_list = save_mapped(create_pick_list(order.name), True, {})
	delivery = create_delivery_note(pick_list.name)
	assert delivery.items[0].so_detail == order.items[0].name
	delivery.items[0].rate = FAILING
	with pytest.raises(PolicyViolation):
		delivery.save().submit()


def test_invoice_of_a_paid_web_order(market):
	"""Paying a Payment Request of a shopping-cart order makes its invoice at the order's price."""
	order = make_sales_order(
		market.customer, [(market.item, 1, PASSING)], order_type="Shopping Cart", submit=True
	)
	raise_list_price(market)
	frappe.get_doc(
		{"doctype": "Payment Request", "reference_doctype": "Sales Order", "reference_name": order.name}
	).make_invoice()
	invoice = frappe.get_last_doc("Sales Invoice", {"customer": market.customer})
	assert (invoice.docstatus, invoice.kam_verdict) == (1, "Not Applicable")


def test_loyalty_points_put_on_an_order(market):
	"""Asking for a payment writes points onto the submitted web order; the invoice that redeems them is judged.

	170 less 51 is one below cost and its 20 %.
	"""
	program = insert(
		"Loyalty Program",
		loyalty_program_name=unique("Points"),
		company=company(),
		from_date="2020-01-01",
		conversion_factor=1,
		expense_account=frappe.db.get_value("Company", company(), "default_expense_account"),
		cost_center=frappe.db.get_value("Company", company(), "cost_center"),
		collection_rules=[{"tier_name": "All", "collection_factor": 1, "min_spent": 0}],
	)
	frappe.db.set_value("Customer", market.customer, "loyalty_program", program.name)
	make_sales_invoice(market.customer, [(market.item, 1, PASSING)], submit=True)
	order = make_sales_order(
		market.customer, [(market.item, 1, PASSING)], order_type="Shopping Cart", submit=True
	)
	frappe.db.set_value("Sales Order", order.name, {"loyalty_points": 51, "loyalty_amount": 51})
	invoice = make_sales_invoice(sales_order=order.name)
	assert invoice.redeem_loyalty_points
	with pytest.raises(PolicyViolation):
		invoice.update({"loyalty_points": 51}).save().submit()


def test_opening_invoice_tool(market):
	tool = frappe.get_single("Opening Invoice Creation Tool")
	tool.update({"company": company(), "invoice_type": "Sales", "create_missing_party": 0})
	account = frappe.db.get_value("Account", {"company": company(), "account_type": "Temporary"})
	balance = {
		"party": market.customer,
		"outstanding_amount": 5,
		"qty": 1,
		"temporary_opening_account": account,
	}
	tool.append(
		"invoices", balance | {"party_type": "Customer", "posting_date": nowdate(), "due_date": nowdate()}
	)
	tool.make_invoices()
	invoice = frappe.get_last_doc("Sales Invoice", {"customer": market.customer})
	assert (invoice.docstatus, invoice.kam_verdict) == (1, "Not Applicable")


@pytest.fixture
def internal(market) -> str:
	"""The account's customer is another company of the group."""
	other = insert(
		"Company", company_name=unique("Sister"), abbr=frappe.generate_hash(length=4), default_currency="CNY"
	)
	customer = frappe.get_doc("Customer", market.customer)
	customer.update({"is_internal_customer": 1, "represents_company": other.name})
	customer.append("companies", {"company": company()})
	customer.save()
	return customer.name


def test_sale_between_own_companies_is_exempt(market, internal):
	order = make_sales_order(internal, [(market.item, 1, 1)], submit=True)
	invoice = make_sales_invoice(internal, [(market.item, 1, 1)], submit=True)
	assert (order.kam_verdict, invoice.kam_verdict) == ("Not Applicable", "Not Applicable")


def test_web_order_of_a_stranger_is_left_to_erpnext(market):
	order = make_sales_order(make_customer().name, [(market.item, 1, 1)], submit=True)
	assert (order.docstatus, order.kam_key_account, order.kam_verdict or None) == (1, None, None)
