"""Who made the terms of a document: whoever did can't approve them (R27, R79).

Frappe's history (Version) would not do: ERPNext keeps none of quotations, and an administrator can switch it off.
"""

from collections.abc import Callable

import frappe

from kam_extension.integration.policies.policies import terms_of

PRICED_BY = "kam_priced_by"
DRAFTED_BY = "drafted_by"
LONGEST_AMENDMENT_CHAIN = 50

_TOTALS = (
	"customer", "party_name", "currency", "conversion_rate", "base_net_total", "base_grand_total", "kam_other_costs",
)  # fmt: skip
_ROW = ("item_code", "qty", "uom", "net_rate")


def note_price_author(doc, method: str | None = None) -> None:
	"""Event validate of selling documents: remember who, besides its owner, changed a key account's prices.

	The field is the server's: whatever a request sends is replaced by what is stored.
	"""
	_note(doc, PRICED_BY, _priced if doc.get("kam_key_account") else None)


def note_policy_author(policy) -> None:
	"""Remember who, besides its owner, changed the terms of a policy."""
	_note(policy, DRAFTED_BY, terms_of)


def note_author(doc, terms: Callable) -> None:
	"""Remember who, besides its owner, changed the terms of a document: `terms(doc)` is what is compared."""
	_note(doc, DRAFTED_BY, terms)


def authors_of_draft(doc) -> set[str]:
	"""Owner and authors of a document with a note of them, as it is now, and of those that it amends."""
	authors = {doc.owner or frappe.session.user, *(doc.get(DRAFTED_BY) or "").split()}
	return authors | (authors_of(doc.doctype, doc.amended_from, DRAFTED_BY) if doc.amended_from else set())


def authors_of(doctype: str, name: str, field: str) -> set[str]:
	"""Owner and authors of a document as stored, and of those that it amends."""
	authors: set[str] = set()
	# A purchase order (drop shipment) sets no selling price, so nobody is noted on it besides its owner.
	noted = (field,) if frappe.get_meta(doctype).has_field(field) else ()
	for _step in range(LONGEST_AMENDMENT_CHAIN):
		row = frappe.db.get_value(doctype, name, ("owner", *noted, "amended_from"), as_dict=True)
		if not row:
			break
		authors |= {row.owner, *(row.get(field) or "").split()}
		name = row.amended_from
	return authors


def _note(doc, field: str, terms: Callable | None) -> None:
	before, user = doc.get_doc_before_save(), frappe.session.user
	authors = (before.get(field) or "").split() if before else []
	if terms and before and user not in (doc.owner, *authors) and terms(before) != terms(doc):
		authors.append(user)
	doc.set(field, "\n".join(authors) or None)


def _priced(doc) -> tuple:
	rows = tuple(tuple(_comparable(row.get(field)) for field in _ROW) for row in doc.items)
	return (*(_comparable(doc.get(field)) for field in _TOTALS), rows)


def _comparable(value):
	"""Numbers as the database keeps them."""
	return round(value, 6) if isinstance(value, int | float) else value or 0.0
