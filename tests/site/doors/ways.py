"""Ways in which a client makes a selling document submitted, as the desk and the API call them.

Each takes a document as a client posts it, saves it as a draft first where the way needs one, and may raise.
"""

import json

import frappe
from frappe.api import v1, v2
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.handler import run_doc_method
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request


def draft(document: dict):
	return frappe.get_doc(document).insert()


def posted() -> None:
	"""Document methods ask whether the request may change something."""
	frappe.local.request = Request(EnvironBuilder(method="POST").get_environ())


def form_of_new(document: dict) -> None:
	"""The Submit button on a form that was never saved: Frappe saves and submits in one go."""
	local = {"name": f"new-{frappe.scrub(document['doctype'])}-1", "__islocal": 1}
	savedocs(json.dumps(document | local), "Submit")


def form_of_draft(document: dict) -> None:
	savedocs(draft(document).as_json(), "Submit")


def form_update_of_draft(document: dict) -> None:
	savedocs(draft(document).as_json(), "Update")


def client_insert(document: dict) -> None:
	frappe.client.insert(json.dumps(document | {"docstatus": 1}))


def client_insert_many(document: dict) -> None:
	frappe.client.insert_many([document | {"docstatus": 1}])


def client_submit(document: dict) -> None:
	frappe.client.submit(draft(document).as_json())


def client_save(document: dict) -> None:
	frappe.client.save(draft(document).as_dict() | {"docstatus": 1})


def client_set_value(document: dict) -> None:
	frappe.client.set_value(document["doctype"], draft(document).name, json.dumps({"docstatus": 1}))


def client_bulk_update(document: dict) -> None:
	change = {"doctype": document["doctype"], "docname": draft(document).name, "docstatus": 1}
	frappe.client.bulk_update(json.dumps([change]))


def rest_v1_create(document: dict) -> None:
	frappe.local.form_dict = frappe._dict(data=json.dumps(document | {"docstatus": 1}))
	v1.create_doc(document["doctype"])


def rest_v1_update(document: dict) -> None:
	saved = draft(document)
	frappe.local.form_dict = frappe._dict(data=json.dumps({"docstatus": 1}))
	v1.update_doc(saved.doctype, saved.name)


def rest_v2_create(document: dict) -> None:
	frappe.local.form_dict = frappe._dict(document | {"docstatus": 1})
	v2.create_doc(document["doctype"])


def rest_v2_update(document: dict) -> None:
	saved = draft(document)
	frappe.local.form_dict = frappe._dict(docstatus=1)
	v2.update_doc(saved.doctype, saved.name)


def method_of_document(document: dict) -> None:
	saved = draft(document)
	posted()
	run_doc_method("submit", dt=saved.doctype, dn=saved.name)


def method_of_forged_document(document: dict) -> None:
	"""The method runs on what the client says the document is."""
	forged = draft(document).as_dict() | {"kam_key_account": None, "kam_tier": None, "kam_verdict": "Pass"}
	posted()
	run_doc_method("submit", docs=json.dumps(forged, default=str))


def bulk_submit(document: dict) -> None:
	submit_cancel_or_update_docs(document["doctype"], [draft(document).name])


def bulk_edit_of_docstatus(document: dict) -> None:
	submit_cancel_or_update_docs(document["doctype"], [draft(document).name], "update", {"docstatus": 1})


def script_that_skips_validation(document: dict) -> None:
	saved = draft(document)
	saved.flags.ignore_validate = True
	saved.submit()


WAYS = (
	form_of_new,
	form_of_draft,
	form_update_of_draft,
	client_insert,
	client_insert_many,
	client_submit,
	client_save,
	client_set_value,
	client_bulk_update,
	rest_v1_create,
	rest_v1_update,
	rest_v2_create,
	rest_v2_update,
	method_of_document,
	method_of_forged_document,
	bulk_submit,
	bulk_edit_of_docstatus,
	script_that_skips_validation,
)
