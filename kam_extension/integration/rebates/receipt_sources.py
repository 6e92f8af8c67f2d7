"""Where money comes in: allocations of payments, bank journals and cash sales, as the ledger has them now
(R38).

Every reader takes the same arguments and runs a fixed number of queries, however many documents there
are. Amounts are exact Decimals in company currency, negative for money that went back to the customer.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Sum

from kam_extension.policy.money import ZERO, decimal

BANK_ACCOUNT_TYPES = ("Bank", "Cash")


@dataclass(frozen=True)
class Scope:
	"""Whose receipts are read: one company, these customers, dated `since` to `until` (both inclusive)."""

	company: str
	customers: Sequence[str]
	until: date
	since: date | None = None

	def dates(self, column):
		"""Condition on a posting date."""
		return (column >= self.since) & (column <= self.until) if self.since else column <= self.until


@dataclass(frozen=True)
class Allocation:
	"""Cash of one payment that stands against one order or invoice."""

	payment_document_type: str
	payment_document: str
	posting_date: date
	customer: str
	reference_doctype: str | None
	reference_name: str | None
	advance_order: str | None
	amount: Decimal


def allocations(scope: Scope) -> Iterator[Allocation]:
	"""All allocations of cash in the scope; what is not allocated to an order or invoice is left out."""
	if not scope.customers:
		return
	yield from _payment_entries(scope)
	yield from _journal_entries(scope)
	yield from _cash_sales(scope)


def _payment_entries(scope: Scope) -> Iterator[Allocation]:
	by_payment = defaultdict(list)
	for row in _payment_rows(scope):
		by_payment[row.name].append(row)
	for rows in by_payment.values():
		factor = _cash_factor(rows)
		for row in rows:
			yield _allocation("Payment Entry", row, decimal(row.allocated_amount) * factor)


def _payment_rows(scope: Scope) -> list:
	payment, reference = DocType("Payment Entry"), DocType("Payment Entry Reference")
	return (
		frappe.qb.from_(payment)
		.inner_join(reference)
		.on(reference.parent == payment.name)
		.select(
			payment.name,
			payment.posting_date,
			payment.party,
			payment.payment_type,
			payment.base_received_amount,
			payment.base_paid_amount,
			payment.unallocated_amount,
			payment.source_exchange_rate,
			payment.target_exchange_rate,
			reference.reference_doctype,
			reference.reference_name,
			reference.allocated_amount,
			reference.advance_voucher_type,
			reference.advance_voucher_no,
		)
		.where(payment.docstatus == 1)
		.where(payment.company == scope.company)
		.where(payment.party_type == "Customer")
		.where(payment.party.isin(scope.customers))
		.where(payment.payment_type.isin(("Receive", "Pay")))
		.where(scope.dates(payment.posting_date))
		.orderby(payment.name, reference.idx)
	).run(as_dict=True)


def _cash_factor(rows: list) -> Decimal:
	"""Signed cash in company currency per unit that the payment allocates: deductions and exchange
	differences go.

	In company currency never more than the allocation itself, so that other income in the payment is no
	receipt.
	"""
	payment = rows[0]
	allocated = sum((decimal(row.allocated_amount) for row in rows), ZERO)
	direction = -1 if payment.payment_type == "Pay" and allocated <= 0 else 1
	total = allocated + direction * decimal(payment.unallocated_amount)
	if not total:
		return ZERO
	if payment.payment_type == "Receive":
		return _per_unit(payment.base_received_amount, total, payment.source_exchange_rate)
	factor = _per_unit(payment.base_paid_amount, abs(total), payment.target_exchange_rate)
	return factor if total < 0 else -factor


def _per_unit(cash: float, total: Decimal, exchange_rate: float) -> Decimal:
	per_unit = decimal(cash) / total
	return min(per_unit, Decimal(1)) if exchange_rate == 1 else per_unit


def _journal_entries(scope: Scope) -> Iterator[Allocation]:
	rows = _journal_rows(scope)
	backing = _bank_backing({row.name for row in rows})
	for row in rows:
		share = backing.get(row.name, ZERO)
		if share:
			yield _allocation("Journal Entry", row, decimal(row.credit) * share)


def _journal_rows(scope: Scope) -> list:
	journal, line = DocType("Journal Entry"), DocType("Journal Entry Account")
	return (
		frappe.qb.from_(journal)
		.inner_join(line)
		.on(line.parent == journal.name)
		.select(
			journal.name,
			journal.posting_date,
			line.party,
			line.reference_type.as_("reference_doctype"),
			line.reference_name,
			line.advance_voucher_type,
			line.advance_voucher_no,
			(line.credit - line.debit).as_("credit"),
		)
		.where(journal.docstatus == 1)
		.where(journal.company == scope.company)
		.where(Coalesce(journal.kam_rebate_request, "") == "")
		.where(line.party_type == "Customer")
		.where(line.party.isin(scope.customers))
		.where(scope.dates(journal.posting_date))
		.orderby(journal.name, line.idx)
	).run(as_dict=True)


def _bank_backing(journals: set[str]) -> dict[str, Decimal]:
	"""The share of each journal's customer credits that moved bank or cash, from 0 to 1."""
	if not journals:
		return {}
	line, account = DocType("Journal Entry Account"), DocType("Account")
	bank = Case().when(account.account_type.isin(BANK_ACCOUNT_TYPES), line.debit - line.credit).else_(0)
	party = Case().when(line.party_type == "Customer", line.credit - line.debit).else_(0)
	rows = (
		frappe.qb.from_(line)
		.inner_join(account)
		.on(account.name == line.account)
		.select(line.parent, Sum(bank).as_("bank"), Sum(party).as_("party"))
		.where(line.parent.isin(journals))
		.groupby(line.parent)
	).run(as_dict=True)
	return {row.parent: _share(decimal(row.bank), decimal(row.party)) for row in rows}


def _share(bank: Decimal, party: Decimal) -> Decimal:
	return min(max(bank / party, ZERO), Decimal(1)) if party else ZERO


def _cash_sales(scope: Scope) -> Iterator[Allocation]:
	invoice, payment = DocType("Sales Invoice"), DocType("Sales Invoice Payment")
	rows = (
		frappe.qb.from_(invoice)
		.inner_join(payment)
		.on((payment.parent == invoice.name) & (payment.parenttype == "Sales Invoice"))
		.select(
			invoice.name,
			invoice.posting_date,
			invoice.customer.as_("party"),
			(Sum(payment.base_amount) - invoice.base_change_amount).as_("cash"),
		)
		.where(invoice.docstatus == 1)
		.where(invoice.is_pos == 1)
		.where(invoice.company == scope.company)
		.where(invoice.customer.isin(scope.customers))
		.where(scope.dates(invoice.posting_date))
		.groupby(invoice.name)
	).run(as_dict=True)
	for row in rows:
		row.update(reference_doctype="Sales Invoice", reference_name=row.name)
		yield _allocation("Sales Invoice", row, decimal(row.cash))


def _allocation(doctype: str, row, amount: Decimal) -> Allocation:
	return Allocation(
		payment_document_type=doctype,
		payment_document=row.name,
		posting_date=row.posting_date,
		customer=row.party,
		reference_doctype=row.reference_doctype,
		reference_name=row.reference_name,
		advance_order=row.advance_voucher_no if row.advance_voucher_type == "Sales Order" else None,
		amount=amount,
	)
