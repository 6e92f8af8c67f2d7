"""Price lists that the app set or made, undone on uninstall (R1, R20)."""

import frappe
from frappe.model.rename_doc import get_link_fields
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull, NullIf


def restore_customer_price_lists() -> None:
	"""Customers that still have the price list of their tier get their own back, or none."""
	customer = DocType("Customer")
	frappe.qb.update(customer).set(
		customer.default_price_list, NullIf(customer.kam_previous_price_list, "")
	).where(
		(IfNull(customer.kam_tier_price_list, "") != "")
		& (customer.default_price_list == customer.kam_tier_price_list)
	).run()
	frappe.clear_cache(doctype="Customer")


def remove_managed_price_lists(own_doctypes: list[str]) -> None:
	"""Delete the lists that followed a base list. One that ERPNext documents name stays, as an ordinary list:
	without it they could neither be amended nor saved."""
	managed = frappe.get_all("Price List", filters={"kam_base_price_list": ("is", "set")}, pluck="name")
	unused = set(managed) - _used_price_lists(managed, own_doctypes)
	if unused:
		frappe.db.delete("Item Price", {"price_list": ("in", list(unused))})
	for name in unused:
		frappe.delete_doc("Price List", name, force=True, delete_permanently=True)


def _used_price_lists(names: list[str], own_doctypes: list[str]) -> set[str]:
	if not names:
		return set()
	used: set[str] = set()
	for link in get_link_fields("Price List"):
		is_ours = link.parent in own_doctypes or link.fieldname.startswith("kam_")
		if not is_ours and link.parent != "Item Price":
			used.update(_values_in(link, names))
	return used


def _values_in(link, names: list[str]) -> set[str]:
	if link.issingle:
		return {frappe.db.get_single_value(link.parent, link.fieldname)} & set(names)
	return set(frappe.get_all(link.parent, filters={link.fieldname: ("in", names)}, pluck=link.fieldname))
