"""Debt that was written off: bad debt is finance's to follow (S2 6.2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from kam_extension.policy.money import decimal

WRITE_OFF_ENTRY = "Write Off Entry"


@dataclass(frozen=True)
class WrittenOff:
	"""One document that writes a debt off; `amount` in company currency."""

	customer: str
	voucher_type: str
	voucher_no: str
	posting_date: date
	amount: Decimal


def written_off(company: str, customers: Sequence[str], since: date, until: date) -> list[WrittenOff]:
	"""Write-off journals, and what invoices and payments write off themselves. Three queries."""
	found: list[WrittenOff] = []
	if not customers:
		return found
	for doctype, query in (
		("Journal Entry", _journals),
		("Sales Invoice", _invoices),
		("Payment Entry", _payments),
	):
		rows = query(company, customers, since, until)
		found += [WrittenOff(row[0], doctype, row[1], row[2], decimal(row[3])) for row in rows if row[3] > 0]
	return sorted(found, key=lambda one: (one.posting_date, one.voucher_no))


def _journals(company: str, customers: Sequence[str], since: date, until: date) -> list[tuple]:
	journal, line = DocType("Journal Entry"), DocType("Journal Entry Account")
	return (
		frappe.qb.from_(journal)
		.join(line)
		.on(line.parent == journal.name)
		.select(line.party, journal.name, journal.posting_date, Sum(line.credit - line.debit))
		.where((journal.docstatus == 1) & (journal.voucher_type == WRITE_OFF_ENTRY))
		.where((journal.company == company) & journal.posting_date[since:until])
		.where((line.party_type == "Customer") & line.party.isin(list(customers)))
		.groupby(line.party, journal.name, journal.posting_date)
	).run()


def _invoices(company: str, customers: Sequence[str], since: date, until: date) -> list[tuple]:
	invoice = DocType("Sales Invoice")
	return (
		frappe.qb.from_(invoice)
		.select(invoice.customer, invoice.name, invoice.posting_date, invoice.base_write_off_amount)
		.where((invoice.docstatus == 1) & (invoice.base_write_off_amount > 0))
		.where((invoice.company == company) & invoice.posting_date[since:until])
		.where(invoice.customer.isin(list(customers)))
	).run()


def _payments(company: str, customers: Sequence[str], since: date, until: date) -> list[tuple]:
	account = frappe.get_cached_value("Company", company, "write_off_account")
	if not account:
		return []
	payment, deduction = DocType("Payment Entry"), DocType("Payment Entry Deduction")
	return (
		frappe.qb.from_(payment)
		.join(deduction)
		.on(deduction.parent == payment.name)
		.select(payment.party, payment.name, payment.posting_date, Sum(deduction.amount))
		.where((payment.docstatus == 1) & (deduction.account == account))
		.where((payment.company == company) & payment.posting_date[since:until])
		.where((payment.party_type == "Customer") & payment.party.isin(list(customers)))
		.groupby(payment.party, payment.name, payment.posting_date)
	).run()
