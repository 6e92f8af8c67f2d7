"""Rows of a submitted document that are saved past the document itself (R25, R70).

The API inserts, cancels and deletes a row of a table on its own; the document hears nothing of it. *Update Items* does
the same, but with the document in hand, and saves that afterwards, where it is judged.
"""

import frappe
from frappe import _

from kam_extension.integration.documents.selling_documents import GUARDED


def refuse_past_document(row, method: str | None = None) -> None:
	"""Events before_insert, before_cancel and on_trash of the tables of key accounts' selling documents.

	A row that was cancelled may go: it was checked then, and ERPNext loads it anew to delete it.
	"""
	is_with_document = row.parent_doc or row.flags.ignore_validate_update_after_submit
	if row.parenttype not in GUARDED or is_with_document or (method == "on_trash" and row.docstatus == 2):
		return
	document = frappe.db.get_value(row.parenttype, row.parent, ("docstatus", "kam_key_account"), as_dict=True)
	if document and document.docstatus == 1 and document.kam_key_account:
		frappe.throw(
			_("{0} {1} is submitted. Change its rows by Update Items, or cancel and amend it.").format(
				_(row.parenttype), frappe.bold(row.parent)
			),
			title=_("Submitted Document"),
		)
