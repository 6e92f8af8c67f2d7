"""Documents made of documents: mapped, amended, repriced by Update Items (R25)."""

import json

import frappe
import pytest
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_delivery_note as delivery_of_invoice
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_invoice as invoice_of_quotation
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of_quotation
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as delivery_of_order
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as invoice_of_order
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as invoice_of_delivery
from frappe.utils import add_days, nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING
from tests.site.factories import (
	insert,
	items_of,
	make_customer,
	make_delivery_note,
	make_item,
	make_key_account,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
	save_mapped,
)

SOURCES = {
	"Quotation to Sales Order": (make_quotation, order_of_quotation),
	"Quotation to Sales Invoice": (make_quotation, invoice_of_quotation),
	"Sales Order to Delivery Note": (make_sales_order, delivery_of_order),
	"Sales Order to Sales Invoice": (make_sales_order, invoice_of_order),
	"Delivery Note to Sales Invoice": (make_delivery_note, invoice_of_delivery),
	"Sales Invoice to Delivery Note": (make_sales_invoice, delivery_of_invoice),
}


@pytest.fixture
def goods() -> str:
	"""In stock, so that deliveries of invoices have something to deliver."""
	frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
	return make_item(cost=100, list_price=200, is_stock_item=1, valuation_rate=100).name


def mapped(market, goods: str, mapping: str):
	make_source, make_target = SOURCES[mapping]
	target = make_target(make_source(market.customer, [(goods, 10, PASSING)], submit=True).name)
	if target.doctype == "Sales Order":
		target.delivery_date = target.items[0].delivery_date = add_days(nowdate(), 5)
	return target


@pytest.mark.parametrize("mapping", SOURCES)
def test_mapped_at_a_lower_price(market, goods, mapping):
	target = mapped(market, goods, mapping)
	target.items[0].rate = FAILING
	with pytest.raises(PolicyViolation):
		save_mapped(target, True, {})


@pytest.mark.parametrize("mapping", SOURCES)
def test_mapped_as_it_was(market, goods, mapping):
	document = save_mapped(mapped(market, goods, mapping), True, {})
	# A quotation's own invoice carries no link to the quotation's rows, so it is judged by itself.
	assert document.kam_verdict == ("Pass" if mapping == "Quotation to Sales Invoice" else "Not Applicable")


def test_mapped_row_for_another_item_is_refused_by_erpnext(market, goods):
	delivery = mapped(market, goods, "Sales Order to Delivery Note")
	dear = make_item(cost=1000, list_price=2000).name
	delivery.items[0].update({"item_code": dear, "item_name": dear, "rate": PASSING})
	with pytest.raises(frappe.ValidationError, match="Item Code must be equal"):
		save_mapped(delivery, True, {})


def test_more_than_ordered_at_the_ordered_price_is_refused_by_erpnext(market):
	invoice = invoice_of_order(
		make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True).name
	)
	invoice.items[0].qty = 50
	with pytest.raises(frappe.ValidationError, match="(?i)overbill|over bill|exceed"):
		save_mapped(invoice, True, {})


def amendment_of(document):
	"""The cancelled document's successor, as the Amend button makes it: copied whole."""
	document.cancel()
	amended = frappe.copy_doc(document)
	amended.update({"amended_from": document.name, "docstatus": 0})
	return amended


def test_amendment_at_a_lower_price(market):
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	amended = amendment_of(order)
	amended.items[0].rate = FAILING
	with pytest.raises(PolicyViolation):
		amended.insert().submit()


def test_amended_rows_are_judged_though_their_quotation_was(market, goods):
	"""What the cancelled order took of the quotation is free again; the price still may not fall."""
	order = save_mapped(mapped(market, goods, "Quotation to Sales Order"), True, {})
	amended = amendment_of(order)
	assert amended.insert().submit().kam_verdict == "Not Applicable"
	again = amendment_of(amended)
	again.items[0].rate = FAILING
	with pytest.raises(PolicyViolation):
		again.insert().submit()


def update_items(document, *rows: dict) -> None:
	update_child_qty_rate(document.doctype, json.dumps(rows), document.name)
	document.reload()


def kept(row, **changes) -> dict:
	values = {
		"docname": row.name,
		"item_code": row.item_code,
		"qty": row.qty,
		"rate": row.rate,
		"uom": row.uom,
	}
	if row.doctype == "Sales Order Item":
		values["delivery_date"] = str(row.delivery_date)
	return values | changes


@pytest.fixture
def mixed(market) -> frappe.model.document.Document:
	"""An order in which a dear row makes up for a cheap one: 100 × 119 + 100 × 130 passes a markup of 20 %."""
	frappe.db.set_value("KAM Policy", market.policy, "price_action", "Off")
	frappe.cache.delete_value("kam_submitted_policies")
	other = make_item(cost=100, list_price=200).name
	return make_sales_order(market.customer, [(market.item, 100, 119), (other, 100, 130)], submit=True)


def test_update_items_of_a_price(market):
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	with pytest.raises(PolicyViolation):
		update_items(order, kept(order.items[0], rate=FAILING))


def test_update_items_of_a_quantity(market, mixed):
	cheap, dear = mixed.items
	with pytest.raises(PolicyViolation):
		update_items(mixed, kept(cheap), kept(dear, qty=1))


def test_update_items_that_removes_a_row(market, mixed):
	with pytest.raises(PolicyViolation):
		update_items(mixed, kept(mixed.items[0]))


def test_update_items_that_removes_a_cheap_row(market, mixed):
	update_items(mixed, kept(mixed.items[1]))
	assert (len(mixed.items), mixed.kam_verdict) == (1, "Pass")


def test_update_items_that_adds_a_row(market):
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	extra = {"item_code": market.item, "qty": 1, "rate": FAILING, "delivery_date": nowdate()}
	with pytest.raises(PolicyViolation):
		update_items(order, kept(order.items[0]), extra)


def test_update_items_that_changes_the_unit(market):
	"""Ten for the price of one."""
	item = frappe.get_doc("Item", market.item)
	item.append("uoms", {"uom": "Box", "conversion_factor": 10})
	item.save()
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	with pytest.raises(PolicyViolation):
		update_items(order, kept(order.items[0], uom="Box", conversion_factor=10))


def test_update_items_that_adds_to_a_quotation(market):
	quotation = make_quotation(market.customer, [(market.item, 1, PASSING)], submit=True)
	extra = {"item_code": market.item, "qty": 1, "rate": FAILING}
	with pytest.raises(PolicyViolation):
		update_items(quotation, kept(quotation.items[0]), extra)


def test_order_of_a_blanket_order(market):
	from erpnext.manufacturing.doctype.blanket_order.blanket_order import make_order

	blanket = insert(
		"Blanket Order",
		submit=True,
		blanket_order_type="Selling",
		customer=market.customer,
		company=frappe.get_all("Company", pluck="name", limit=1)[0],
		from_date=nowdate(),
		to_date=add_days(nowdate(), 30),
		items=[{"item_code": market.item, "qty": 10, "rate": FAILING}],
	)
	frappe.flags.args = frappe._dict(doctype="Sales Order")
	order = make_order(blanket.name)
	order.delivery_date = nowdate()
	with pytest.raises(PolicyViolation):
		order.insert().submit()


def test_quotation_of_an_opportunity(market):
	from erpnext.crm.doctype.opportunity.opportunity import make_quotation as quotation_of

	opportunity = insert(
		"Opportunity",
		opportunity_from="Customer",
		party_name=market.customer,
		items=items_of([(market.item, 1, FAILING)], uom="Nos"),
	)
	quotation = quotation_of(opportunity.name)
	assert quotation.party_name == market.customer
	quotation.items[0].rate = FAILING
	with pytest.raises(PolicyViolation):
		quotation.insert().submit()


def test_quotation_to_a_lead_who_becomes_a_key_account(market):
	"""The lead's quotation was nobody's business; the order of the customer is judged."""
	lead = insert("Lead", first_name="Somebody", company_name="Somebody Ltd")
	quotation = make_quotation(lead.name, [(market.item, 1, FAILING)], quotation_to="Lead", submit=True)
	assert not quotation.kam_key_account
	account = make_key_account(make_customer(lead_name=lead.name).name)
	order = order_of_quotation(quotation.name)
	order.delivery_date = nowdate()
	assert order.customer == account.customer
	with pytest.raises(PolicyViolation):
		order.insert().submit()
