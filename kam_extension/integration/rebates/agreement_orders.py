"""The quotations and orders that a Rebate Agreement names, and overlapping agreements (R37)."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import get_link_to_form

CUSTOMER_FIELD = {"Quotation": "party_name", "Sales Order": "customer"}


def refuse_foreign_orders(agreement) -> None:
	"""Every named document belongs to the account's customer and the agreement's company."""
	customer = frappe.get_cached_value("Key Account", agreement.key_account, "customer")
	for doctype in CUSTOMER_FIELD:
		rows = [row for row in agreement.orders if row.reference_doctype == doctype]
		fitting = _fitting(doctype, [row.reference_name for row in rows], customer, agreement.company)
		for row in rows:
			if row.reference_name not in fitting:
				frappe.throw(
					_(
						"Quotations and Orders, row {0}: {1} {2} doesn't belong to customer {3} and company {4}. Remove the "
						"row or choose another document."
					).format(row.idx, _(doctype), row.reference_name, customer, agreement.company),
					title=_("Order of Another Account"),
				)


def refuse_overlap(agreement) -> None:
	"""No two approved agreements of an account and company cover the same order at the same time.

	An agreement without orders covers all of them. The account's row is locked first and the agreements are read
	with a lock, so that two approvals at the same time can't both pass.
	"""
	frappe.db.get_value("Key Account", agreement.key_account, "name", for_update=True)
	ours = {(row.reference_doctype, row.reference_name) for row in agreement.orders}
	for name, theirs in _approved_in_period(agreement).items():
		if not ours or not theirs or ours & theirs:
			frappe.throw(
				_(
					"Rebate Agreement {0} already covers the same orders in this period. Change the dates or the "
					"orders, or cancel the other agreement."
				).format(get_link_to_form("Rebate Agreement", name)),
				title=_("Overlapping Agreements"),
			)


def _fitting(doctype: str, names: list[str], customer: str, company: str) -> set[str]:
	if not names:
		return set()
	filters = {"name": ("in", names), CUSTOMER_FIELD[doctype]: customer, "company": company}
	return set(frappe.get_all(doctype, filters, pluck="name"))


def _approved_in_period(agreement) -> dict[str, set]:
	other, order = DocType("Rebate Agreement"), DocType("Rebate Agreement Order")
	rows = (
		frappe.qb.from_(other)
		.left_join(order)
		.on(order.parent == other.name)
		.select(other.name, order.reference_doctype, order.reference_name)
		.where(other.docstatus == 1)
		.where(other.name != agreement.name)
		.where(other.key_account == agreement.key_account)
		.where(other.company == agreement.company)
		.where(other.valid_from <= agreement.valid_to)
		.where(other.valid_to >= agreement.valid_from)
		.for_update()
	).run(as_dict=True)
	covered: dict[str, set] = {row.name: set() for row in rows}
	for row in rows:
		if row.reference_name:
			covered[row.name].add((row.reference_doctype, row.reference_name))
	return covered
