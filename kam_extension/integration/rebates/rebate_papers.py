"""No paper and no mail about a rebate that nobody approved (R44)."""

import frappe
from frappe import _

AGREEMENT, REQUEST = "Rebate Agreement", "Rebate Request"


def refuse_unapproved_paper(doc, method: str | None = None, settings=None) -> None:
	"""Event before_print of both documents: prints, PDFs and papers attached to mails come through here.

	What is printed is what is stored: Frappe's print view also takes a document as the client sends it.
	"""
	if not frappe.db.exists(doc.doctype, doc.name):
		_refuse_if(_("{0} {1} is not approved.").format(_(doc.doctype), frappe.bold(doc.name)))
	doc.load_from_db()
	_refuse_if(_reason_against_paper(doc))


def may_leave_the_house(doc, ptype: str, user: str) -> bool | None:
	"""Hook has_permission of both: papers made without the event ask for the right to print.

	None leaves it to the other hooks: Frappe asks nobody after the first answer.
	"""
	return False if ptype == "print" and _reason_against_paper(doc) else None


def refuse_unapproved_mail(communication, method: str | None = None) -> None:
	"""Event before_insert of Communication: a mail from the form of a rebate document that is not approved itself."""
	is_mail = communication.communication_medium == "Email" and communication.sent_or_received == "Sent"
	if is_mail and communication.reference_doctype in (AGREEMENT, REQUEST):
		doc = frappe.get_doc(communication.reference_doctype, communication.reference_name)
		_refuse_if(_not_approved(doc) or _reason_against_paper(doc))


def _refuse_if(reason: str | None) -> None:
	if reason:
		frappe.throw(
			_("{0} It is neither printed nor sent until it is.").format(reason),
			frappe.PermissionError,
			title=_("Not Approved"),
		)


def _reason_against_paper(doc) -> str | None:
	"""A request is the application that goes round for signatures: its draft is a paper, once agreements are behind it."""
	if doc.doctype == REQUEST and not doc.docstatus.is_cancelled():
		return _unapproved_agreement(doc)
	return _not_approved(doc)


def _not_approved(doc) -> str | None:
	if doc.docstatus.is_submitted():
		return None
	return _("{0} {1} is not approved.").format(_(doc.doctype), frappe.bold(doc.name))


def _unapproved_agreement(request) -> str | None:
	"""Also of a request without receipts: there is no agreement behind it."""
	names = {row.rebate_agreement for row in request.receipts if row.rebate_agreement}
	approved = frappe.get_all(AGREEMENT, {"name": ("in", list(names)), "docstatus": 1}, pluck="name")
	missing = sorted(names - set(approved))
	if missing or not names:
		return _("{0} {1} is not approved.").format(_(AGREEMENT), frappe.bold(", ".join(missing)))
	return None
