"""What was received on which order: payments by (payment, sales order), as the ledger stands now (R38, S4)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.receipt_journals import journal_entries, orders_of_journals
from kam_extension.integration.rebates.receipt_sources import (
	Allocation,
	Scope,
	cash_sales,
	payment_entries,
)
from kam_extension.policy.money import ZERO, Rounding, decimal
from kam_extension.policy.receipts import invoice_shares
from kam_extension.policy.shares import rounded_parts


class ReceiptKey(NamedTuple):
	"""Identity of a receipt. It survives reconciliation, ledger reposts and the move from order to invoice."""

	payment_document_type: str
	payment_document: str
	sales_order: str


@dataclass(frozen=True)
class Receipt:
	"""Money of one payment on one order, in company currency; negative when it went back to the customer.

	`sales_invoice` is set where all of it went through one invoice.
	"""

	key: ReceiptKey
	customer: str
	posting_date: date
	amount: Decimal
	sales_invoice: str | None


def receipts_on_orders(scope: Scope) -> dict[ReceiptKey, Receipt]:
	"""Every receipt in the scope that can be traced to a sales order, without those of zero.

	An advance counts by the payment's date and for its order, before and after an invoice takes it. An
	invoice of several orders is split by the net amounts of their rows. The parts of one payment add up to the
	cent and never to more than the bank moved. The number of queries is fixed.
	"""
	found = list(_allocations(scope)) if scope.customers else []
	invoices = {row.reference_name for row in found if row.reference_doctype == "Sales Invoice"}
	orders = _Orders(order_shares(invoices), orders_of_journals(found))
	rounding = site_rounding(company_currency(scope.company))
	parts = _parts_by_payment(found, orders)
	receipts = (receipt for part in parts.values() for receipt in _round_parts(part, rounding))
	return {receipt.key: receipt for receipt in receipts if receipt.amount}


def _allocations(scope: Scope) -> Iterator[Allocation]:
	yield from payment_entries(scope)
	yield from journal_entries(scope)
	yield from cash_sales(scope)


def order_shares(invoices: Iterable[str]) -> dict[str, dict[str, Decimal]]:
	"""{invoice: {sales order: its share of the invoice's net amount}}; a return falls back on its original."""
	rows = _net_by_order(set(invoices))
	originals = {row.invoice: row.return_against for row in rows if row.return_against}
	shares = _shares(rows)
	lost = {name: original for name, original in originals.items() if not shares.get(name)}
	of_originals = _shares(_net_by_order(set(lost.values())))
	return shares | {name: of_originals.get(original, {}) for name, original in lost.items()}


def _net_by_order(invoices: set[str]) -> list:
	if not invoices:
		return []
	invoice, item = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	return (
		frappe.qb.from_(invoice)
		.inner_join(item)
		.on(item.parent == invoice.name)
		.select(
			invoice.name.as_("invoice"),
			invoice.return_against,
			item.sales_order,
			Sum(item.base_net_amount).as_("net"),
		)
		.where(invoice.name.isin(invoices))
		.groupby(invoice.name, item.sales_order)
	).run(as_dict=True)


def _shares(rows: list) -> dict[str, dict[str, Decimal]]:
	nets: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row in rows:
		nets[row.invoice][row.sales_order or ""] += decimal(row.net)
	shares = {invoice: invoice_shares(amounts) for invoice, amounts in nets.items()}
	return {
		invoice: {order: share for order, share in found.items() if order}
		for invoice, found in shares.items()
	}


@dataclass(frozen=True)
class _Orders:
	"""Which orders an allocation stands for: by invoice, and by (journal, customer) for money paid back."""

	by_invoice: Mapping[str, Mapping[str, Decimal]]
	by_journal: Mapping[tuple[str, str], Mapping[str, Decimal]]

	def shares_of(self, row: Allocation) -> Mapping[str, Decimal]:
		if row.reference_doctype == "Sales Order":
			return {row.reference_name: Decimal(1)}
		if row.reference_doctype == "Sales Invoice":
			return self._of_invoice(row)
		if row.reference_doctype == "Journal Entry":
			return self.by_journal.get((row.reference_name, row.customer), {})
		return {}

	def _of_invoice(self, row: Allocation) -> Mapping[str, Decimal]:
		"""An advance stays with its order, unless it was moved to an invoice of other orders."""
		shares = self.by_invoice.get(row.reference_name, {})
		if row.advance_order and (row.advance_order in shares or not shares):
			return {row.advance_order: Decimal(1)}
		return shares


@dataclass
class _Part:
	"""What one payment brought to one order, before rounding."""

	key: ReceiptKey
	customer: str
	posting_date: date
	amount: Decimal
	invoices: set[str | None]


def _parts_by_payment(found: list[Allocation], orders: _Orders) -> dict[tuple, dict[ReceiptKey, _Part]]:
	"""By payment and customer: a journal's customers are rounded apart, whoever else is in the scope."""
	payments: dict[tuple, dict[ReceiptKey, _Part]] = defaultdict(dict)
	for row in found:
		parts = payments[(row.payment_document_type, row.payment_document, row.customer)]
		invoice = row.reference_name if row.reference_doctype == "Sales Invoice" else None
		for order, share in orders.shares_of(row).items():
			key = ReceiptKey(row.payment_document_type, row.payment_document, order)
			part = parts.setdefault(key, _Part(key, row.customer, row.posting_date, ZERO, set()))
			part.amount += row.amount * share
			part.invoices.add(invoice)
	return payments


def _round_parts(parts: dict[ReceiptKey, _Part], rounding: Rounding) -> Iterator[Receipt]:
	ordered = [parts[key] for key in sorted(parts)]
	amounts = rounded_parts([part.amount for part in ordered], rounding)
	for part, amount in zip(ordered, amounts, strict=True):
		invoice = next(iter(part.invoices)) if len(part.invoices) == 1 else None
		yield Receipt(part.key, part.customer, part.posting_date, amount, invoice)
