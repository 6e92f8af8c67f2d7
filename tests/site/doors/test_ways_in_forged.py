"""Exemptions that a client only claims: flags and links in the posted document that are not earned (R25)."""

import frappe
import pytest
from frappe.utils import nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING, make_salesperson, selling_document
from tests.site.factories import (
	company,
	items_of,
	make_customer,
	make_item,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
)


def post(doctype: str, market, **fields):
	"""Insert as submitted, as the REST API does."""
	return frappe.client.insert(selling_document(doctype, market, docstatus=1, **fields))


def temporary_account() -> str:
	return frappe.db.get_value("Account", {"company": company(), "account_type": "Temporary"})


@pytest.mark.parametrize(
	"claim",
	[
		{"is_opening": "Yes"},
		{"is_consolidated": 1},
		{"is_internal_customer": 1},
		{"is_return": 1, "return_against": "none"},
	],
	ids=lambda claim: next(iter(claim)),
)
@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order"])
def test_flags_exempt_nothing_where_they_are_no_fields(market, doctype, claim):
	with pytest.raises(PolicyViolation):
		post(doctype, market, **claim)


def test_an_order_row_is_no_alternative(market):
	rows = items_of([(market.item, 1, PASSING), (market.item, 1, FAILING, {"is_alternative": 1})])
	with pytest.raises(PolicyViolation):
		post("Sales Order", market, items=rows)


def test_an_order_of_an_alternative_is_judged(market):
	from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of

	cheap = make_item(cost=100, list_price=200).name
	offer = [(market.item, 1, PASSING), (cheap, 1, 1, {"is_alternative": 1})]
	quotation = make_quotation(market.customer, offer, submit=True)
	order = order_of(quotation.name)
	offered = {"item_code": cheap, "rate": 1, "quotation_item": quotation.items[1].name}
	order.items[0].update(offered)
	order.delivery_date = nowdate()
	with pytest.raises(PolicyViolation):
		order.insert().submit()


def test_a_consolidated_invoice_needs_its_pos_invoices(market):
	with pytest.raises(PolicyViolation):
		post("Sales Invoice", market, is_consolidated=1)


def test_amounts_of_a_false_consolidated_invoice_are_calculated(market):
	forged = {
		"net_rate": PASSING,
		"base_net_rate": PASSING,
		"base_net_amount": PASSING,
		"net_amount": PASSING,
	}
	with pytest.raises(PolicyViolation):
		post("Sales Invoice", market, is_consolidated=1, row=forged)


def test_a_customer_is_internal_by_its_file(market):
	draft = frappe.client.insert(selling_document("Sales Invoice", market))
	with pytest.raises(PolicyViolation):
		frappe.client.submit(draft | {"is_internal_customer": 1})


def test_goods_on_an_opening_invoice_are_judged(market):
	goods = make_item(cost=100, list_price=200, is_stock_item=1).name
	rows = items_of([(goods, 1, FAILING)], income_account=temporary_account())
	with pytest.raises(PolicyViolation):
		post("Sales Invoice", market, is_opening="Yes", items=rows)


def test_opening_invoices_of_a_salesperson_are_judged(market, as_user):
	row = {"income_account": temporary_account()}
	with as_user(make_salesperson()), pytest.raises(PolicyViolation):
		post("Sales Invoice", market, is_opening="Yes", row=row)


def test_opening_balances_are_taken_over(market):
	invoice = post("Sales Invoice", market, is_opening="Yes", row={"income_account": temporary_account()})
	assert (invoice["docstatus"], invoice["kam_verdict"]) == (1, "Not Applicable")


def credit(market, against: str, rate: float, item: str | None = None, quantity: float = -1, **fields):
	rows = items_of([(item or market.item, quantity, rate)])
	return post("Sales Invoice", market, is_return=1, return_against=against, items=rows, **fields)


@pytest.fixture
def sold(market) -> str:
	return make_sales_invoice(market.customer, [(market.item, 1, PASSING)], submit=True).name


def test_a_return_of_what_was_sold_is_exempt(market, sold):
	assert credit(market, sold, PASSING)["kam_verdict"] == "Not Applicable"


def test_a_return_against_a_draft_is_judged(market):
	draft = make_sales_invoice(market.customer, [(market.item, 1, PASSING)])
	with pytest.raises(PolicyViolation):
		credit(market, draft.name, PASSING)


def test_a_return_that_credits_a_higher_rate_is_judged(market):
	sold = make_sales_invoice(market.customer, [(market.item, 2, PASSING)], submit=True).name
	with pytest.raises(PolicyViolation):
		credit(market, sold, PASSING + 1)


def test_a_return_that_credits_more_than_the_invoice_is_judged(market, sold):
	income = frappe.db.get_value("Company", company(), "default_income_account")
	gift = {"charge_type": "Actual", "account_head": income, "description": "Gift", "tax_amount": -10}
	with pytest.raises(PolicyViolation):
		credit(market, sold, PASSING, taxes=[gift])


def test_a_cheap_return_vouches_for_no_delivery(market):
	goods = make_item(cost=100, list_price=200, is_stock_item=1).name
	invoice = make_sales_invoice(market.customer, [(goods, 1, PASSING)], submit=True).name
	returned = credit(market, invoice, 1, item=goods)
	link = {"against_sales_invoice": returned["name"], "si_detail": returned["items"][0]["name"]}
	with pytest.raises(PolicyViolation):
		post("Delivery Note", market, items=items_of([(goods, 1, 1, link)]))


def test_a_second_return_of_the_same_goods_is_judged(market, sold):
	credit(market, sold, PASSING)
	with pytest.raises(PolicyViolation):
		credit(market, sold, PASSING)


def test_a_return_of_what_was_not_sold_is_judged(market, sold):
	other = make_item(cost=100, list_price=200).name
	with pytest.raises(PolicyViolation):
		credit(market, sold, 1, item=other)


def test_a_sale_that_calls_itself_return_is_refused_by_erpnext(market, sold):
	with pytest.raises(frappe.ValidationError, match="quantity must be negative"):
		credit(market, sold, FAILING, quantity=1)


def test_a_quotation_of_somebody_else_vouches_for_nothing(market):
	quotation = make_quotation(make_customer().name, [(market.item, 1, 1)], submit=True)
	link = {"prevdoc_docname": quotation.name, "quotation_item": quotation.items[0].name}
	with pytest.raises(PolicyViolation):
		post("Sales Order", market, row=link)


def test_an_amendment_needs_a_cancelled_original(market):
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	with pytest.raises(frappe.ValidationError, match="cannot be amended"):
		post("Sales Order", market, rate=PASSING, amended_from=order.name)


LOOSE_ROW = {"qty": 1, "rate": 1, "net_rate": 1, "base_net_rate": 1, "conversion_factor": 1, "uom": "Nos"}


def loose_row(order, **fields):
	values = {"parent": order.name, "parenttype": "Sales Order", "parentfield": "items", "docstatus": 1}
	values |= {"item_code": order.items[0].item_code, "item_name": "Extra", "description": "Extra"}
	return frappe.new_doc("Sales Order Item", **values | LOOSE_ROW | fields)


def test_no_row_is_posted_into_a_submitted_document(market):
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	with pytest.raises(frappe.ValidationError, match="is submitted"):
		loose_row(order, delivery_date=nowdate()).insert()


def test_rows_of_other_customers_are_left_to_erpnext(market):
	order = make_sales_order(make_customer().name, [(market.item, 1, 1)], submit=True)
	assert loose_row(order, delivery_date=nowdate()).insert().name


def test_a_row_posted_into_a_draft_is_judged_at_submit(market):
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)])
	loose_row(order, delivery_date=nowdate(), docstatus=0, stock_uom="Nos").insert()
	with pytest.raises(PolicyViolation):
		order.reload().submit()


def test_rows_of_a_submitted_document_stay(market):
	order = make_sales_order(
		market.customer, [(market.item, 2, PASSING), (market.item, 1, PASSING)], submit=True
	)
	row = frappe.get_doc("Sales Order Item", order.items[0].name)
	with pytest.raises(frappe.UpdateAfterSubmitError):
		frappe.client.delete(row.doctype, row.name)
	for change in (row.delete, row.cancel):
		with pytest.raises(frappe.ValidationError, match="is submitted"):
			change()
	with pytest.raises(frappe.UpdateAfterSubmitError):
		frappe.get_doc(row.doctype, row.name).update({"rate": 1}).save()
