"""Two documents of one account at the same moment: what one takes is gone for the other (R25, R27, R32)."""

import time

import frappe
import pytest
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of
from frappe.utils import add_days, nowdate

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_order,
	make_user,
)

pytestmark = pytest.mark.committing


@pytest.fixture
def item(site):
	return make_item(cost=100, list_price=200).name


def submit_slowly(order) -> str:
	"""Both sessions have begun to read before either submits."""
	document = frappe.get_doc(order.doctype, order.name)
	time.sleep(0.5)
	return document.submit().kam_verdict


def submit_both(in_parallel, *orders) -> tuple[list, list]:
	"""What went through (verdicts) and what was refused (errors)."""
	results = in_parallel(*(lambda order=order: submit_slowly(order) for order in orders))
	refused = [result for result in results if isinstance(result, Exception)]
	return [result for result in results if result not in refused], refused


def test_two_orders_do_not_pass_one_limit_together(item, in_parallel):
	make_policy(margin_action="Off", price_action="Off", credit_action="Block")
	account = make_key_account(credit_limit_override=15_000)
	orders = [make_sales_order(account.customer, [(item, 50, 200)]) for _ in range(2)]
	frappe.db.commit()
	passed, refused = submit_both(in_parallel, *orders)
	assert passed == ["Pass"]
	assert [type(error) for error in refused] == [PolicyViolation]
	assert frappe.db.count("Sales Order", {"customer": account.customer, "docstatus": 1}) == 1


def test_two_orders_within_the_limit_both_pass(item, in_parallel):
	make_policy(margin_action="Off", price_action="Off", credit_action="Block")
	account = make_key_account(credit_limit_override=20_000)
	orders = [make_sales_order(account.customer, [(item, 50, 200)]) for _ in range(2)]
	frappe.db.commit()
	assert submit_both(in_parallel, *orders) == (["Pass", "Pass"], [])


def test_a_quoted_price_is_used_once(item, in_parallel):
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	account = make_key_account()
	frappe.db.set_value("Item", item, "over_delivery_receipt_allowance", 100)
	# 2,000 pieces at 117 need 17 %, each of the orders alone as well; but the second one is judged for itself.
	quotation = make_quotation(account.customer, [(item, 2_000, 117)], submit=True)
	orders = [order_from(quotation) for _ in range(2)]
	frappe.db.commit()
	passed, refused = submit_both(in_parallel, *orders)
	assert sorted(passed) == ["Not Applicable", "Pass"]
	assert refused == []


def test_an_approved_exception_is_used_once(item, in_parallel, as_user):
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	account = make_key_account()
	quotation = make_quotation(account.customer, [(item, 100, 110)])
	exception = request_exception("Quotation", quotation.name, "Lost tender otherwise")
	with as_user(make_user("KAM Executive")):
		frappe.get_doc("Price Exception", exception).submit()
	quotation.reload().submit()
	frappe.db.set_value("Item", item, "over_delivery_receipt_allowance", 100)
	orders = [order_from(quotation) for _ in range(2)]
	frappe.db.commit()
	passed, refused = submit_both(in_parallel, *orders)
	assert len(passed) == 1
	assert [type(error) for error in refused] == [PolicyViolation]


def order_from(quotation):
	order = order_of(quotation.name)
	order.delivery_date = add_days(nowdate(), 5)
	for row in order.items:
		row.delivery_date = order.delivery_date
	return order.insert()
