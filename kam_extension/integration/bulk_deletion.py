"""Deleting many documents by a few statements, which leaves things as Frappe's delete_doc does.

Nothing of a document's own code runs, nor anything that listens to it. Left out is what other documents name.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import frappe
from frappe.model.dynamic_links import get_dynamic_link_map
from frappe.model.rename_doc import get_link_fields
from frappe.utils import create_batch

from kam_extension.integration.bulk_rows import insert_records

NAMES_AT_ONCE = 500
# DocType, its field for the DocType, its field for the name: what goes with a document, what only forgets it.
_GO_WITH_IT = (
	("ToDo", "reference_type", "reference_name"),
	("Email Unsubscribe", "reference_doctype", "reference_name"),
	("DocShare", "share_doctype", "share_name"),
	("Version", "ref_doctype", "docname"),
	("Comment", "reference_doctype", "reference_name"),
	("View Log", "reference_doctype", "reference_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("Notification Log", "document_type", "document_name"),
	("Communication Link", "link_doctype", "link_name"),
	("Tag Link", "document_type", "document_name"),
)
_FORGET_IT = (
	("Communication", "reference_doctype", "reference_name"),
	("Activity Log", "reference_doctype", "reference_name"),
	("Activity Log", "timeline_doctype", "timeline_name"),
)


def delete_records(doctype: str, names: Sequence[str]) -> None:
	"""Delete documents that nothing refers to (`referred`) and that have no attachments, with all that goes with them.

	They can be restored from Deleted Document.
	"""
	for part in create_batch(list(names), NAMES_AT_ONCE):
		_keep_deleted(doctype, part)
		for table in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", part)})
		frappe.db.delete(doctype, {"name": ("in", part)})
		_forget(doctype, part)
		for name in part:
			frappe.clear_document_cache(doctype, name)


def referred(doctype: str, names: Sequence[str], besides: Collection[str] = ()) -> set[str]:
	"""Which of these documents another one links to, as Frappe asks before it deletes; `besides` are DocTypes left out."""
	if not names:
		return set()
	left_out = {*frappe.get_hooks("ignore_links_on_delete"), *besides}
	return {
		name
		for other, filters, field in _links_to(doctype)
		if other not in left_out
		for name in frappe.get_all(other, {**filters, field: ("in", list(names))}, pluck=field)
	}


def _links_to(doctype: str) -> Iterator[tuple[str, dict, str]]:
	"""DocType, filters and field of each link that may name one of `doctype`; single DocTypes are settings."""
	for link in get_link_fields(doctype):
		if not link["issingle"]:
			yield link["parent"], {}, link["fieldname"]
	for link in get_dynamic_link_map().get(doctype, ()):
		if not frappe.get_meta(link.parent).issingle:
			yield link.parent, {link.options: doctype}, link.fieldname


def _keep_deleted(doctype: str, names: Sequence[str]) -> None:
	documents = {row.name: row for row in frappe.get_all(doctype, {"name": ("in", list(names))}, ["*"])}
	for document in documents.values():
		document.doctype = doctype
	for table in frappe.get_meta(doctype).get_table_fields():
		for row in _rows_of(doctype, table, names):
			documents[row.parent].setdefault(table.fieldname, []).append(row | {"doctype": table.options})
	insert_records(
		"Deleted Document",
		(
			{"deleted_doctype": doctype, "deleted_name": name, "data": frappe.as_json(document)}
			for name, document in documents.items()
		),
	)


def _rows_of(doctype: str, table, names: Sequence[str]) -> Iterable[frappe._dict]:
	filters = {"parenttype": doctype, "parentfield": table.fieldname, "parent": ("in", list(names))}
	return frappe.get_all(table.options, filters, ["*"], order_by="parent, idx")


def _forget(doctype: str, names: Sequence[str]) -> None:
	for follower, type_field, name_field in _GO_WITH_IT:
		if found := _named(follower, {type_field: doctype, name_field: ("in", list(names))}):
			frappe.db.delete(follower, {"name": ("in", found)})
	for other, type_field, name_field in _FORGET_IT:
		if found := _named(other, {type_field: doctype, name_field: ("in", list(names))}):
			nothing = {type_field: None, name_field: None}
			frappe.db.set_value(other, {"name": ("in", found)}, nothing, update_modified=False)
	frappe.db.delete("__global_search", {"doctype": doctype, "name": ("in", list(names))})


def _named(doctype: str, filters: dict) -> list[str]:
	# Changing them by these filters would lock every row of a table without a fitting index.
	return frappe.get_all(doctype, filters, pluck="name")
