"""What a Price Exception leaves behind when it is cancelled (R27)."""

import frappe

from kam_extension.integration.documents.selling_documents import GUARDED


def release_drafts(exception: str) -> None:
	"""Drafts that it covered no longer name it: Frappe would refuse to save a link to what is cancelled.

	Whoever has one open is asked to load it again; the next save judges it anew. Submitted documents keep the name.
	"""
	for doctype in GUARDED:
		# Changing them by these filters would lock every row: no index fits.
		drafts = frappe.get_all(doctype, {"kam_price_exception": exception, "docstatus": 0}, pluck="name")
		if drafts:
			unjudged = {"kam_price_exception": None, "kam_verdict": None}
			frappe.db.set_value(doctype, {"name": ("in", drafts)}, unjudged)
