"""Calls that the desk and site scripts make (contract); thin."""

import frappe

from kam_extension.integration import exception_requests, previews


@frappe.whitelist()
def preview(doc: str | dict) -> dict:
	"""Verdict on an unsaved or saved selling document, without saving it (R30).

	Amounts in company currency. Cost, markups and rebate rate only for readers entitled (R82).
	Raises PermissionError for users who may not read such documents.
	"""
	return previews.preview(frappe.parse_json(doc))


@frappe.whitelist(methods=["POST"])
def request_exception(doctype: str, name: str, reason: str, valid_until: str | None = None) -> str:
	"""Ask for a Price Exception for what a saved document breaks; returns the exception's name (R27)."""
	return exception_requests.request(doctype, name, reason, valid_until)
