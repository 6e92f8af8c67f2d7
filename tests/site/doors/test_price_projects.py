"""Dealer-led projects, drop shipments, valuation by warehouse, companies: whose figures count (R3, R24, R28)."""

import frappe
import pytest

from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	make_bundle,
	refuse,
	sell,
	stores,
	verdict_of,
)
from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_policy,
	make_price,
	unique,
)

PARTNER_FIELDS = [("Quotation", "referral_sales_partner"), ("Sales Order", "sales_partner")]
PARTNER_FIELDS += [("Sales Invoice", "sales_partner"), ("Delivery Note", "sales_partner")]
PARTNER_FIELDS += [("POS Invoice", "sales_partner")]


@pytest.fixture
def market():
	"""Only the markup bites: cost 100 plus 20 %."""
	return open_market(price_action="Off")


def make_partner() -> str:
	return insert("Sales Partner", partner_name=unique("Dealer"), commission_rate=5, territory="China").name


def register(account: str, partner: str) -> None:
	document = frappe.get_doc("Key Account", account)
	document.sales_partner = partner
	document.save()


@pytest.mark.parametrize(("doctype", "field"), PARTNER_FIELDS)
def test_a_project_led_by_the_registered_partner(market, doctype, field):
	partner = make_partner()
	draft = sell(doctype, market.customer, [(market.item, 1, 101)], **{field: partner})
	other = sell(doctype, market.customer, [(market.item, 1, 101)], **{field: partner})
	refuse(draft, "120.00")  # nobody registered this partner
	register(market.account, partner)
	assert verdict_of(other) == "Pass"


def test_a_partner_in_a_field_that_the_document_does_not_have(market):
	partner = make_partner()
	register(market.account, partner)
	forged = {"referral_sales_partner": partner}
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 101)], **forged), "120.00")
	forged = {"sales_partner": partner}
	refuse(sell("Quotation", market.customer, [(market.item, 1, 101)], **forged), "120.00")


def test_a_partner_of_another_account(market):
	partner = make_partner()
	register(make_key_account().name, partner)
	register(market.account, make_partner())
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 101)], sales_partner=partner), "120.00")


def test_a_registered_partner_who_does_not_lead_this_project(market):
	register(market.account, make_partner())
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 101)]), "120.00")


def test_a_policy_that_leaves_no_project_out():
	market = open_market(price_action="Off", exclude_dealer_led=0)
	partner = make_partner()
	register(market.account, partner)
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 101)], sales_partner=partner), "120.00")


def test_a_dealers_project_still_keeps_the_discount_cap():
	market = open_market()
	partner = make_partner()
	register(market.account, partner)
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 169.99)], sales_partner=partner), "170.00")


def test_a_drop_shipped_row_costs_what_the_policys_sources_say(market):
	supplier = insert("Supplier", supplier_name=unique("Supplier"), supplier_group="All Supplier Groups")
	row = {"delivered_by_supplier": 1, "supplier": supplier.name}
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 119.99, row)]), "120.00")
	bought = make_item(delivered_by_supplier=1, last_purchase_rate=50).name
	frappe.db.set_value("Item", bought, "last_purchase_rate", 50)
	refuse(sell("Sales Order", market.customer, [(bought, 1, 59.99, row)]), "60.00")
	assert verdict_of(sell("Sales Order", market.customer, [(bought, 1, 60, row)])) == "Pass"


def test_stock_costs_what_it_is_valued_at_in_the_rows_warehouse(market):
	item = make_item(is_stock_item=1).name
	receive(item, 10, 50, stores())
	receive(item, 10, 80, finished_goods())
	refuse(order_from(market, item, stores(), 59.99), "60.00")
	assert verdict_of(order_from(market, item, stores(), 60)) == "Pass"
	refuse(order_from(market, item, finished_goods(), 95.99), "96.00")


def test_parts_cost_what_they_are_valued_at_where_they_are_packed(market):
	part, kit = make_item(is_stock_item=1).name, make_item().name
	receive(part, 10, 50, stores())
	receive(part, 10, 80, finished_goods())
	make_bundle((part, 1), item=kit)
	draft = order_from(market, kit, stores(), 60)
	assert draft.kam_verdict == "Pass"
	draft.packed_items[0].warehouse = finished_goods()
	draft.save()
	refuse(draft, "96.00")


def test_a_batch_has_no_say_in_the_base_price():
	market = open_market(margin_action="Off")
	item = make_item(cost=1, list_price=200, is_stock_item=1, has_batch_no=1, create_new_batch=1).name
	batch = insert("Batch", batch_id=unique("Batch"), item=item).name
	make_price(item, 20, batch_no=batch)
	row = {"batch_no": batch, "use_serial_batch_fields": 1}
	refuse(sell("Sales Invoice", market.customer, [(item, 1, 169.99, row)]), "170.00")


def test_the_policy_of_the_documents_company_counts(market):
	other = make_company()
	make_policy(margin_action="Off", price_action="Off", credit_action="Off", company=other)
	draft = sell("Sales Order", market.customer, [(market.item, 1, 1)], company=other)
	assert draft.kam_verdict == "Pass"
	copy = frappe.copy_doc(draft)
	copy.company = company()
	copy.items[0].update({"warehouse": None, "cost_center": None})
	copy.update({"debit_to": None, "taxes": [], "cost_center": None})
	copy.insert()
	refuse(copy, "120.00")


def order_from(market, item: str, warehouse: str, rate: float):
	return sell("Sales Order", market.customer, [(item, 1, rate, {"warehouse": warehouse})])


def receive(item: str, quantity: float, rate: float, warehouse: str) -> None:
	row = {"item_code": item, "qty": quantity, "basic_rate": rate, "t_warehouse": warehouse}
	insert("Stock Entry", submit=True, stock_entry_type="Material Receipt", company=company(), items=[row])


def finished_goods() -> str:
	filters = {"company": company(), "warehouse_name": "Finished Goods"}
	return frappe.get_all("Warehouse", filters, pluck="name")[0]


def make_company() -> str:
	values = {"default_currency": "CNY", "country": "China", "chart_of_accounts": "Standard"}
	abbreviation = frappe.generate_hash(length=5).upper()
	return insert("Company", company_name=unique("Company"), abbr=abbreviation, **values).name
