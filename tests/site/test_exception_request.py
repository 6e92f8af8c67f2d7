"""Asking for a Price Exception: it waits for approval, says what is broken, and the panel knows of it (R27, R30, R82)."""

import frappe
import pytest

from kam_extension.api import preview, request_exception
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order, make_user

COST = 97.53


@pytest.fixture(autouse=True)
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


@pytest.fixture
def manager():
	return make_user("KAM Manager", "Sales User")


@pytest.fixture
def order(as_user, manager):
	"""Below the discount cap of 15 % and below the minimum markup of 20 %."""
	item = make_item(cost=COST, list_price=130)
	with as_user(manager):
		return make_sales_order(make_key_account().customer, [(item.name, 10, 105)])


@pytest.fixture
def exception(as_user, manager, order):
	with as_user(manager):
		return frappe.get_doc(
			"Price Exception", request_exception("Sales Order", order.name, "Lost otherwise")
		)


def test_request_is_sent_for_approval(exception):
	assert exception.workflow_state == "Pending Approval"


def test_request_keeps_its_snapshot_when_it_is_sent(exception):
	assert float(frappe.parse_json(exception.snapshot)[0]["stock_quantity"]) == 10


def test_sentences_hold_no_cost_although_the_manager_who_asks_may_see_it(exception):
	sentences = [violation.message for violation in exception.violations]
	assert [sentence.split(":")[0] for sentence in sentences][0].startswith("Row 1")
	assert "1,170.36" in sentences[1]
	assert not any("975.30" in sentence or "97.53" in sentence for sentence in sentences)


def test_preview_names_the_request_that_waits(as_user, manager, order, exception):
	with as_user(manager):
		assert preview(order.as_dict())["open_exception"] == exception.name
	exception.db_set("workflow_state", "Rejected")
	with as_user(manager):
		assert preview(order.as_dict())["open_exception"] is None


def test_whoever_may_read_a_saved_order_sees_the_preview(as_user, order):
	with as_user(make_user("KAM Executive")):
		assert preview(order.as_dict())["verdict"] == "Blocked"


def test_way_out_of_both_rules_names_both(as_user, manager, order):
	with as_user(manager):
		way_out = preview(order.as_dict())["way_out"]
	assert "lowest rates allowed" in way_out
	assert "1,170.36" in way_out


def test_site_without_the_workflow_leaves_the_request_a_draft(as_user, manager, order):
	frappe.db.set_value("Workflow", "KAM Price Exception", "is_active", 0)
	frappe.cache.delete_key("workflow")
	frappe.clear_cache(doctype="Price Exception")
	with as_user(manager):
		name = request_exception("Sales Order", order.name, "Lost otherwise")
	assert frappe.db.get_value("Price Exception", name, "docstatus") == 0
