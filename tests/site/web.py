"""Requests to the site through the web server's own application, without a server."""

from concurrent.futures import ThreadPoolExecutor

import frappe
from werkzeug.test import Client, TestResponse


def give_keys(user: str) -> dict[str, str]:
	"""Headers by which requests come from `user`."""
	document = frappe.get_doc("User", user)
	document.api_key, document.api_secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
	secret = document.api_secret
	document.save(ignore_permissions=True)
	return {"Authorization": f"token {document.api_key}:{secret}", "X-Frappe-Site-Name": frappe.local.site}


def ask_site(method: str, path: str, headers: dict[str, str], **options) -> TestResponse:
	"""In a thread of its own: the application opens and closes a connection, as it does for every request. What the
	test wrote has to be committed."""
	from frappe.app import application

	def ask() -> TestResponse:
		return Client(application).open(path, method=method, headers=headers, **options)

	with ThreadPoolExecutor(1) as executor:
		return executor.submit(ask).result()
