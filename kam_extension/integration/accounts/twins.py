"""Customers that may be one and the same (R6)."""

from dataclasses import dataclass
from difflib import SequenceMatcher

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Abs, CustomFunction
from frappe.utils import get_link_to_form

from kam_extension.integration.names import normalized_name, normalized_tax_id

NEAR = 0.88
MOST_CANDIDATES = 300
KEY_LENGTH = 2
MOST_SHOWN = 5

CharLength = CustomFunction("CHAR_LENGTH", ["text"])
Replace = CustomFunction("REPLACE", ["text", "old", "new"])


@dataclass(frozen=True)
class Twin:
	"""Another customer and how alike the names are (1 = equal after normalising)."""

	customer: str
	customer_name: str
	tax_id: str | None
	likeness: float


def similar_customers(
	customer_name: str | None, tax_id: str | None = None, excluding: str | None = None
) -> list[Twin]:
	"""Customers with the same tax id or an equal or near-equal name, the most alike first.

	One query brings at most 300 candidates, those nearest in length; the names are compared in memory.
	"""
	core, tax = normalized_name(customer_name), normalized_tax_id(tax_id)
	if not core and not tax:
		return []
	twins = [_judge(row, core, tax) for row in _candidates(core, tax, len(customer_name or ""), excluding)]
	return sorted((twin for twin in twins if twin), key=lambda twin: -twin.likeness)


def show_twins_of_customer(customer, method: str | None = None) -> None:
	"""Event on_update of Customer: look for twins when the customer is new or its name or tax id changed."""
	if customer.has_value_changed("customer_name") or customer.has_value_changed("tax_id"):
		show_twins(customer.customer_name, customer.tax_id, excluding=customer.name)


def show_twins(customer_name: str | None, tax_id: str | None, excluding: str | None = None) -> None:
	"""Tell the user who saves which customers may be the same; never a block."""
	twins = similar_customers(customer_name, tax_id, excluding)[:MOST_SHOWN]
	if twins:
		links = ", ".join(get_link_to_form("Customer", twin.customer, twin.customer_name) for twin in twins)
		frappe.msgprint(
			_("This may be the same customer as: {0}. Merge them if it is.").format(links),
			title=_("Possible Twins"),
			indicator="orange",
		)


def _judge(row, core: str, tax: str) -> Twin | None:
	other = normalized_name(row.customer_name)
	same_tax = bool(tax) and normalized_tax_id(row.tax_id) == tax
	likeness = 1.0 if same_tax else SequenceMatcher(None, core, other).ratio()
	return Twin(row.name, row.customer_name, row.tax_id, likeness) if likeness >= NEAR else None


def _candidates(core: str, tax: str, length: int, excluding: str | None) -> list:
	customer = DocType("Customer")
	plain_tax = Replace(Replace(customer.tax_id, " ", ""), "-", "")
	fits = plain_tax == tax if tax else None
	for key in {core[:KEY_LENGTH], core[-KEY_LENGTH:]} if core else ():
		alike = customer.customer_name.like(f"%{key}%")
		fits = alike if fits is None else fits | alike
	query = (
		frappe.qb.from_(customer).select(customer.name, customer.customer_name, customer.tax_id).where(fits)
	)
	if excluding:
		query = query.where(customer.name != excluding)
	if tax:
		query = query.orderby(plain_tax != tax)
	return (
		query.orderby(Abs(CharLength(customer.customer_name) - length))
		.limit(MOST_CANDIDATES)
		.run(as_dict=True)
	)
