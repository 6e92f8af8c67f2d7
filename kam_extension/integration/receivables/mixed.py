"""Vouchers that one grouped query can't settle: entry by entry, from four queries however many they are."""

from collections.abc import Iterable

import frappe

from kam_extension.integration.receivables.allocation import Balance, Entry, Key, allocate
from kam_extension.integration.receivables.conditions import LEDGER, Conditions
from kam_extension.integration.receivables.filters import Filters
from kam_extension.integration.receivables.remarks import remarks_of

# A return that was told to lower its invoice hands on what settles it.
_LOWERING = """
	note.docstatus = 1 and note.is_return = 1 and note.update_outstanding_for_self = 0
	and note.return_against != '' and note.company = %(company)s and note.posting_date <= %(report_date)s
"""
_ENTRIES = """
	select entry.*, note.return_against returned
	from (
		select
			account, voucher_type, voucher_no voucher, against_voucher_type against_type, against_voucher_no against,
			party, amount base_amount, amount_in_account_currency
		from `{ledger}` where {conditions} and {which}
	) entry
	left join `tabSales Invoice` note on note.name = entry.against and {lowering}
"""
_SETTLING = "against_voucher_no in %(vouchers)s"
_SETTLING_OR_RETURNED = f"""(
	{_SETTLING} or against_voucher_no in (
		select note.name from `tabSales Invoice` note where note.return_against in %(vouchers)s and {_LOWERING}
	)
)"""
# All vouchers that the entries name, as the ledger has them. ERPNext tells the due date of an invoice, and of a journal
# that carries a bill number.
_VOUCHERS = """
	select
		known.*,
		ifnull(invoice.due_date, journal.due_date) due_date,
		invoice.po_no,
		exists(
			select name from `tabJournal Entry` revaluation
			where revaluation.name = known.voucher_no and revaluation.company = %(company)s
				and revaluation.posting_date <= %(report_date)s
				and revaluation.voucher_type in ('Exchange Rate Revaluation', 'Exchange Gain Or Loss')
		) is_revaluation
	from (
		select
			{account} account, min(account) party_account, voucher_type, voucher_no, party,
			min(posting_date) posting_date,
			max(if(
				(voucher_no = against_voucher_no and voucher_type = against_voucher_type)
				or (voucher_type in ('Payment Entry', 'Journal Entry') and against_voucher_type in %(advance_doctypes)s),
				cost_center, null
			)) cost_center,
			{remarks} remarks
		from `{ledger}` where {conditions} and voucher_no in %(vouchers)s
		group by {account}, voucher_type, voucher_no, party
	) known
	left join `tabSales Invoice` invoice on known.voucher_type = 'Sales Invoice' and invoice.name = known.voucher_no
		and invoice.docstatus = 1 and invoice.company = %(company)s and invoice.posting_date <= %(report_date)s
	left join `tabJournal Entry` journal on known.voucher_type = 'Journal Entry' and journal.name = known.voucher_no
		and journal.docstatus = 1 and journal.company = %(company)s and journal.posting_date <= %(report_date)s
		and journal.bill_no != ''
"""


def mixed_vouchers(
	numbers: Iterable[str], filters: Filters, conditions: Conditions
) -> tuple[set[str], list[dict]]:
	"""All vouchers that entries against `numbers` fall on: their names, and a row for each.

	What falls on a voucher from elsewhere makes all of its own entries count here, so it must not count twice.
	"""
	ignore_accounts = filters.is_on("ignore_accounts")
	first = set(numbers)
	entries = _entries(first, filters, conditions, _SETTLING)
	touched = {name for entry in entries for name in (entry.voucher, entry.target()[2])}
	if further := touched - first:
		# The database finds names in any letter case.
		seen = {entry.against for entry in entries}
		entries += [
			entry
			for entry in _entries(further, filters, conditions, _SETTLING_OR_RETURNED)
			if entry.against not in seen
		]
	known = _known_vouchers(
		{name for entry in entries for name in (entry.voucher, entry.target()[2])}, filters, conditions
	)
	balances = allocate(entries, known.keys(), ignore_accounts)
	return first | touched, [_row(known[key], balance) for key, balance in balances.items()]


def _entries(vouchers: set[str], filters: Filters, conditions: Conditions, which: str) -> list[Entry]:
	statement = _ENTRIES.format(ledger=LEDGER, conditions=conditions.text(), which=which, lowering=_LOWERING)
	rows = frappe.db.sql(statement, conditions.values | {"vouchers": tuple(vouchers)})
	place = 7 if filters.is_in_account_currency else 6
	return [Entry(*row[:8], row[place], row[8]) for row in rows]


def _known_vouchers(vouchers: set[str], filters: Filters, conditions: Conditions) -> dict[Key, dict]:
	statement = _VOUCHERS.format(
		account="''" if filters.is_on("ignore_accounts") else "account",
		ledger=LEDGER,
		remarks=f"min({remarks_of(filters) or 'null'})",
		# A sales person's filter says what is shown, not what is in the ledger.
		conditions=conditions.text(with_sales_person=False),
	)
	values = conditions.values | {
		"vouchers": tuple(vouchers),
		"advance_doctypes": tuple(frappe.get_hooks("advance_payment_doctypes")) or ("",),
	}
	rows = frappe.db.sql(statement, values, as_dict=True)
	return {(row.account, row.voucher_type, row.voucher_no, row.party): row for row in rows}


def _row(voucher: dict, balance: Balance) -> dict:
	return voucher | {
		"invoiced": balance.invoiced,
		"paid": balance.paid,
		"credit_note": balance.credit_note,
		"outstanding": balance.outstanding,
		"outstanding_in_account_currency": balance.in_account_currency,
	}
