"""What was received on which order: payments by (payment, sales order), as the ledger stands now (R38, S4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.receipt_sources import Allocation, Scope, allocations
from kam_extension.policy.money import ZERO, Rounding, decimal


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
	invoice of several orders is split by the net amounts of their rows; the parts of one payment add up to
	the cent. The number of queries is fixed.
	"""
	found = list(allocations(scope))
	shares = order_shares({row.reference_name for row in found if row.reference_doctype == "Sales Invoice"})
	parts = _parts_by_payment(found, shares)
	rounding = site_rounding(company_currency(scope.company))
	receipts = (receipt for part in parts.values() for receipt in _round_parts(part, rounding))
	return {receipt.key: receipt for receipt in receipts if receipt.amount}


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
	totals: dict[str, Decimal] = defaultdict(Decimal)
	for row in rows:
		totals[row.invoice] += decimal(row.net)
	shares: dict[str, dict[str, Decimal]] = defaultdict(dict)
	for row in rows:
		if row.sales_order and totals[row.invoice]:
			shares[row.invoice][row.sales_order] = decimal(row.net) / totals[row.invoice]
	return shares


@dataclass
class _Part:
	"""What one payment brought to one order, before rounding."""

	key: ReceiptKey
	customer: str
	posting_date: date
	amount: Decimal
	invoices: set[str | None]


def _parts_by_payment(
	found: list[Allocation], shares: Mapping[str, Mapping[str, Decimal]]
) -> dict[tuple[str, str], dict[ReceiptKey, _Part]]:
	payments: dict[tuple[str, str], dict[ReceiptKey, _Part]] = defaultdict(dict)
	for row in found:
		parts = payments[(row.payment_document_type, row.payment_document)]
		invoice = row.reference_name if row.reference_doctype == "Sales Invoice" else None
		for order, share in _orders_of(row, shares).items():
			key = ReceiptKey(row.payment_document_type, row.payment_document, order)
			part = parts.setdefault(key, _Part(key, row.customer, row.posting_date, ZERO, set()))
			part.amount += row.amount * share
			part.invoices.add(invoice)
	return payments


def _orders_of(row: Allocation, shares: Mapping[str, Mapping[str, Decimal]]) -> Mapping[str, Decimal]:
	if row.reference_doctype == "Sales Order":
		return {row.reference_name: Decimal(1)}
	if row.reference_doctype != "Sales Invoice":
		return {}
	if row.advance_order:
		return {row.advance_order: Decimal(1)}
	return shares.get(row.reference_name, {})


def _round_parts(parts: dict[ReceiptKey, _Part], rounding: Rounding) -> Iterable[Receipt]:
	"""Receipts in cents: the rounding difference of the payment goes where rounding took most."""
	ordered = [parts[key] for key in sorted(parts)]
	cents = [rounding.down(part.amount) for part in ordered]
	missing = rounding.money(sum((part.amount for part in ordered), ZERO)) - sum(cents, ZERO)
	by_loss = sorted(range(len(ordered)), key=lambda index: cents[index] - ordered[index].amount)
	for index in by_loss[: int(missing / rounding.smallest_unit)]:
		cents[index] += rounding.smallest_unit
	for part, amount in zip(ordered, cents, strict=True):
		invoice = next(iter(part.invoices)) if len(part.invoices) == 1 else None
		yield Receipt(part.key, part.customer, part.posting_date, amount, invoice)
