"""The message of a refusal: all violations, prices that pass, and the buttons that fit the case (R26, R27, R82)."""

import json
import re

import frappe
import pytest
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.utils import strip_html

from kam_extension.api import preview, request_exception
from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.enforcement.judgement import judge_document
from kam_extension.integration.enforcement.ways_out import buttons
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_sales_order,
	make_user,
)

APPLY = 'value="Apply Passing Prices"'
REQUEST = 'value="Request Price Exception"'


@pytest.fixture
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


@pytest.fixture
def seller():
	return make_user("KAM User", "Sales User")


@pytest.fixture
def account(policy):
	return make_key_account()


@pytest.fixture
def items(policy):
	return [make_item(cost=100, list_price=130).name, make_item(cost=50, list_price=65).name]


@pytest.fixture
def order(account, items):
	"""Both rows below the cap of 15 %, the total below the minimum markup of 20 %."""
	return make_sales_order(account.customer, [(items[0], 10, 105), (items[1], 10, 55)])


def refusal_of(order) -> str:
	with pytest.raises(PolicyViolation) as refusal:
		order.submit()
	return str(refusal.value)


def test_one_message_says_it_all(as_user, seller, order, items):
	with as_user(seller):
		message = refusal_of(order)
	assert message.count("<b>Discount Cap</b>") == 2
	assert message.count("<b>Markup</b>") == 1
	for sentence in (
		f"Row 1, {items[0]}: the net rate is CNY 105.00; the lowest rate allowed is CNY 110.50.",
		f"Row 2, {items[1]}: the net rate is CNY 55.00; the lowest rate allowed is CNY 55.25.",
		"The net total is CNY 1,600.00; it must be at least CNY 1,800.00. CNY 200.00 is missing.",
		"the net total to at least CNY 1,800.00",
	):
		assert sentence in message
	assert "markup on cost" not in message


def test_the_suggested_rates_pass(order):
	message = refusal_of(order)
	suggested = re.findall(r"Row (\d+), [^:]+: CNY ([\d.,]+) instead of CNY", message)
	assert [row for row, _rate in suggested] == ["1", "2"]
	order.reload()
	for row, rate in suggested:
		order.items[int(row) - 1].rate = float(rate.replace(",", ""))
	order.save()
	assert order.submit().kam_verdict == "Pass"


def test_it_reads_well_without_tags(order):
	"""As a REST client or a log shows it."""
	text = strip_html(refusal_of(order))
	lines = [line for line in text.splitlines() if line.strip()]
	assert lines[0].startswith("Discount Cap: Row 1")
	assert lines[2].startswith("Markup: The net total is")
	assert lines[3].startswith("Raise the rates")
	assert lines[-1].startswith("Row 2")  # the buttons leave no words behind


def test_both_buttons_name_the_document(as_user, seller, order):
	with as_user(seller):
		message = refusal_of(order)
	assert APPLY in message
	assert REQUEST in message
	named = [json.loads(frappe.utils.html_utils.unescape_html(text)) for text in arguments(message)]
	assert named == [{"doctype": "Sales Order", "name": order.name}] * 2


def arguments(message: str) -> list[str]:
	return re.findall(r'data-kam-arguments="([^"]*)"', message)


def test_names_are_escaped_in_text_and_buttons(account, policy):
	item = make_item(cost=100, list_price=130)
	order = make_sales_order(account.customer, [(item.name, 10, 105)])
	order.name = '"><img src=x>'
	html = buttons(order, judge_document(order), {1: 120.0})
	assert "<img" not in html
	assert json.loads(frappe.utils.html_utils.unescape_html(arguments(html)[0]))["name"] == order.name


@pytest.mark.committing
def test_bulk_submit_gives_each_document_its_own_buttons(account, items):
	orders = [make_sales_order(account.customer, [(items[0], 10, 105)]).name for _number in range(2)]
	frappe.db.commit()  # a bulk submit rolls back what fails
	submit_cancel_or_update_docs("Sales Order", orders)
	messages = [entry for entry in frappe.get_message_log() if APPLY in str(entry.get("message"))]
	named = [json.loads(frappe.utils.html_utils.unescape_html(arguments(m["message"])[0])) for m in messages]
	assert [argument["name"] for argument in named] == orders


def test_a_suspended_account_offers_neither(order):
	frappe.db.set_value("Key Account", order.kam_key_account, "status", "Suspended")
	message = refusal_of(order)
	assert "lift the suspension" in message
	assert APPLY not in message
	assert REQUEST not in message
	assert "These rates pass" not in message


def test_no_price_helps_where_only_credit_is_broken(site):
	make_policy(margin_action="Off", price_action="Off", credit_action="Block")
	account = make_key_account(credit_limit_override=1)
	order = make_sales_order(account.customer, [(make_item(cost=100, list_price=130).name, 10, 130)])
	message = refusal_of(order)
	assert APPLY not in message
	assert REQUEST in message


def test_who_may_not_ask_gets_no_button_to_ask(as_user, order):
	with as_user(make_user("Sales User", "Sales Manager")):
		message = refusal_of(frappe.get_doc("Sales Order", order.name))
	assert APPLY in message
	assert REQUEST not in message


def test_a_warning_has_no_buttons(account, items, policy):
	make_policy(
		margin_action="Warn",
		price_action="Warn",
		credit_action="Off",
		supersedes=policy.name,
		valid_from=frappe.utils.nowdate(),
	)
	frappe.clear_messages()
	make_sales_order(account.customer, [(items[0], 10, 105)], submit=True)
	[message] = [m["message"] for m in frappe.get_message_log() if "net rate" in str(m.get("message"))]
	assert APPLY not in message
	assert "These rates pass" not in message


@pytest.fixture
def approved(as_user, seller, account, items):
	"""An order whose exception was approved at a rate of 105."""
	with as_user(seller):
		order = make_sales_order(account.customer, [(items[0], 10, 105)])
		name = request_exception("Sales Order", order.name, "Lost otherwise")
	with as_user(make_user("KAM Executive")):
		return order, frappe.get_doc("Price Exception", name).submit()


def test_the_panel_names_what_covers_a_violation(approved):
	order, exception = approved
	answer = preview(order.reload().as_dict())
	assert answer["verdict"] == "Excepted"
	assert {violation["exception"] for violation in answer["violations"]} == {exception.name}


def test_the_panel_says_what_was_approved_of_what_got_worse(approved):
	order, exception = approved
	values = order.reload().as_dict()
	values["items"][0]["rate"] = 104
	answer = preview(values)
	assert answer["verdict"] == "Blocked"
	messages = {violation["rule"]: violation["message"] for violation in answer["violations"]}
	assert f"Price Exception {exception.name} approved CNY 105.00." in messages["Discount Cap"]
	assert f"Price Exception {exception.name} approved CNY 1,050.00." in messages["Markup"]


def test_an_expired_exception_is_not_named(approved):
	order, exception = approved
	exception.db_set("valid_until", frappe.utils.add_days(None, -1))
	answer = preview(order.reload().as_dict())
	assert not any(exception.name in violation["message"] for violation in answer["violations"])


def test_passing_rates_are_worked_out_when_asked_for(order):
	values = order.as_dict()
	assert "passing_rates" not in preview(values)
	rates = preview(values, with_passing_rates=1)["passing_rates"]
	for row in values["items"]:
		row["rate"] = rates[row["idx"]]
	assert preview(values, with_passing_rates=1)["passing_rates"] is None
	assert preview(values)["verdict"] == "Pass"
