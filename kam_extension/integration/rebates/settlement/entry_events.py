"""Events of Journal Entry and Sales Invoice: whatever finance does with a settlement, its request stays true (R40)."""

import frappe
from frappe import _

from kam_extension.integration.rebates.settlement.attached_credits import refuse_cancelling_attached
from kam_extension.integration.rebates.settlement.posting import APPROVED, complete, mark
from kam_extension.integration.rebates.settlement.terms import refuse_other_terms

REQUEST = "Rebate Request"


def protect_link(entry, method: str | None = None) -> None:
	"""Before validate: nobody but a settlement ties an entry to a request."""
	if entry.flags.kam_settlement:
		return
	before = entry.get_doc_before_save()
	entry.kam_rebate_request = before.kam_rebate_request if before else None


def keep_terms(entry, method: str | None = None) -> None:
	"""Validate: a draft that settles a request keeps accounts, customer and amounts; the rest is finance's."""
	if entry.kam_rebate_request and not entry.flags.kam_settlement:
		refuse_other_terms(entry, entry.kam_rebate_request)


def follow_submit(entry, method: str | None = None) -> None:
	"""On submit: the draft of a settlement, or an amended one, settles its request; a reversal by hand releases it."""
	if entry.flags.kam_settlement:
		return
	if entry.kam_rebate_request:
		_settle_by_draft(entry)
	elif entry.amended_from:
		_settle_by_amendment(entry)
	elif entry.get("reversal_of"):
		_release(_request_of(entry.doctype, entry.reversal_of), entry.reversal_of, entry.name)


def refuse_cancel(entry, method: str | None = None) -> None:
	"""Before cancel: not what a request counts as its settlement, nor what took a settlement back."""
	if entry.flags.kam_settlement:
		return
	refuse_cancelling_attached(entry)
	reversed_request = entry.get("reversal_of") and _reversed_request(entry)
	if reversed_request and not _is_open(reversed_request):
		frappe.throw(
			_(
				"{0} took back the settlement of {1}, which was cancelled or settled anew since. Reverse it by a new "
				"entry if you have to."
			).format(entry.name, reversed_request),
			title=_("Settlement Taken Back"),
		)


def release_request(entry, method: str | None = None) -> None:
	"""On cancel and on trash: the request stays approved and claimed, and can be settled again."""
	if entry.flags.kam_settlement:
		return
	if entry.kam_rebate_request:
		_release(entry.kam_rebate_request, entry.name)
	elif entry.get("reversal_of") and entry.docstatus.is_cancelled():
		_restore(entry)


def _settle_by_draft(entry) -> None:
	request = _locked(entry.kam_rebate_request)
	if not request.docstatus.is_submitted() or request.settlement_document != entry.name:
		frappe.throw(
			_("{0} is cancelled or settled by another entry. Delete this draft.").format(request.name),
			title=_("Nothing to Settle"),
		)
	complete(request, entry)


def _settle_by_amendment(entry) -> None:
	name = _request_of(entry.doctype, entry.amended_from)
	if not name:
		return
	request = _locked(name)
	if not request.docstatus.is_submitted() or request.settlement_document:
		frappe.throw(
			_(
				"{0} amends the settlement of {1}, which was cancelled or settled by another entry since. Make an "
				"entry of its own if the customer gets this too."
			).format(entry.name, name),
			title=_("Nothing to Settle"),
		)
	refuse_other_terms(entry, name)
	entry.db_set("kam_rebate_request", name)
	complete(request, entry)


def _release(name: str | None, entry: str, reversal: str | None = None) -> None:
	if not name:
		return
	request = _locked(name)
	if not request.docstatus.is_submitted() or request.settlement_document != entry:
		return
	mark(request, None, APPROVED)
	text = (
		_("Settlement {0} was reversed by {1}.")
		if reversal
		else _("Settlement {0} was cancelled or deleted.")
	)
	request.add_comment("Info", text.format(entry, reversal))


def _restore(reversal) -> None:
	"""The reversal is cancelled, so the settlement that it reversed stands again."""
	name = _request_of(reversal.doctype, reversal.reversal_of)
	if name:
		mark(_locked(name), frappe.get_doc(reversal.doctype, reversal.reversal_of), "Settled")


def _request_of(doctype: str, entry: str | None) -> str | None:
	return frappe.db.get_value(doctype, entry, "kam_rebate_request") if entry else None


def _reversed_request(reversal) -> str | None:
	"""The request whose settlement was reversed: the entry names it, or it names the entry and was cancelled."""
	settled = {"settlement_document_type": reversal.doctype, "settlement_document": reversal.reversal_of}
	return _request_of(reversal.doctype, reversal.reversal_of) or frappe.db.get_value(REQUEST, settled)


def _is_open(name: str) -> bool:
	fields = ["docstatus", "settlement_document"]
	request = frappe.db.get_value(REQUEST, name, fields, as_dict=True, for_update=True)
	return request.docstatus == 1 and not request.settlement_document


def _locked(name: str):
	return frappe.get_doc(REQUEST, name, for_update=True)
