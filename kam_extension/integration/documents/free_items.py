"""Rows that a Pricing Rule gives away (R21)."""

from collections.abc import Iterable

import frappe
from erpnext.accounts.doctype.pricing_rule.utils import get_applied_pricing_rules, get_pricing_rule_items

from kam_extension.policy.money import decimal


def given_free(rows: Iterable) -> set[int]:
	"""Numbers of the rows that ERPNext's rules give away, and so are exempt from the discount cap.

	A client may call any row a free item. It is one when it names a rule of this site that gives this item away, and
	does not cost less than the rule says. One query, and none without such rows.
	"""
	return {row.idx for row in free_rows(rows)}


def free_rows(rows: Iterable) -> list:
	"""Those of `rows`, of one document or of many, that ERPNext's rules give away. One query, and none without such rows."""
	flagged = [row for row in rows if row.get("is_free_item")]
	rules = _rules({name for row in flagged for name in _names(row)})
	return [row for row in flagged if any(_gives(rules.get(name), row) for name in _names(row))]


def _names(row) -> list[str]:
	return get_applied_pricing_rules(row.get("pricing_rules"))


def _gives(rule, row) -> bool:
	if rule is None or decimal(row.rate) < decimal(rule.free_item_rate):
		return False
	if rule.same_item and rule.apply_on != "Transaction":
		return _applies_to(rule, row)
	return rule.free_item == row.item_code


def _applies_to(rule, row) -> bool:
	"""Whether the rule is about the row's item, its template, group or brand."""
	template = frappe.get_cached_value("Item", row.item_code, "variant_of")
	fitting = {
		"Item Code": {row.item_code, template},
		"Item Group": {row.item_group},
		"Brand": {row.brand},
	}
	covered = get_pricing_rule_items(frappe.get_cached_doc("Pricing Rule", rule.name))
	return bool(fitting[rule.apply_on].intersection(covered))


def _rules(names: set[str]) -> dict[str, frappe._dict]:
	if not names:
		return {}
	filters = {
		"name": ("in", list(names)),
		"price_or_product_discount": "Product",
		"selling": 1,
		"disable": 0,
	}
	fields = ["name", "apply_on", "same_item", "free_item", "free_item_rate"]
	return {rule.name: rule for rule in frappe.get_all("Pricing Rule", filters=filters, fields=fields)}
