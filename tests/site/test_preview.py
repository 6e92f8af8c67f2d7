"""The preview call answers as the submit would, and hides cost from those not entitled (R30, R82)."""

import frappe
import pytest

from kam_extension.api import preview
from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	company,
	make_customer,
	make_item,
	make_key_account,
	make_policy,
	make_sales_order,
	make_user,
)


@pytest.fixture
def account():
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	return make_key_account()


@pytest.fixture
def item():
	return make_item(cost=100, list_price=150).name


def order_values(customer: str, item: str, rate: float) -> dict:
	row = {"item_code": item, "qty": 10, "rate": rate, "delivery_date": frappe.utils.add_days(None, 9)}
	return {"doctype": "Sales Order", "customer": customer, "company": company(), "items": [row]}


@pytest.mark.parametrize("rate", [119.99, 120, 130])
def test_preview_and_submit_agree(account, item, rate):
	answer = preview(order_values(account.customer, item, rate))
	order = make_sales_order(account.customer, [(item, 10, rate)])
	try:
		order.submit()
		assert answer["verdict"] == order.kam_verdict == "Pass"
	except PolicyViolation:
		assert answer["verdict"] == "Blocked"
		assert answer["violations"][0]["rule"] == "Markup"
	assert answer["required_net"] == 1200
	assert answer["passing_net"] == max(1200, rate * 10)


def test_a_row_without_item_is_judged_as_the_submit_does(account, item):
	text = {"item_name": "Advice", "qty": 1, "rate": 500, "uom": "Nos", "conversion_factor": 1}
	values = {
		"doctype": "Sales Invoice",
		"customer": account.customer,
		"company": company(),
		"items": [
			{"item_code": item, "qty": 1, "rate": 130},
			text
			| {"income_account": frappe.get_cached_value("Company", company(), "default_income_account")},
		],
	}
	answer = preview(values)
	invoice = frappe.get_doc(values).insert()
	assert [found["rule"] for found in answer["violations"]] == ["Unknown Cost"]
	assert (answer["verdict"], invoice.kam_verdict) == ("Warned", "Warned")
	assert answer["net"] == invoice.kam_effective_net == 630


def test_preview_writes_nothing(account, item):
	before = frappe.db.count("Sales Order")
	preview(frappe.as_json(order_values(account.customer, item, 120)))
	assert frappe.db.count("Sales Order") == before


def test_cost_is_for_those_entitled(account, item, as_user):
	values = order_values(account.customer, item, 110)
	with as_user(make_user("KAM User", "Sales User")):
		answer = preview(values)
	confidential = {"cost", "required_markup", "actual_markup", "net_markup", "rebate_rate"}
	assert not confidential & answer.keys()
	assert "%" not in answer["violations"][0]["message"]
	with as_user(make_user("KAM Manager", "Sales User")):
		answer = preview(values)
	assert confidential <= answer.keys()
	assert answer["cost"] == 1000


def test_show_cost_to_sales_is_the_policys_choice(item, as_user):
	make_policy(margin_action="Block", price_action="Off", credit_action="Off", show_cost_to_sales=1)
	values = order_values(make_key_account().customer, item, 110)
	with as_user(make_user("KAM User", "Sales User")):
		assert preview(values)["cost"] == 1000


def test_stored_figures_hide_cost_from_sales(account, item, as_user):
	order = make_sales_order(account.customer, [(item, 10, 120)])
	with as_user(make_user("KAM User", "Sales User")):
		seen = frappe.get_doc("Sales Order", order.name)
		seen.apply_fieldlevel_read_permissions()
	assert not seen.get("kam_actual_markup")
	assert not seen.items[0].get("kam_unit_cost")
	assert seen.items[0].kam_floor_rate == 120


def test_who_may_not_make_orders_gets_no_preview(account, item, as_user):
	with as_user(make_user("Employee")), pytest.raises(frappe.PermissionError):
		preview(order_values(account.customer, item, 110))


def test_customer_without_key_account_is_not_applicable(account, item):
	assert preview(order_values(make_customer().name, item, 1))["verdict"] == "Not Applicable"


def test_other_doctypes_are_refused():
	with pytest.raises(frappe.ValidationError):
		preview({"doctype": "Purchase Order"})


def test_history_holds_no_cost(account, item):
	order = make_sales_order(account.customer, [(item, 10, 120)])
	order.items[0].rate = 130
	order.append("items", {"item_code": item, "qty": 1, "rate": 140, "delivery_date": order.delivery_date})
	order.save(ignore_version=False)
	history = "".join(frappe.get_all("Version", {"docname": order.name}, pluck="data"))
	assert '"rate"' in history
	for field in ("kam_unit_cost", "kam_actual_markup", "kam_net_markup", "kam_required_markup"):
		assert field not in history
