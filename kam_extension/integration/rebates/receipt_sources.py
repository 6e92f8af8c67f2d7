"""Where money comes in: allocations of payments, bank journals and cash sales, as the documents stand now
(R38; each case is a row of docs/receipts.md).

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
from frappe.query_builder.functions import Sum

from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.receipts import cash_parts

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
	"""Cash of one payment that stands against one order, invoice or journal."""

	payment_document_type: str
	payment_document: str
	posting_date: date
	customer: str
	reference_doctype: str | None
	reference_name: str | None
	advance_order: str | None
	amount: Decimal


def allocation(doctype: str, row, amount: Decimal) -> Allocation:
	"""`row` has name, posting_date, party, reference_doctype and reference_name; advance_voucher_* if known."""
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


def payment_entries(scope: Scope) -> Iterator[Allocation]:
	"""Allocations of Payment Entries: what the bank moved, spread over all that the payment settles.

	Deductions, write-offs and exchange differences are no cash; nor is other income within the payment money for
	an order. What is unallocated takes its part and belongs to no order.
	"""
	by_payment = defaultdict(list)
	for row in _payment_rows(scope):
		by_payment[row.name].append(row)
	other_income = _other_income(scope, set(by_payment))
	for name, rows in by_payment.items():
		direction = 1 if rows[0].payment_type == "Receive" else -1
		pieces = [_piece(row) for row in rows]
		cash = direction * (decimal(rows[0].cash) - other_income.get(name, ZERO))
		unallocated = direction * decimal(rows[0].unallocated_amount)
		for row, amount in zip(rows, cash_parts(cash, [*pieces, unallocated]), strict=False):
			if amount:
				yield allocation("Payment Entry", row, amount)


def _piece(row) -> Decimal:
	"""What the row settles, positive for a receipt. Money paid out counts against whatever it names: a return is
	allocated with a negative amount, an order's advance with a positive one."""
	amount = decimal(row.allocated_amount)
	return amount if row.payment_type == "Receive" else -abs(amount)


def _payment_rows(scope: Scope) -> list:
	payment, reference, account = (
		DocType("Payment Entry"),
		DocType("Payment Entry Reference"),
		DocType("Account"),
	)
	is_receipt = Case().when(payment.payment_type == "Receive", payment.paid_to).else_(payment.paid_from)
	cash = Case().when(payment.payment_type == "Receive", payment.base_received_amount)
	return (
		frappe.qb.from_(payment)
		.inner_join(reference)
		.on((reference.parent == payment.name) & (reference.parenttype == "Payment Entry"))
		.inner_join(account)
		.on(account.name == is_receipt)
		.select(
			payment.name,
			payment.posting_date,
			payment.party,
			payment.payment_type,
			cash.else_(payment.base_paid_amount).as_("cash"),
			payment.unallocated_amount,
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
		.where(account.account_type.isin(BANK_ACCOUNT_TYPES))
		.where(scope.dates(payment.posting_date))
		.orderby(payment.name, reference.idx)
	).run(as_dict=True)


def _other_income(scope: Scope, payments: set[str]) -> dict[str, Decimal]:
	"""Negative deductions (a dunning fee) by payment: money that came in for something else than the debt."""
	if not payments:
		return {}
	row = DocType("Payment Entry Deduction")
	exchange_account = frappe.get_cached_value("Company", scope.company, "exchange_gain_loss_account")
	rows = (
		frappe.qb.from_(row)
		.select(row.parent, Sum(row.amount).as_("amount"))
		.where(row.parent.isin(payments))
		.where(row.is_exchange_gain_loss == 0)
		.where(row.account != (exchange_account or ""))
		.groupby(row.parent)
		.having(Sum(row.amount) < 0)
	).run(as_dict=True)
	return {row.parent: -decimal(row.amount) for row in rows}


def cash_sales(scope: Scope) -> Iterator[Allocation]:
	"""What invoices with payment (point of sale) took in bank and cash, less the change given."""
	invoice, payment, account = DocType("Sales Invoice"), DocType("Sales Invoice Payment"), DocType("Account")
	rows = (
		frappe.qb.from_(invoice)
		.inner_join(payment)
		.on((payment.parent == invoice.name) & (payment.parenttype == "Sales Invoice"))
		.inner_join(account)
		.on(account.name == payment.account)
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
		.where(account.account_type.isin(BANK_ACCOUNT_TYPES))
		.where(scope.dates(invoice.posting_date))
		.groupby(invoice.name)
	).run(as_dict=True)
	for row in rows:
		row.update(reference_doctype="Sales Invoice", reference_name=row.name)
		yield allocation("Sales Invoice", row, decimal(row.cash))
