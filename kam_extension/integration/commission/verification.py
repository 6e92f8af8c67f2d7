"""When finance verified a receipt, in ERPNext's own terms (R60, S4).

Money on a bank account is verified when the entry has a clearance date: Bank Clearance and the Bank Reconciliation
Tool set it. Money that moved by cash, and a cash sale, is in hand when it is posted.
"""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Max

Document = tuple[str, str]


def verified_on(documents: Iterable[Document]) -> dict[Document, date]:
	"""{(document type, name): day of verification}, those verified only. One query for each document type."""
	names: dict[str, set[str]] = {doctype: set() for doctype in _READERS}
	for doctype, name in documents:
		names[doctype].add(name)
	return {
		(doctype, name): day
		for doctype, read in _READERS.items()
		if names[doctype]
		for name, day in read(names[doctype])
		if day
	}


def _payment_entries(names: set[str]) -> list[tuple]:
	payment, account = DocType("Payment Entry"), DocType("Account")
	money_account = Case().when(payment.payment_type == "Pay", payment.paid_from).else_(payment.paid_to)
	return (
		frappe.qb.from_(payment)
		.left_join(account)
		.on(account.name == money_account)
		.select(payment.name, _day(account.account_type == "Bank", payment))
		.where(payment.name.isin(names))
	).run()


def _journal_entries(names: set[str]) -> list[tuple]:
	journal, line, account = DocType("Journal Entry"), DocType("Journal Entry Account"), DocType("Account")
	by_bank = Max(Case().when(account.account_type == "Bank", 1).else_(0))
	return (
		frappe.qb.from_(journal)
		.join(line)
		.on(line.parent == journal.name)
		.join(account)
		.on(account.name == line.account)
		.select(journal.name, _day(by_bank == 1, journal))
		.where(journal.name.isin(names))
		.groupby(journal.name)
	).run()


def _cash_sales(names: set[str]) -> list[tuple]:
	invoice = DocType("Sales Invoice")
	return (
		frappe.qb.from_(invoice).select(invoice.name, invoice.posting_date).where(invoice.name.isin(names))
	).run()


def _day(is_by_bank, document):
	return Case().when(is_by_bank, document.clearance_date).else_(document.posting_date)


_READERS = {
	"Payment Entry": _payment_entries,
	"Journal Entry": _journal_entries,
	"Sales Invoice": _cash_sales,
}
