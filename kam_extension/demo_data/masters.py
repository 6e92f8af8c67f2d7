"""Customers, items and prices of the demo."""

from datetime import timedelta

import frappe
from frappe.utils.nestedset import get_root_of

from kam_extension.demo_data.book import DemoBook
from kam_extension.demo_data.manifest import Manifest


def make_customers(book: DemoBook, manifest: Manifest) -> None:
	territory = get_root_of("Territory")
	for group in sorted({row["customer_group"] for row in book.customers}):
		manifest.make_missing(
			"Customer Group",
			group,
			customer_group_name=group,
			parent_customer_group=get_root_of("Customer Group"),
		)
	for row in book.customers:
		manifest.make(
			"Customer",
			row["customer"],
			customer_name=row["customer_name"],
			customer_type="Company",
			customer_group=row["customer_group"],
			territory=territory,
			default_currency=book.company["currency"],
		)


def make_items(book: DemoBook, manifest: Manifest) -> None:
	"""Items without stock keeping, with cost and base price valid since before the first order."""
	for group in sorted({row["item_group"] for row in book.items}):
		manifest.make_missing(
			"Item Group", group, item_group_name=group, parent_item_group=get_root_of("Item Group")
		)
	for unit in sorted({row["uom"] for row in book.items}):
		manifest.make_missing("UOM", unit, uom_name=unit)
	since = min(row["order_date"] for row in book.orders) - timedelta(days=30)
	for row in book.items:
		item = manifest.make(
			"Item",
			item_code=row["item_code"],
			item_name=row["item_name"],
			item_group=row["item_group"],
			stock_uom=row["uom"],
			is_stock_item=0,
		)
		_make_price(item, book.settings["cost_price_list"], row["cost"], since)
		_make_price(item, book.settings["base_price_list"], row["base_price"], since)


def _make_price(item, price_list: str, rate: str, since) -> None:
	if rate:
		price = {"item_code": item.name, "uom": item.stock_uom, "price_list": price_list}
		frappe.get_doc(
			{"doctype": "Item Price", **price, "price_list_rate": float(rate), "valid_from": since}
		).insert()
