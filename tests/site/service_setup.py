"""Complaints, contacts and surveys of the tests of service (R51, R52)."""

import re
from urllib.parse import urlencode

import frappe
from frappe.app import make_form_dict
from frappe.model.document import Document
from frappe.utils import nowdate
from frappe.website.serve import get_response
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from tests.site.factories import company, insert, make_department, unique

PATH = "/satisfaction-survey"
GOOD = {"overall": "5", "nps": "10", "rating-1": "4", "comment": "Fine"}


def settings(**values) -> None:
	"""Set fields of KAM Settings."""
	frappe.db.set_single_value("KAM Settings", values)
	frappe.clear_document_cache("KAM Settings", "KAM Settings")


def make_issue(customer: str, **fields) -> Document:
	values = {
		"subject": unique("Issue"),
		"customer": customer,
		"company": company(),
		"opening_date": nowdate(),
	}
	return insert("Issue", **values | fields)


def completed(**fields) -> dict:
	"""Everything that a complaint needs before it is closed."""
	values = {
		"kam_kind": "Complaint",
		"kam_cause": "Wrong label",
		"kam_prevention": "Second check",
		"kam_confirmed_by": "Ms Li",
		"kam_confirmed_on": nowdate(),
		"kam_is_satisfied": "Yes",
	}
	return values | {"kam_responsible_unit": make_department().name} | fields


def make_contact(customer: str, **fields) -> Document:
	"""A contact with an address, primary unless told otherwise."""
	address = f"{frappe.generate_hash(length=8)}@customer.example.com"
	values = {
		"first_name": unique("Contact"),
		"is_primary_contact": 1,
		"email_ids": [{"email_id": address, "is_primary": 1}],
		"links": [{"link_doctype": "Customer", "link_name": customer}],
	}
	return insert("Contact", **values | fields)


def make_survey(key_account: str, **fields) -> Document:
	values = {"recipient": f"{frappe.generate_hash(length=8)}@customer.example.com"}
	return insert("Satisfaction Survey", key_account=key_account, **values | fields)


def sent_survey(key_account: str, **fields) -> tuple[Document, str]:
	"""A survey that is out, and the secret of its link."""
	survey = make_survey(key_account, **fields)
	survey.send()
	return survey, secret_of(survey)


def secret_of(survey: Document) -> str:
	"""The secret in the latest mail about the survey, as it waits in the queue."""
	return secrets_of(survey)[-1]


def secrets_of(survey: Document) -> list[str]:
	mails = frappe.get_all(
		"Email Queue", {"reference_name": survey.name}, pluck="message", order_by="creation, name"
	)
	return [secret_in(mail) for mail in mails]


def secret_in(text: str) -> str:
	"""The secret of the link in a mail as it is sent, soft line breaks and all."""
	joined = text.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
	return re.search(r"satisfaction-survey\?key=([\w-]{40,})", joined).group(1)


def visit_page(secret: str, form: dict | None = None, ip: str = "203.0.113.9") -> Response:
	"""What a guest's browser gets from the public page: GET, or POST with `form`."""
	query = urlencode({"key": secret})
	if form is None:
		builder = EnvironBuilder(path=PATH, query_string=query, method="GET")
	else:
		builder = EnvironBuilder(path=PATH, method="POST", data={"key": secret} | form)
	before = frappe.session.user
	frappe.set_user("Guest")
	frappe.local.request = Request(builder.get_environ())
	frappe.local.request_ip = ip
	try:
		make_form_dict(frappe.local.request)
		return get_response(PATH.strip("/"))
	finally:
		frappe.local.request = None
		frappe.local.form_dict = frappe._dict()
		frappe.set_user(before)


def forget_requests() -> None:
	"""No request of anybody was counted yet."""
	frappe.cache.delete_keys("rl:")
