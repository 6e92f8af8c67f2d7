"""Invoices of subscriptions that the scheduler could not submit (R25, R71).

ERPNext makes a subscription's invoice on one day of the period, submits it, and rolls everything back when that fails.
On the next day it moves on to the next period, and the invoice would never be written.
"""

from functools import partial

import frappe

from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.enforcement.messages import refusal


def keep_refused_invoice(doc, judgement: Judgement) -> None:
	"""Save a refused invoice as a draft once its refusal is rolled back; there it can be repriced or excepted.

	Only in the background: whoever makes it by hand sees the refusal, and can do it again.
	"""
	is_of_subscription = doc.doctype == "Sales Invoice" and doc.get("subscription")
	if is_of_subscription and not getattr(frappe.local, "request", None):
		draft = frappe.copy_doc(doc)
		frappe.db.after_rollback.add(partial(_save_draft, draft, refusal(doc, judgement)))


def _save_draft(draft, reason: str) -> None:
	draft.docstatus = 0
	# The subscription that made it may do so without any user; the draft binds nobody.
	draft.insert(ignore_permissions=True)
	draft.add_comment("Comment", reason)
	frappe.db.commit()
