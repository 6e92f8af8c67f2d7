"""Calls that the desk and site scripts make (contract); thin."""

import frappe
from frappe.utils import cint

from kam_extension.integration.enforcement import previews
from kam_extension.integration.exceptions import exception_requests


@frappe.whitelist()
def preview(doc: str | dict, with_passing_rates: bool | int | str = False) -> dict:
	"""Verdict on an unsaved or saved selling document, without saving it (R30).

	Amounts in company currency. Cost, markups and rebate rate only for readers entitled (R82). `with_passing_rates`
	adds `passing_rates`: row number → rate to type for the prices to pass, None when none does.
	Raises PermissionError for users who may not read such documents.
	"""
	return previews.preview(frappe.parse_json(doc), bool(cint(with_passing_rates)))


@frappe.whitelist(methods=["POST"])
def request_exception(
	doctype: str, name: str, reason: str, valid_until: str | None = None, rows: str | list | None = None
) -> str:
	"""Ask for a Price Exception for what a saved document breaks; returns the exception's name (R27).

	`rows` (`docname` of the row or none for a new one, `item_code`, `qty`, `rate`, `uom`, `conversion_factor`) ask
	for a change of a submitted document by *Update Items* before it is made.
	"""
	return exception_requests.request(doctype, name, reason, valid_until, frappe.parse_json(rows))
