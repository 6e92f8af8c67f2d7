"""The two journal entries of a rebate accrual: at the month's end, and its reversal on the day after (R42)."""

import frappe
from frappe import _
from frappe.utils import flt

JOURNAL = "Journal Entry"


def post_journals(accrual) -> None:
	"""Post the accrual and its reversal in the transaction of the submit, and link them."""
	entry = _post(accrual, accrual.accrual_date, accrual.expense_account, accrual.accrual_account)
	reversal = _post(
		accrual,
		accrual.reversal_date,
		accrual.accrual_account,
		accrual.expense_account,
		reversal_of=entry.name,
	)
	accrual.db_set({"journal_entry": entry.name, "reversal_entry": reversal.name})


def cancel_journals(accrual) -> None:
	"""Cancel both entries, the reversal first because it names the other; ERPNext refuses in a closed period."""
	for name in (accrual.reversal_entry, accrual.journal_entry):
		if name and frappe.db.get_value(JOURNAL, name, "docstatus") == 1:
			journal = frappe.get_doc(JOURNAL, name)
			# Whoever may cancel the accrual undoes its entries with it.
			journal.flags.ignore_permissions = True
			journal.cancel()


def _post(accrual, day, debit: str, credit: str, reversal_of: str | None = None):
	journal = frappe.get_doc(
		{
			"doctype": JOURNAL,
			"voucher_type": JOURNAL,
			"company": accrual.company,
			"posting_date": day,
			"reversal_of": reversal_of,
			"user_remark": _remark(accrual, reversal_of),
			"accounts": [
				_line(accrual, debit, "debit_in_account_currency"),
				_line(accrual, credit, "credit_in_account_currency"),
			],
		}
	)
	# The accrual was reviewed by whoever may submit it; an executive need not be an accountant.
	journal.flags.ignore_permissions = True
	return journal.insert().submit()


def _line(accrual, account: str, side: str) -> dict:
	amount = flt(accrual.total_accrued, accrual.precision("total_accrued"))
	return {"account": account, side: amount, "cost_center": accrual.cost_center}


def _remark(accrual, reversal_of: str | None) -> str:
	text = _("Reversal of rebate accrual {0} of {1}") if reversal_of else _("Rebate accrual {0} of {1}")
	return text.format(accrual.name, frappe.format(accrual.accrual_date, "Date"))
