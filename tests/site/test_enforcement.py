"""Where and how rules bite: documents, Update Items, Off/Warn/Block, linked rows, decisions (R25, R26, R29)."""

import json

import frappe
import pytest
from erpnext.controllers.accounts_controller import update_child_qty_rate

from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.enforcement import enforcement
from tests.site.factories import (
	make_customer,
	make_delivery_note,
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
)
from tests.site.query_count import count_queries

PASSING, FAILING = 120, 119.99


@pytest.fixture
def account():
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	return make_key_account()


@pytest.fixture
def item():
	return make_item(cost=100, list_price=200).name


def test_direct_invoice_is_blocked(account, item):
	with pytest.raises(PolicyViolation):
		make_sales_invoice(account.customer, [(item, 1, FAILING)], submit=True)
	assert make_sales_invoice(account.customer, [(item, 1, PASSING)], submit=True).kam_verdict == "Pass"


def test_direct_delivery_note_is_blocked(account, item):
	with pytest.raises(PolicyViolation):
		make_delivery_note(account.customer, [(item, 1, FAILING)], submit=True)
	assert make_delivery_note(account.customer, [(item, 1, PASSING)], submit=True).kam_verdict == "Pass"


def test_insert_as_submitted_is_blocked(account, item):
	order = make_sales_order(account.customer, [(item, 1, FAILING)])
	copy = frappe.copy_doc(order)
	copy.docstatus = 1
	with pytest.raises(PolicyViolation):
		copy.insert()


def test_submit_that_skips_validation_is_blocked(account, item):
	order = make_sales_order(account.customer, [(item, 1, FAILING)])
	order.flags.ignore_validate = True
	with pytest.raises(PolicyViolation):
		order.submit()


def test_submit_that_skips_validation_keeps_its_figures(account, item):
	order = make_sales_order(account.customer, [(item, 1, PASSING)])
	frappe.db.set_value("Sales Order", order.name, "kam_verdict", None)
	order.reload().flags.ignore_validate = True
	order.submit()
	assert frappe.db.get_value("Sales Order", order.name, "kam_verdict") == "Pass"


def test_without_policy_nothing_is_written_after_the_submit(item, monkeypatch):
	account = make_key_account()
	order = make_sales_order(account.customer, [(item, 1, 1)])

	def refuse(document):
		raise AssertionError("rows are written again")

	monkeypatch.setattr(enforcement, "_store_figures", refuse)
	assert order.submit().docstatus == 1


def test_warn_lets_through_with_a_message(item):
	make_policy(margin_action="Warn", price_action="Off", credit_action="Off")
	order = make_sales_order(make_key_account().customer, [(item, 1, FAILING)], submit=True)
	assert order.kam_verdict == "Warned"
	assert any("119.99" in str(message) for message in frappe.get_message_log())


def test_off_says_nothing(item):
	make_policy(margin_action="Off", price_action="Off", credit_action="Off", unknown_cost_action="Off")
	order = make_sales_order(make_key_account().customer, [(item, 1, 1)], submit=True)
	assert order.kam_verdict == "Pass"


def test_unknown_cost_is_never_zero(item):
	make_policy(margin_action="Block", price_action="Off", credit_action="Off", unknown_cost_action="Block")
	costless = make_item(list_price=200).name
	with pytest.raises(PolicyViolation, match="cost is not known"):
		make_sales_order(make_key_account().customer, [(costless, 1, 1000)], submit=True)


def test_a_row_with_unknown_cost_does_not_pay_for_another(item):
	make_policy(margin_action="Block", price_action="Off", credit_action="Off", unknown_cost_action="Warn")
	costless = make_item(list_price=200).name
	with pytest.raises(PolicyViolation):
		make_sales_order(make_key_account().customer, [(costless, 1, 1000), (item, 1, FAILING)], submit=True)


def test_invoice_of_a_checked_order_is_not_banded_again(item, account):
	# 2,000 pieces at 117 need 17 %; an invoice over half of them alone would need 20 %.
	order = make_sales_order(account.customer, [(item, 2_000, 117)], submit=True)
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.items[0].qty = 1_000
	invoice.save()
	invoice.submit()
	assert invoice.kam_verdict == "Not Applicable"


def test_invoice_of_a_checked_order_below_its_rate_is_checked(item, account):
	order = make_sales_order(account.customer, [(item, 1, PASSING)], submit=True)
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.items[0].rate = FAILING
	invoice.save()
	with pytest.raises(PolicyViolation):
		invoice.submit()


def test_hidden_discount_on_the_invoice_of_a_checked_order_is_checked(item, account):
	order = make_sales_order(account.customer, [(item, 1, PASSING)], submit=True)
	invoice = make_sales_invoice(sales_order=order.name)
	income = frappe.db.get_value("Company", invoice.company, "default_income_account")
	invoice.append(
		"taxes", {"charge_type": "Actual", "account_head": income, "description": "Gift", "tax_amount": -10}
	)
	invoice.save()
	with pytest.raises(PolicyViolation):
		invoice.submit()


def test_return_against_an_invoice_is_exempt(item, account):
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	invoice = make_sales_invoice(account.customer, [(item, 1, PASSING)], submit=True)
	credit_note = make_sales_return(invoice.name).insert().submit()
	assert credit_note.kam_verdict == "Not Applicable"


def test_credit_note_without_reference_needs_an_exception(item, account):
	with pytest.raises(PolicyViolation, match="no invoice covers"):
		make_sales_invoice(account.customer, [(item, -1, PASSING)], is_return=1, submit=True)


def update_items(order, **changes):
	row = order.items[0]
	values = {"docname": row.name, "item_code": row.item_code, "qty": row.qty, "rate": row.rate}
	values["delivery_date"] = str(row.delivery_date)
	update_child_qty_rate("Sales Order", json.dumps([values | changes]), order.name)


def test_update_items_is_judged_like_a_submit(item, account):
	order = make_sales_order(account.customer, [(item, 1, PASSING)], submit=True)
	with pytest.raises(PolicyViolation):
		update_items(order, rate=FAILING)
	update_items(order.reload(), rate=PASSING + 1)
	assert order.reload().kam_actual_markup == 21


def test_rows_added_to_a_quotation_are_judged(item, account):
	quotation = make_quotation(account.customer, [(item, 1, PASSING)], submit=True)
	kept = {"docname": quotation.items[0].name, "item_code": item, "qty": 1, "rate": PASSING}
	for rate, is_refused in ((FAILING, True), (PASSING, False)):
		rows = json.dumps([kept, {"item_code": item, "qty": 1, "rate": rate}])
		if is_refused:
			with pytest.raises(PolicyViolation):
				update_child_qty_rate("Quotation", rows, quotation.name)
			continue
		frappe.db.delete("Quotation Item", {"parent": quotation.name, "rate": FAILING})
		update_child_qty_rate("Quotation", rows, quotation.name)
		assert len(quotation.reload().items) == 2


def test_harmless_change_after_submit_is_not_judged(item, account):
	order = make_sales_order(account.customer, [(item, 1, PASSING)], submit=True)
	frappe.db.set_value("Sales Order Item", order.items[0].name, "base_net_rate", 1)
	order.reload()
	order.po_no = "PO-1"
	order.save()
	assert order.po_no == "PO-1"


def decisions(doc) -> list:
	filters = {"reference_doctype": doc.doctype, "reference_name": doc.name}
	return frappe.get_all("KAM Decision", filters=filters, fields=["verdict", "policy", "tier", "details"])


def test_a_customer_without_an_account_costs_no_query(account, item):
	order = make_sales_order(make_customer().name, [(item, 1, FAILING)])

	def run_events():
		frappe.db.value_cache.clear()
		for event in ("before_validate", "validate", "before_submit", "on_submit"):
			getattr(enforcement, event)(order)

	assert count_queries(run_events) == 0


def test_submit_leaves_a_decision_that_explains_itself(item, account):
	order = make_sales_order(account.customer, [(item, 1, PASSING)], submit=True)
	(decision,) = decisions(order)
	assert decision.verdict == "Pass"
	assert decision.policy == order.kam_policy
	margin = frappe.parse_json(decision.details)["margin"]
	assert (margin["cost"], margin["required_net"], margin["net"]) == ("100.00", "120.00", "120.00")


@pytest.mark.committing
def test_refusal_of_a_saved_draft_survives_its_rollback(item, account):
	order = make_sales_order(account.customer, [(item, 1, FAILING)])
	frappe.db.commit()
	with pytest.raises(PolicyViolation):
		order.submit()
	frappe.db.rollback()
	(decision,) = decisions(order)
	assert decision.verdict == "Blocked"


@pytest.mark.committing
def test_refusal_of_a_new_document_does_not_point_at_a_later_namesake(item, account):
	frappe.db.commit()
	order = frappe.copy_doc(make_sales_order(account.customer, [(item, 1, FAILING)]))
	frappe.db.rollback()
	order.docstatus = 1
	with pytest.raises(PolicyViolation):
		order.insert()
	frappe.db.rollback()
	assert decisions(order) == []
	assert frappe.db.exists("KAM Decision", {"former_reference_name": order.name, "verdict": "Blocked"})


def test_decisions_never_hinder_cancel_or_delete(item, account):
	order = make_sales_order(account.customer, [(item, 1, PASSING)], submit=True)
	order.cancel()
	frappe.delete_doc("Sales Order", order.name)
	assert not frappe.db.exists("Sales Order", order.name)
	assert frappe.db.exists("KAM Decision", {"former_reference_name": order.name})


def test_order_of_a_quoted_price_holds_for_the_quoted_quantity(item, account):
	from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of

	quotation = make_quotation(account.customer, [(item, 2_000, 117)], submit=True)
	order = order_of(quotation.name)
	order.delivery_date = frappe.utils.add_days(None, 5)
	order.items[0].delivery_date = order.delivery_date
	order.insert().submit()
	assert order.kam_verdict == "Not Applicable"


def test_more_than_quoted_is_banded_anew(item, account):
	frappe.db.set_value("Item", item, "over_delivery_receipt_allowance", 50)
	from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of

	quotation = make_quotation(account.customer, [(item, 1_000, PASSING)], submit=True)
	order = order_of(quotation.name)
	order.delivery_date = frappe.utils.add_days(None, 5)
	order.items[0].update({"delivery_date": order.delivery_date, "qty": 1_001})
	order.insert().submit()
	assert order.kam_verdict == "Pass"
	assert order.kam_required_markup == 20


def test_shipping_priority_reaches_order_and_delivery(item, account):
	order = make_sales_order(account.customer, [(item, 1, PASSING)], submit=True)
	assert order.kam_shipping_priority == 1  # Major A
	assert make_delivery_note(sales_order=order.name).kam_shipping_priority == 1
