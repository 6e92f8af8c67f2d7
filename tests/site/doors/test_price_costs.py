"""What a row costs: units, bundles and the parts that are really shipped, variants, services (R24)."""

import frappe
import pytest
from frappe.utils import nowdate

from kam_extension.api import preview
from tests.site.doors.market import open_market
from tests.site.doors.prices_market import (
	GUARDED,
	make_bundle,
	make_uom,
	refuse,
	sell,
	verdict_of,
)
from tests.site.factories import (
	COST_PRICE_LIST,
	insert,
	make_delivery_note,
	make_item,
	make_price,
	make_sales_order,
	unique,
)


@pytest.fixture
def market():
	"""Only the markup bites: cost plus 20 %."""
	return open_market(price_action="Off")


@pytest.fixture
def bundle() -> dict:
	"""One set ships 2 × 30.00 and 1 × 40.00: it costs 100.00 and needs 120.00."""
	parts = {"small": make_item(cost=30).name, "large": make_item(cost=40).name}
	parts["set"] = make_item().name
	make_bundle((parts["small"], 2), (parts["large"], 1), item=parts["set"])
	return parts


@pytest.mark.parametrize("doctype", GUARDED)
def test_a_bundle_costs_the_sum_of_its_parts(market, bundle, doctype):
	refuse(sell(doctype, market.customer, [(bundle["set"], 3, 119.99)]), "359.97")
	assert verdict_of(sell(doctype, market.customer, [(bundle["set"], 3, 120)])) == "Pass"


def test_a_bundle_in_another_unit(market, bundle):
	box = make_uom(12)
	# A box of 12 sets costs 1,200.00 and needs 1,440.00.
	row = {"uom": box, "conversion_factor": 12}
	refuse(sell("Sales Order", market.customer, [(bundle["set"], 1, 1439.99, row)]), "1,440.00")
	assert verdict_of(sell("Sales Order", market.customer, [(bundle["set"], 1, 1440, row)])) == "Pass"


def test_a_bundle_with_a_part_of_unknown_cost_has_none(market, bundle):
	unknown = make_item().name
	other = make_item().name
	make_bundle((bundle["large"], 1), (unknown, 1), item=other)
	refuse(sell("Sales Order", market.customer, [(other, 1, 10_000)]), "cost is not known")


def test_a_bundle_within_a_bundle(market, bundle):
	# The outer set was made before its part became a set of its own.
	outer, inner = make_item().name, make_item().name
	make_bundle((inner, 2), (bundle["large"], 1), item=outer)
	make_bundle((bundle["small"], 1), item=inner)
	# 2 × 30.00 + 40.00 = 100.00
	refuse(sell("Sales Order", market.customer, [(outer, 1, 119.99)]), "120.00")
	assert verdict_of(sell("Sales Order", market.customer, [(outer, 1, 120)])) == "Pass"


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order", "Delivery Note", "POS Invoice"])
def test_a_part_added_to_the_draft_is_shipped_and_paid_for(market, bundle, doctype):
	draft = sell(doctype, market.customer, [(bundle["set"], 1, 120)])
	add_part(draft, make_item(cost=500).name)
	assert [part.qty for part in draft.packed_items] == [2, 1, 1]
	# 100.00 and 500.00 cost; 600.00 and 20 % are 720.00.
	assert preview(draft.as_dict())["required_net"] == 720
	refuse(draft, "720.00")


def test_a_part_added_to_the_delivery_of_a_checked_order(market, bundle):
	order = make_sales_order(market.customer, [(bundle["set"], 1, 120)], submit=True)
	delivery = make_delivery_note(sales_order=order.name)
	add_part(delivery, make_item(cost=500).name)
	# The set was checked with its order; the added part brings nothing and costs 500.00.
	refuse(delivery, "600.00")


def test_more_of_a_part_than_the_bundle_holds(market, bundle):
	draft = sell("Delivery Note", market.customer, [(bundle["set"], 1, 120)])
	add_part(draft, bundle["small"], quantity=3)
	assert [part.qty for part in draft.packed_items] == [
		2,
		1,
		2,
	]  # ERPNext takes the last for the bundle's own
	refuse(draft, "192.00")  # 4 × 30.00 and 40.00 are 160.00; plus 20 %


def test_a_part_whose_quantity_was_edited_is_put_back_by_erpnext(market, bundle):
	draft = sell("Delivery Note", market.customer, [(bundle["set"], 1, 120)])
	draft.packed_items[0].qty = 50
	draft.save()
	assert draft.packed_items[0].qty == 2
	assert verdict_of(draft) == "Pass"


def test_a_rate_driven_by_its_parts_is_judged_as_it_ends(market, bundle):
	frappe.db.set_single_value("Selling Settings", "editable_bundle_item_rates", 1)
	make_price(bundle["small"], 50)
	make_price(bundle["large"], 60)
	draft = sell("Sales Order", market.customer, [(bundle["set"], 1, 160)])
	draft.packed_items[0].rate = 20
	draft.save()
	draft.save()
	assert draft.items[0].net_rate == 100  # 2 × 20.00 + 60.00
	refuse(draft, "120.00")


def test_another_unit_costs_what_it_holds(market):
	item = make_item(cost=10, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	refuse(sell("Sales Order", market.customer, [(item, 1, 143.99, {"uom": "Box"})]), "144.00")
	assert verdict_of(sell("Sales Order", market.customer, [(item, 1, 144, {"uom": "Box"})])) == "Pass"


@pytest.mark.parametrize("doctype", GUARDED)
def test_a_forged_conversion_factor_does_not_make_a_box_cheap(market, doctype):
	item = make_item(cost=10, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	row = {"uom": "Box", "conversion_factor": 1, "stock_qty": 1}
	refuse(sell(doctype, market.customer, [(item, 1, 143.99, row)]), "144.00")


def test_a_forged_factor_of_a_unit_from_the_sites_table(market):
	box = make_uom(12)
	item = make_item(cost=10).name
	row = {"uom": box, "conversion_factor": 1}
	refuse(sell("Sales Order", market.customer, [(item, 1, 143.99, row)]), "144.00")


def test_a_unit_that_no_table_knows_counts_as_one_stock_unit(market):
	item = make_item(cost=100, stock_uom="Kg").name
	row = {"uom": make_uom(), "conversion_factor": 0.01}
	refuse(sell("Sales Order", market.customer, [(item, 1, 119.99, row)]), "120.00")


def test_a_larger_factor_than_the_tables_is_what_is_shipped(market):
	item = make_item(cost=10, uoms=[{"uom": "Box", "conversion_factor": 12}]).name
	row = {"uom": "Box", "conversion_factor": 20}
	refuse(sell("Sales Order", market.customer, [(item, 1, 239.99, row)]), "240.00")


def test_the_stock_unit_is_always_one(market):
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 119.99, {"conversion_factor": 0.01})]))


def test_forged_stock_unit(market):
	row = {"stock_uom": "Box", "uom": "Nos", "conversion_factor": 0.01, "stock_qty": 0.01}
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 119.99, row)]), "120.00")


def test_a_variant_has_a_cost_of_its_own(market):
	template = make_template()
	variant = make_variant(template, "Red")
	make_price(variant, 100, COST_PRICE_LIST)
	refuse(sell("Sales Order", market.customer, [(variant, 1, 119.99)]), "120.00")


def test_a_service_of_unknown_cost_is_not_free(market):
	service = make_item(list_price=500).name
	refuse(sell("Sales Order", market.customer, [(service, 1, 500)]), "cost is not known")


def test_a_price_for_all_suppliers_wins_over_one_suppliers(market):
	supplier = insert("Supplier", supplier_name=unique("Supplier"), supplier_group="All Supplier Groups").name
	make_price(market.item, 10, COST_PRICE_LIST, supplier=supplier, valid_from=nowdate())
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 119.99)]), "120.00")
	bought = make_item().name
	make_price(bought, 50, COST_PRICE_LIST, supplier=supplier)
	refuse(sell("Sales Order", market.customer, [(bought, 1, 59.99)]), "60.00")


def test_a_forged_unit_cost_is_not_believed(market):
	row = {"kam_unit_cost": 1, "valuation_rate": 1, "kam_floor_rate": 1, "gross_profit": 100}
	refuse(sell("Sales Order", market.customer, [(market.item, 1, 119.99, row)]), "120.00")


def add_part(draft, item_code: str, quantity: float = 1) -> None:
	"""Put one more part into the package of the draft's first row, as a user may in the desk."""
	row = draft.items[0]
	part = {
		"parent_item": row.item_code,
		"parent_detail_docname": row.name,
		"warehouse": row.get("warehouse"),
	}
	draft.append("packed_items", part | {"item_code": item_code, "qty": quantity})
	draft.save()


def make_template() -> str:
	return make_item(has_variants=1, attributes=[{"attribute": "Colour"}]).name


def make_variant(template: str, colour: str) -> str:
	from erpnext.controllers.item_variant import create_variant

	return create_variant(template, {"Colour": colour}).insert().name
