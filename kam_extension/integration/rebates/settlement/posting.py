"""Posting the settlement of a request, posting it again, taking it back (R40, R73)."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import formatdate

from kam_extension.integration.rebates.settlement.closed_periods import is_closed, reverse, submit_now
from kam_extension.integration.rebates.settlement.credit_note import (
	INVOICE,
	check_total,
	credit_note_values,
	matching_journal_values,
)
from kam_extension.integration.rebates.settlement.journal import JOURNAL, journal_values, posting_date_of
from kam_extension.integration.rebates.settlement.offsets import (
	lock_offsets,
	offsets_of,
	refuse_overpaid_invoices,
)
from kam_extension.integration.rebates.settlement.settings import SettlementSettings, settlement_settings
from kam_extension.integration.rebates.settlement.settlement_plan import SETTLERS, amount_to_post
from kam_extension.integration.rebates.settlement.terms import terms_of
from kam_extension.integration.security.roles import require_role

APPROVED, SETTLED = "Approved", "Settled"


def settle(request) -> None:
	"""Post what is left to settle of a submitted request, or leave a draft, and link both documents."""
	amount = amount_to_post(request)
	if not amount:
		# Attached credits settle all of it, or a negative balance is written off: the claims say so.
		mark(request, None, SETTLED)
		return
	with _explained(request):
		settings = settlement_settings(request.company)
		entry = _posted(frappe.get_doc(_entry_values(request, amount, settings)))
		if entry.doctype == INVOICE:
			check_total(entry, request)
		request.db_set("settlement_terms", terms_of(entry), update_modified=False)
		mark(request, entry, APPROVED)
		if settings.submits:
			submit_now(entry)
			complete(request, entry)


def settle_again(request) -> None:
	"""Post a new settlement after finance cancelled or deleted the first one; the claims were kept.

	`request` is locked and read anew, so that of two people who settle at once only one does.
	"""
	require_role(SETTLERS, request.doctype)
	fields = ["docstatus", "status", "settlement_document"]
	stored = frappe.db.get_value(request.doctype, request.name, fields, as_dict=True, for_update=True)
	if stored.docstatus != 1 or stored.status != APPROVED or stored.settlement_document:
		frappe.throw(
			_("Only an approved request without settlement can be settled."), title=_("Nothing to Settle")
		)
	lock_offsets(request)
	settle(request)


def complete(request, entry) -> None:
	"""After an entry of the request was submitted: set it off against the named invoices, and say so."""
	if entry.doctype == INVOICE:
		_match_invoices(request, entry)
	else:
		refuse_overpaid_invoices(entry)
	mark(request, entry, SETTLED)


def take_back(request) -> None:
	"""Undo the settlement of a request that is being cancelled: a draft goes, an entry is cancelled, one in a closed
	period is reversed today."""
	if not request.settlement_document:
		return
	entry = frappe.get_doc(request.settlement_document_type, request.settlement_document)
	if entry.docstatus.is_draft():
		mark(request, None, APPROVED)
		flags = frappe._dict(kam_settlement=True)
		# Whoever may cancel the request undoes its settlement with it.
		frappe.delete_doc(entry.doctype, entry.name, flags=flags, ignore_permissions=True)
	elif entry.docstatus.is_submitted() and is_closed(entry.doctype, entry.company, entry.posting_date):
		reverse(entry, request)
	elif entry.docstatus.is_submitted():
		_cancel(entry)


def mark(request, entry, status: str) -> None:
	"""Link the request to its settlement, or to none, and set its status."""
	request.db_set(
		{
			"settlement_document_type": entry.doctype if entry else None,
			"settlement_document": entry.name if entry else None,
			"status": status,
		},
		notify=True,
	)


def _entry_values(request, amount, settings: SettlementSettings) -> dict:
	if not settings.reduces_tax:
		return journal_values(request, amount, settings)
	if amount < 0:
		frappe.throw(
			_(
				"Negative Balance Action: company {0} settles rebates by credit notes that reduce tax. Charge the "
				"customer by an invoice with tax, and choose Write Off here."
			).format(request.company),
			title=_("Negative Balance"),
		)
	return credit_note_values(request, amount, settings)


def _posted(entry):
	entry.flags.kam_settlement = True
	# The request's approvals were checked; an executive need not be an accountant.
	entry.flags.ignore_permissions = True
	return entry.insert()


def _match_invoices(request, credit_note) -> None:
	offsets = offsets_of(request, amount_to_post(request))
	if offsets:
		credit_note.reload()
		journal = _posted(frappe.get_doc(matching_journal_values(request, credit_note, offsets)))
		submit_now(journal)
		refuse_overpaid_invoices(journal)


def _cancel(entry) -> None:
	if entry.doctype == INVOICE:
		for name in _matching_journals(entry):
			_cancel(frappe.get_doc(JOURNAL, name))
		entry.reload()
	entry.flags.kam_settlement = True
	# Whoever may cancel the request undoes its settlement with it.
	entry.flags.ignore_permissions = True
	entry._cancel()


def _matching_journals(credit_note) -> list[str]:
	filters = {"reference_type": INVOICE, "reference_name": credit_note.name, "docstatus": 1}
	names = frappe.get_all("Journal Entry Account", filters, pluck="parent", distinct=True)
	return frappe.get_all(JOURNAL, {"name": ("in", names), "is_system_generated": 1}, pluck="name")


@contextmanager
def _explained(request) -> Iterator[None]:
	"""What ERPNext refuses, in a message that names request and date; its hints to typists are dropped."""
	messages = list(frappe.local.message_log)
	try:
		yield
	except frappe.ValidationError as error:
		frappe.local.message_log = messages
		frappe.throw(_explanation(request, str(error)), exc=type(error), title=_("Not Settled"))
	frappe.local.message_log = messages


def _explanation(request, reason: str) -> str:
	day = posting_date_of(request)
	text = _("{0} can't be settled on {1}: {2}").format(request.name, formatdate(day), reason)
	if is_closed(JOURNAL, request.company, day):
		text += " " + _("Finance can set Settlement Date to a day in an open period, or reopen this one.")
	return text
