"""Documents outside the rules (R25). Each exemption is earned by what the database holds.

A posted document can carry any flag: fields that its DocType does not have, read-only ones, links to documents that
are no source of it. So a flag is only a claim here, and a claim that fails leaves the document to the rules.
"""

import frappe
from frappe.utils import flt

from kam_extension.integration.documents.pos_consolidation import merges_pos_invoices, rows_sold
from kam_extension.integration.documents.returned_goods import gives_back_what_was_sold

OPENING_TOOL = "Opening Invoice Creation Tool"
_FLAGS = ("is_return", "is_internal_customer", "is_consolidated", "is_opening")


def is_exempt(doc) -> bool:
	"""Returns of what was sold, sales between own companies, consolidated POS invoices and opening balances (R25).

	A document that claims none of these costs no query.
	"""
	return any(is_earned(doc) for is_earned in _EXEMPTIONS.get(doc.doctype, ()))


def drop_false_claims(doc) -> None:
	"""Before ERPNext calculates: it leaves the amounts of a document alone that calls itself consolidated."""
	for flag in _FLAGS:
		if doc.get(flag) and not doc.meta.has_field(flag):
			doc.set(flag, None)
	if doc.get("is_consolidated") and rows_sold(doc) is None:
		doc.is_consolidated = 0


def _is_between_own_companies(doc) -> bool:
	"""By the customer's own file: on a submit, Frappe does not fetch the document's copy of the flag again."""
	if not doc.is_internal_customer:
		return False
	own = frappe.db.get_value("Customer", doc.customer, ("is_internal_customer", "represents_company"))
	return bool(own) and all(own)


def _opens_the_books(doc) -> bool:
	"""A balance taken over from another system by those who may do so, with nothing to deliver (R81).

	ERPNext sees to it that an opening entry books no revenue.
	"""
	if doc.is_opening != "Yes" or doc.update_stock or not frappe.has_permission(OPENING_TOOL, "write"):
		return False
	items = [row.item_code for row in doc.items if row.item_code]
	if not items:
		return True
	is_delivered = frappe.db.exists("Item", {"name": ("in", items), "is_stock_item": 1})
	return not (is_delivered or frappe.db.exists("Product Bundle", {"new_item_code": ("in", items)}))


def _settles_a_rebate(doc) -> bool:
	"""The credit note of an approved Rebate Request, up to what is to be settled (R40); the link is the server's."""
	name = doc.get("kam_rebate_request") if doc.is_return else None
	fields = ("docstatus", "customer", "company", "amount_to_settle")
	request = name and frappe.db.get_value("Rebate Request", name, fields, as_dict=True)
	if not request or (request.docstatus, request.customer, request.company) != (
		1,
		doc.customer,
		doc.company,
	):
		return False
	precision = doc.precision("base_grand_total")
	return flt(-doc.base_grand_total, precision) <= flt(request.amount_to_settle, precision)


_EXEMPTIONS = {
	"Sales Order": (_is_between_own_companies,),
	"Delivery Note": (_is_between_own_companies, gives_back_what_was_sold),
	"Sales Invoice": (
		_is_between_own_companies,
		gives_back_what_was_sold,
		merges_pos_invoices,
		_settles_a_rebate,
		_opens_the_books,
	),
	"POS Invoice": (gives_back_what_was_sold,),
}
