"""The book of a site as a person exports it: the Data Import tool's *Export Data* (docs/export.md)."""

import json
from collections.abc import Iterable
from pathlib import Path

import frappe
from frappe.core.doctype.data_import.exporter import Exporter
from frappe.utils.csvutils import to_csv

from tests.site.factories import company

COLUMNS: dict[str, dict[str, str]] = {
	"Customer": {"Customer": "name customer_name is_internal_customer represents_company"},
	"Key Account": {
		"Key Account": "name customer account_class tier strategic_influence sales_partner status"
	},
	"KAM Tier Change": {"KAM Tier Change": "key_account changed_on from_tier to_tier"},
	"Item": {
		"Item": "name item_code valuation_rate last_purchase_rate stock_uom",
		"uoms": "uom conversion_factor",
	},
	"Item Price": {
		"Item Price": "item_code price_list uom price_list_rate currency valid_from valid_upto customer supplier batch_no"
	},
	"Price List": {"Price List": "name price_not_uom_dependent"},
	"Product Bundle": {"Product Bundle": "name new_item_code disabled", "items": "item_code qty"},
	"BOM": {"BOM": "item quantity base_total_cost is_default is_active company"},
	"Bin": {"Bin": "item_code warehouse valuation_rate actual_qty"},
	"Warehouse": {"Warehouse": "name company"},
	"Pricing Rule": {
		"Pricing Rule": "name apply_on price_or_product_discount selling disable same_item free_item free_item_rate",
		"items": "item_code",
	},
	"Currency Exchange": {"Currency Exchange": "from_currency to_currency date for_selling"},
	"Sales Order": {
		"Sales Order": "name customer transaction_date status base_net_total base_grand_total kam_effective_net "
		"kam_other_costs sales_partner company currency conversion_rate kam_exchange_rate kam_price_exception amended_from",
		"items": "item_code qty uom conversion_factor base_net_rate base_net_amount is_free_item warehouse "
		"prevdoc_docname pricing_rules item_tax_rate",
		"taxes": "charge_type account_head rate row_id included_in_print_rate",
		"packed_items": "parent_item item_code qty warehouse",
	},
	"Rebate Agreement": {
		"Rebate Agreement": "name customer company valid_from valid_to rate_source special_rate priced_in_rate programmes_only",
		"orders": "reference_doctype reference_name",
	},
}
FILTERS = {"BOM": {"docstatus": 1}, "Rebate Agreement": {"docstatus": 1}}


def export_book(directory: Path, policy: str, language: str, left_out: Iterable[str] = ()) -> Path:
	"""Files of every DocType in the language, without those `left_out`, and the policy as the desk exports it."""
	directory.mkdir()
	before, frappe.local.lang = frappe.local.lang, language
	try:
		for doctype, fields in COLUMNS.items():
			if doctype not in left_out:
				(directory / f"{doctype}.csv").write_text(_exported(doctype, fields), "utf-8")
	finally:
		frappe.local.lang = before
	document = frappe.get_doc("KAM Policy", policy)
	(directory / "policy.json").write_text(frappe.as_json(document.as_dict()), "utf-8")
	settings = {
		"company": {"name": company(), "currency": "CNY"},
		"rounding_method": frappe.get_system_settings("rounding_method"),
		"policy": "policy.json",
	}
	(directory / "book.json").write_text(json.dumps(settings), "utf-8")
	return directory


def _exported(doctype: str, fields: dict[str, str]) -> str:
	wanted = {table: names.split() for table, names in fields.items()}
	exporter = Exporter(doctype, wanted, export_data=True, export_filters=FILTERS.get(doctype))
	return to_csv(exporter.get_csv_array_for_export())
