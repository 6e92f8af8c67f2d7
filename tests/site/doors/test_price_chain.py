"""Rows that were checked where they came from, and how far that carries (R25)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.doors.market import open_market
from tests.site.doors.prices_market import charge, make_exchange_rate, refuse, sell, verdict_of
from tests.site.factories import (
	make_delivery_note,
	make_item,
	make_key_account,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
)


@pytest.fixture
def market():
	"""Only the markup bites. 2,000 pieces at 117.00 are 234,000.00 and need 17 %; fewer of them need 20 %."""
	return open_market(price_action="Off")


@pytest.fixture
def order(market):
	return make_sales_order(market.customer, [(market.item, 2_000, 117)], submit=True)


def test_a_part_of_a_checked_order_is_not_banded_again(order):
	delivery = make_delivery_note(sales_order=order.name)
	delivery.items[0].qty = 10
	delivery.save()
	assert verdict_of(delivery) == "Not Applicable"
	invoice = make_sales_invoice(sales_order=order.name)
	invoice.items[0].qty = 10
	invoice.save()
	assert verdict_of(invoice) == "Not Applicable"


@pytest.mark.parametrize("make", [make_delivery_note, make_sales_invoice])
def test_a_lower_price_than_the_orders_is_judged(order, make):
	document = make(sales_order=order.name)
	document.items[0].rate = 116.99
	document.save()
	refuse(document, "233,980.00")


@pytest.mark.parametrize("make", [make_delivery_note, make_sales_invoice])
def test_a_discount_or_a_charge_on_the_document_of_an_order(order, make):
	# Three hundredths on 2,000 pieces leave the rate at 117.00.
	refuse(make(sales_order=order.name, apply_discount_on="Net Total", discount_amount=0.03), "233,999.97")
	charged = make(sales_order=order.name)
	charged.append("taxes", charge(-0.01))
	charged.save()
	refuse(charged, "233,999.99")


def test_the_same_discount_as_the_orders(market):
	fields = {"apply_discount_on": "Net Total", "additional_discount_percentage": 10}
	order = make_sales_order(market.customer, [(market.item, 1_000, 134)], submit=True, **fields)
	same, other = (make_sales_invoice(sales_order=order.name) for _copy in range(2))
	other.additional_discount_percentage = 11
	other.save()
	assert verdict_of(same) == "Not Applicable"
	refuse(other, "119,260.00")


def test_the_same_early_payment_discount_as_the_orders(market):
	terms = [{"due_date": add_days(nowdate(), 30), "invoice_portion": 100, "discount_type": "Percentage"}]
	order = make_sales_order(
		market.customer, [(market.item, 1, 125)], payment_schedule=[terms[0] | {"discount": 4}], submit=True
	)
	assert order.kam_effective_net == 120
	same = make_sales_invoice(sales_order=order.name)
	same.set("payment_schedule", [terms[0] | {"discount": 4}])
	same.save()
	assert same.kam_verdict == "Not Applicable"
	more = make_sales_invoice(sales_order=order.name)
	more.set("payment_schedule", [terms[0] | {"discount": 5}])
	more.save()
	refuse(more, "118.75")


@pytest.mark.parametrize("make", [make_delivery_note, make_sales_invoice])
@pytest.mark.parametrize(
	("changes", "field"),
	[
		({"uom": "Box", "conversion_factor": 1}, "UOM"),
		({"item_code": "other"}, "Item"),
	],
)
def test_erpnext_keeps_item_and_unit_of_an_orders_row(order, make, changes, field):
	document = make(sales_order=order.name)
	if "item_code" in changes:
		changes = {"item_code": make_item(cost=1).name}
	document.items[0].update(changes)
	with pytest.raises(frappe.ValidationError, match=f"Incorrect value in row 1:{field}.* must be equal"):
		document.save()


@pytest.mark.parametrize("make", [make_delivery_note, make_sales_invoice])
def test_erpnext_keeps_the_currency_of_the_order(order, make):
	make_exchange_rate(7)
	frappe.db.set_single_value(
		"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account", 1
	)
	document = make(sales_order=order.name)
	document.update({"currency": "USD", "conversion_rate": 7})
	with pytest.raises(frappe.ValidationError, match="Currency must be equal"):
		document.save()


def test_more_than_ordered_within_erpnexts_allowance_keeps_the_price(market):
	item = make_item(cost=100, over_delivery_receipt_allowance=10).name
	order = make_sales_order(market.customer, [(item, 2_000, 117)], submit=True)
	delivery = make_delivery_note(sales_order=order.name)
	delivery.items[0].qty = 2_100
	delivery.save()
	assert verdict_of(delivery) == "Not Applicable"


def test_a_row_that_was_not_ordered_is_judged_with_its_document(order, market):
	other = make_item(cost=100).name

	def delivery(rate):
		note = make_delivery_note(sales_order=order.name)
		row = {"item_code": other, "qty": 1, "rate": rate, "warehouse": note.items[0].warehouse}
		note.append("items", row)
		return note.save()

	cheap, passing = delivery(116.99), delivery(117)
	refuse(cheap, "117.00")  # 17 %: the whole document is above 200,000.00
	assert verdict_of(passing) == "Pass"


def test_an_order_keeps_its_unit_when_the_items_box_grows(market):
	item = make_item(cost=100, uoms=[{"uom": "Box", "conversion_factor": 10}])
	order = make_sales_order(market.customer, [(item.name, 10, 1_200, {"uom": "Box"})], submit=True)
	delivery = make_delivery_note(sales_order=order.name)
	(box,) = item.reload().get("uoms", {"uom": "Box"})
	box.conversion_factor = 20
	item.save()
	assert verdict_of(delivery) == "Not Applicable"


def test_the_row_of_another_customers_order(order, market):
	other = make_key_account()
	link = {"so_detail": order.items[0].name, "sales_order": order.name}
	with pytest.raises(frappe.ValidationError, match="Customer must be equal"):
		sell("Sales Invoice", other.customer, [(market.item, 1, 117, link)])


def test_the_row_of_another_customers_quotation(market):
	quotation = make_quotation(market.customer, [(market.item, 2_000, 117)], submit=True)
	# Whatever was agreed there, by an exception or under an older policy.
	frappe.db.set_value("Quotation Item", quotation.items[0].name, {"net_rate": 1, "net_amount": 2_000})
	link = {"quotation_item": quotation.items[0].name, "prevdoc_docname": quotation.name}
	other = make_key_account()
	refuse(sell("Sales Order", other.customer, [(market.item, 2_000, 1, link)]), "240,000.00")
	own = sell("Sales Order", market.customer, [(market.item, 2_000, 1, link)])
	assert verdict_of(own) == "Not Applicable"


def test_a_draft_or_cancelled_order_checks_nothing(market):
	draft = make_sales_order(market.customer, [(market.item, 1, 1)])
	link = {"so_detail": draft.items[0].name, "sales_order": draft.name}
	refuse(sell("Sales Invoice", market.customer, [(market.item, 1, 1, link)]), "120.00")


def quotation_order(quotation, quantity: float, **fields):
	from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of

	order = order_of(quotation.name)
	order.delivery_date = add_days(nowdate(), 7)
	for row in order.items:
		row.update({"qty": quantity, "delivery_date": order.delivery_date} | fields)
	return order.insert()


def test_another_quantity_than_the_quoted_is_banded_anew(market):
	quotation = make_quotation(market.customer, [(market.item, 2_000, 117)], submit=True)
	whole, part = quotation_order(quotation, 2_000), quotation_order(quotation, 1_200)
	refuse(part, "144,000.00")  # 1,200 pieces need 20 %
	assert verdict_of(whole) == "Not Applicable"


def test_a_quoted_row_is_ordered_once(market):
	lines = [(market.item, 1_000, 117), (market.item, 1_000, 117)]
	quotation = make_quotation(market.customer, lines, submit=True)

	def one_row():
		order = quotation_order(quotation, 1_000)
		order.set("items", order.items[:1])
		return order.save()

	first, second, third = one_row(), one_row(), one_row()
	assert verdict_of(first) == "Not Applicable"
	refuse(second, "120,000.00")
	first.cancel()
	assert verdict_of(third) == "Not Applicable"


@pytest.mark.parametrize("change", [{"uom": "Nos"}, {"conversion_factor": 20}])
def test_erpnext_keeps_the_unit_of_a_quoted_row(market, change):
	item = make_item(cost=100, uoms=[{"uom": "Box", "conversion_factor": 10}]).name
	quotation = make_quotation(market.customer, [(item, 200, 1_170, {"uom": "Box"})], submit=True)
	with pytest.raises(frappe.ValidationError, match="must be equal"):
		quotation_order(quotation, 200, **change)


def test_a_quotation_that_expired_holds_no_price(market):
	quotation = make_quotation(market.customer, [(market.item, 2_000, 117)], submit=True)
	order = quotation_order(quotation, 2_000, rate=116.99)
	held = quotation_order(quotation, 2_000)
	frappe.db.set_value("Quotation", quotation.name, "valid_till", add_days(nowdate(), -1))
	refuse(order, "233,980.00")
	assert verdict_of(held) == "Pass"  # judged anew


def test_a_quotation_that_nobody_judged_holds_no_price(market):
	frappe.db.set_single_value("KAM Settings", "enabled", 0)
	quotation = make_quotation(market.customer, [(market.item, 10, 1)], submit=True)
	order = quotation_order(quotation, 10)
	frappe.db.set_single_value("KAM Settings", "enabled", 1)
	refuse(order.reload(), "1,200.00")


def test_an_alternative_was_offered_without_being_judged(market):
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)
	other = make_item(cost=100).name
	lines = [(market.item, 2_000, 117), (other, 2_000, 1, {"is_alternative": 1})]
	quotation = make_quotation(market.customer, lines, submit=True)
	assert quotation.kam_verdict == "Pass"
	row = {"prevdoc_docname": quotation.name, "quotation_item": quotation.items[1].name}
	refuse(sell("Sales Order", market.customer, [(other, 2_000, 1, row)]), "240,000.00")


def test_a_unit_price_order_was_checked_for_no_quantity(market):
	frappe.db.set_single_value("Selling Settings", "allow_zero_qty_in_sales_order", 1)
	order = sell("Sales Order", market.customer, [(market.item, 0, 1)])
	order.submit()
	link = {"so_detail": order.items[0].name, "against_sales_order": order.name}
	refuse(sell("Delivery Note", market.customer, [(market.item, 500, 1, link)]), "60,000.00")
	assert verdict_of(sell("Delivery Note", market.customer, [(market.item, 500, 120, link)])) == "Pass"


def test_a_unit_price_quotation_was_checked_for_no_quantity(market):
	frappe.db.set_single_value("Selling Settings", "allow_zero_qty_in_quotation", 1)
	quotation = make_quotation(market.customer, [(market.item, 0, 1)], submit=True)
	refuse(quotation_order(quotation, 500), "60,000.00")


def test_a_unit_price_below_the_cap_is_refused_without_any_quantity():
	market = open_market(margin_action="Off")
	frappe.db.set_single_value("Selling Settings", "allow_zero_qty_in_sales_order", 1)
	refuse(sell("Sales Order", market.customer, [(market.item, 0, 169.99)]), "170.00")
	assert verdict_of(sell("Sales Order", market.customer, [(market.item, 0, 170)])) == "Pass"


def test_a_unit_price_order_is_no_debit_note():
	market = open_market(margin_action="Off")
	frappe.db.set_single_value("Selling Settings", "allow_zero_qty_in_sales_order", 1)
	forged = {"is_debit_note": 1}
	refuse(sell("Sales Order", market.customer, [(market.item, 0, 169.99)], **forged), "170.00")


def test_the_price_of_a_checked_delivery_holds_for_its_invoice(market):
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as invoice_of

	delivery = make_delivery_note(market.customer, [(market.item, 2_000, 117)], submit=True)
	invoice = invoice_of(delivery.name)
	invoice.items[0].qty = 10
	assert verdict_of(invoice.insert()) == "Not Applicable"
	cheaper = invoice_of(delivery.name)
	cheaper.items[0].rate = 116.99
	refuse(cheaper.insert())


def test_a_till_takes_no_price_from_an_order(order, market):
	link = {"so_detail": order.items[0].name, "sales_order": order.name}
	refuse(sell("POS Invoice", market.customer, [(market.item, 10, 117, link)]), "1,200.00")
	assert verdict_of(sell("POS Invoice", market.customer, [(market.item, 10, 120, link)])) == "Pass"
