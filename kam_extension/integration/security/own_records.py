"""Ways past the documents of this app that Frappe leaves open, closed (R70).

The API saves and deletes a row of a table on its own, and the document that it belongs to hears nothing. The document
method `rename` takes a flag that leaves out every check. Neither has a use here: our documents have numbers for names.
"""

import frappe
from frappe import _


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
