"""Set-based deletion of rows that belong to something, with their child rows and what was written about them."""

from collections.abc import Iterable, Sequence

import frappe
from frappe.query_builder import DocType

ABOUT = (
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Version", "ref_doctype", "docname"),
	("ToDo", "reference_type", "reference_name"),
	("Workflow Action", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("Activity Log", "reference_doctype", "reference_name"),
	("DocShare", "share_doctype", "share_name"),
	("View Log", "reference_doctype", "reference_name"),
)


def delete_linked(fieldname: str, to_doctype: str, names: Sequence[str], but: Iterable[str] = ()) -> None:
	"""Delete the documents and child rows whose link `fieldname` names one of `names`; DocTypes in `but` stay."""
	if not names:
		return
	for doctype in _doctypes_with_link(fieldname, to_doctype):
		if doctype not in but:
			delete_where(doctype, fieldname, names)


def delete_where(doctype: str, fieldname: str, values: Sequence[str]) -> None:
	"""Delete the DocType's rows whose field has one of `values`, with all that hangs on them."""
	table = DocType(doctype)
	if not values or not frappe.db.exists(doctype, {fieldname: ("in", values)}):
		return
	chosen = frappe.qb.from_(table).select(table.name).where(table[fieldname].isin(values))
	if not frappe.get_meta(doctype).istable:
		delete_about(doctype, chosen)
		_delete_files(doctype, chosen)
	_delete_with_children(doctype, table[fieldname].isin(values))


def delete_about(doctype: str, names) -> None:
	"""Delete comments, versions, assignments and the like about documents; `names` are a list or a subquery."""
	for other, type_field, name_field in ABOUT:
		table = DocType(other)
		_delete_with_children(other, (table[type_field] == doctype) & table[name_field].isin(names))


def _delete_with_children(doctype: str, condition) -> None:
	table = DocType(doctype)
	chosen = frappe.qb.from_(table).select(table.name).where(condition)
	for field in frappe.get_meta(doctype).get_table_fields():
		child = DocType(field.options)
		frappe.qb.from_(child).delete().where(child.parenttype == doctype).where(
			child.parent.isin(chosen)
		).run()
	frappe.qb.from_(table).delete().where(condition).run()


def _delete_files(doctype: str, names) -> None:
	file = DocType("File")
	attached = (
		frappe.qb.from_(file)
		.select(file.name)
		.where(file.attached_to_doctype == doctype)
		.where(file.attached_to_name.isin(names))
	)
	for (name,) in attached.run():
		frappe.delete_doc("File", name, force=True, delete_permanently=True)


def _doctypes_with_link(fieldname: str, to_doctype: str) -> list[str]:
	"""DocTypes with a table of their own and such a field, standard or custom; documents before child rows."""
	link = {"fieldtype": "Link", "options": to_doctype, "fieldname": fieldname}
	found = set(frappe.get_all("DocField", link, pluck="parent")) | set(
		frappe.get_all("Custom Field", link, pluck="dt")
	)
	stored = {"name": ("in", list(found)), "issingle": 0, "is_virtual": 0}
	return frappe.get_all("DocType", stored, pluck="name", order_by="istable, name")
