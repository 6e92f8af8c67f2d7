"""Ways past the documents of this app that Frappe leaves open, closed (R70).

The API saves and deletes a row of a table on its own, and the document that it belongs to hears nothing. The document
method `rename` takes a flag that leaves out every check. Cancelling writes what a request sends without looking at it.
None has a use here: our documents have numbers for names.
"""

import frappe
from frappe import _
from frappe.model.workflow import get_workflow, get_workflow_name

OF_THE_CANCELLING = ("docstatus", "modified", "modified_by")
CANCELLED = "2"


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
	"""Event before_cancel of our records: cancelling changes nothing but the state of a workflow.

	Frappe leaves validation out then, asks for the right by what the request says of the document, and writes every field
	as sent, rows of tables too. Controllers whose own before_cancel decides by fields call this first: their methods run
	before events.
	"""
	stored, of_workflow = doc.get_doc_before_save(), _values_of_workflow(doc)
	doc.update(
		{field: stored.get(field) for field in doc.meta.get_valid_columns() if field not in OF_THE_CANCELLING}
	)
	for table in doc.meta.get_table_fields():
		doc.set(table.fieldname, stored.get(table.fieldname))
	doc.check_permission("cancel")
	doc.update(of_workflow)


def _values_of_workflow(doc) -> dict:
	"""What a workflow sets on a document that it cancels: the state that it is in, and a field of the state's choice."""
	if not get_workflow_name(doc.doctype):
		return {}
	workflow = get_workflow(doc.doctype)
	state_field = workflow.workflow_state_field
	for row in workflow.states:
		if row.state == doc.get(state_field) and row.doc_status == CANCELLED:
			return {state_field: row.state} | (
				{row.update_field: row.update_value} if row.update_field else {}
			)
	return {}
