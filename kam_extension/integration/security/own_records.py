"""Ways past the documents of this app that Frappe leaves open, closed (R70).

The API saves and deletes a row of a table on its own, and the document that it belongs to hears nothing. The document
method `rename` takes a flag that leaves out every check. Cancelling writes what a request sends without looking at it.
None has a use here: our documents have numbers for names.
"""

import frappe
from frappe import _

OF_THE_CANCELLING = ("docstatus", "modified", "modified_by")


def refuse_loose_row(row, method: str | None = None) -> None:
	"""Events validate, before_cancel and on_trash of our tables: rows saved with their document don't fire them."""
	frappe.throw(
		_("{0}: change the rows in their document {1} {2}, not by themselves.").format(
			_(row.doctype), _(row.parenttype or ""), frappe.bold(row.parent or "")
		),
		frappe.PermissionError,
		title=_("Protected Record"),
	)


def refuse_rename(doc, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Events before_rename and after_rename of our records; the second one fires even when checks are left out."""
	frappe.throw(
		_("{0} {1} keeps its name.").format(_(doc.doctype), frappe.bold(old)),
		frappe.PermissionError,
		title=_("Protected Record"),
	)


def keep_as_stored(doc, method: str | None = None) -> None:
	"""Event before_cancel of our records: cancelling changes nothing else.

	Frappe leaves validation out then and writes every field as the request sends it, rows of tables too. Controllers whose
	own before_cancel decides by fields call this first: their methods run before events.
	"""
	stored = doc.get_doc_before_save()
	doc.update(
		{field: stored.get(field) for field in doc.meta.get_valid_columns() if field not in OF_THE_CANCELLING}
	)
	for table in doc.meta.get_table_fields():
		doc.set(table.fieldname, stored.get(table.fieldname))
