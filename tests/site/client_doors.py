"""The ways by which a client of the site writes fields of a document, each as `door(doctype, name, values)`.

Every door does what the browser, a REST client or the desk's bulk tools do, with the rights of the session user. It may
raise, or leave out quietly what the user may not write: tests look at what is stored afterwards.
"""

import json
from collections.abc import Callable

import frappe
from frappe import client
from frappe.api import v1, v2
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.handler import run_doc_method

from tests.site.factories import unique

SALES = ("KAM User", "Sales User", "Sales Manager")


def request_with(values: dict) -> None:
	"""Let the coming call believe that it serves a request with this body."""
	frappe.local.form_dict = frappe._dict(data=json.dumps(values, default=str))


def put(doctype: str, name: str, values: dict):
	request_with(values)
	return v1.update_doc(doctype, name)


def put_v2(doctype: str, name: str, values: dict):
	frappe.local.form_dict = frappe._dict(values)
	return v2.update_doc(doctype, name)


def set_value(doctype: str, name: str, values: dict):
	return client.set_value(doctype, name, dict(values))


def save(doctype: str, name: str, values: dict):
	return client.save(_forged(doctype, name, values))


def form(doctype: str, name: str, values: dict):
	return savedocs(json.dumps(_forged(doctype, name, values), default=str), "Save")


def bulk_update(doctype: str, name: str, values: dict):
	return client.bulk_update(json.dumps([{"doctype": doctype, "docname": name, **values}], default=str))


def bulk_edit(doctype: str, name: str, values: dict):
	return submit_cancel_or_update_docs(
		doctype, json.dumps([name]), "update", json.dumps(values, default=str)
	)


def kanban(doctype: str, name: str, values: dict):
	"""A card moved on a board of each of the fields; boards are for Select fields only."""
	for field, value in values.items():
		docfield = frappe.get_meta(doctype).get_field(field)
		if docfield and docfield.fieldtype == "Select":
			_move_card(doctype, name, field, value)


def data_import(doctype: str, name: str, values: dict):
	"""A CSV of one row, as a Data Import that updates existing records runs it."""
	from frappe.core.doctype.data_import.importer import Importer

	header, row = ",".join(["ID", *values]), ",".join(str(value) for value in (name, *values.values()))
	settings = frappe.get_doc(
		doctype="Data Import", reference_doctype=doctype, import_type="Update Existing Records"
	)
	settings.insert()
	content = f"{header}\n{row}\n".encode()
	file = frappe.get_doc(doctype="File", file_name=f"{frappe.generate_hash(length=8)}.csv", content=content)
	settings.import_file = file.insert(ignore_permissions=True).file_url
	settings.save()
	Importer(doctype, data_import=settings).import_data()


WRITING: dict[str, Callable] = {
	door.__name__: door
	for door in (put, put_v2, set_value, save, form, bulk_update, bulk_edit, kanban, data_import)
}


def post(doctype: str, **values):
	"""Insert by REST; rows of tables too."""
	request_with(values)
	return v1.create_doc(doctype)


def delete(doctype: str, name: str):
	return v1.delete_doc(doctype, name)


def run_method(doctype: str, document: str, method: str, **arguments):
	"""A document method, called as the desk does it."""
	frappe.local.request = frappe._dict(method="POST")
	return run_doc_method(method, dt=doctype, dn=document, args=json.dumps(arguments))


def attempt(door: Callable, *arguments, **values) -> Exception | None:
	"""Go through the door; returns what it raised. As in a request, what is refused leaves nothing half done."""
	frappe.db.commit()
	try:
		door(*arguments, **values)
	except (frappe.ValidationError, frappe.PermissionError) as error:
		frappe.db.rollback()
		return error
	return None


def submit_forged(doctype: str, name: str, values: dict):
	return client.submit(_forged(doctype, name, values))


def submit_by_method(doctype: str, name: str, values: dict):
	"""The document is built from the client's JSON here too."""
	frappe.local.request = frappe._dict(method="POST")
	return run_doc_method("submit", docs=json.dumps(_forged(doctype, name, values), default=str))


def submit_by_form(doctype: str, name: str, values: dict):
	return savedocs(json.dumps(_forged(doctype, name, values), default=str), "Submit")


def submit_in_bulk(doctype: str, name: str, values: dict):
	failed = submit_cancel_or_update_docs(doctype, json.dumps([name]), "submit")
	if failed:
		raise frappe.ValidationError


def submit_by_put(doctype: str, name: str, values: dict):
	return put(doctype, name, {"docstatus": 1, **values})


SUBMITTING: dict[str, Callable] = {
	door.__name__: door
	for door in (submit_forged, submit_by_method, submit_by_form, submit_in_bulk, submit_by_put)
}


def _forged(doctype: str, name: str, values: dict) -> dict:
	return {**frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True), **values}


def _move_card(doctype: str, name: str, field: str, value) -> None:
	from frappe.desk.doctype.kanban_board.kanban_board import update_order_for_single_card

	before = frappe.db.get_value(doctype, name, field)
	if not before or before == value:
		return
	columns = [{"column_name": column} for column in (before, value)]
	board = frappe.get_doc(
		doctype="Kanban Board",
		kanban_board_name=unique("Board"),
		reference_doctype=doctype,
		field_name=field,
		columns=columns,
	).insert(ignore_permissions=True)
	update_order_for_single_card(board.name, name, before, value, 0, 0)


def stored(doctype: str, name: str, fields) -> dict:
	"""What the database holds of these fields."""
	return dict(frappe.db.get_value(doctype, name, list(fields), as_dict=True))
