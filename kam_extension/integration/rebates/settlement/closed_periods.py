"""Entries in periods that accounting has closed: nothing is posted or cancelled there; reversals are dated today."""

import frappe
from erpnext.accounts.general_ledger import (
	check_freezing_date,
	validate_accounting_period,
	validate_against_pcv,
)
from frappe import _
from frappe.utils import formatdate, nowdate

from kam_extension.integration.rebates.settlement.journal import JOURNAL


def is_closed(doctype: str, company: str, day) -> bool:
	"""Whether ERPNext refuses entries of the session's user on that day: frozen, closed, or closed for the DocType."""
	messages = list(frappe.local.message_log)
	try:
		check_freezing_date(day)
		validate_against_pcv(False, day, company)
		validate_accounting_period([frappe._dict(company=company, posting_date=day, voucher_type=doctype)])
	except frappe.ValidationError:
		frappe.local.message_log = messages
		return True
	return False


def submit_now(entry) -> None:
	"""Submit in this transaction: a journal of more than 100 rows would submit itself in the background."""
	entry._submit()


def reverse(entry, request) -> None:
	"""Post the opposite of a settlement dated today; the settlement stays in its closed period."""
	if entry.doctype != JOURNAL:
		frappe.throw(
			_(
				"Credit note {0} of {1} lies in a closed period. Reopen the period, or charge the customer by an "
				"invoice and keep the request."
			).format(entry.name, formatdate(entry.posting_date)),
			title=_("Period Closed"),
		)
	reversal = _opposite(entry)
	reversal.flags.kam_settlement = True
	# Whoever may cancel the request undoes its settlement with it.
	reversal.flags.ignore_permissions = True
	reversal.insert()
	submit_now(reversal)
	# A link to a cancelled request would keep finance from reconciling the entry with its reversal.
	entry.db_set("kam_rebate_request", None)
	request.add_comment(
		"Info",
		_("Settlement {0} lies in a closed period; it was reversed by {1}.").format(
			entry.name, reversal.name
		),
	)


def _opposite(entry):
	"""The entry with debits and credits exchanged; ERPNext's own mapper asks for rights of an accountant."""
	reversal = frappe.copy_doc(entry)
	reversal.update(
		{
			"posting_date": nowdate(),
			"reversal_of": entry.name,
			"kam_rebate_request": None,
			"cheque_no": None,
			"cheque_date": None,
		}
	)
	for row in reversal.accounts:
		for ending in ("", "_in_account_currency"):
			debit, credit = f"debit{ending}", f"credit{ending}"
			row.update({debit: row.get(credit), credit: row.get(debit)})
	return reversal
