"""Money that came in by Journal Entry: the part of its customer rows that bank or cash accounts back (R38)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.receipt_sources import (
	BANK_ACCOUNT_TYPES,
	Allocation,
	Scope,
	allocation,
)
from kam_extension.policy.money import ZERO, Rounding, decimal
from kam_extension.policy.receipts import cash_parts, invoice_shares, journal_cash
from kam_extension.policy.shares import rounded_parts

# They move bank accounts in the books only: no customer paid anything.
NO_CASH_TYPES = ("Exchange Rate Revaluation", "Exchange Gain Or Loss", "Opening Entry")


def journal_entries(scope: Scope) -> Iterator[Allocation]:
	"""Allocations of journals that moved bank or cash.

	A journal's cash is the smaller of what bank accounts gained and what parties were credited for; it is spread
	over the party rows of its direction. Contra entries, write-offs, credit notes and loans have none.
	"""
	headers, customers = _headers(scope), frozenset(scope.customers)
	rounding = site_rounding(company_currency(scope.company))
	exchange_account = frappe.get_cached_value("Company", scope.company, "exchange_gain_loss_account")
	for name, lines in _lines(set(headers)).items():
		for line, amount in _party_amounts(lines, exchange_account, rounding):
			if amount and line.party_type == "Customer" and line.party in customers:
				yield allocation("Journal Entry", _with_reference(line, headers[name]), amount)


def orders_of_journals(allocations: list[Allocation]) -> dict[tuple[str, str], dict[str, Decimal]]:
	"""{(journal, customer): {sales order: share}} for journals that a reversal goes back to.

	Rows that an invoice has taken keep their reference in the reversal; what names nothing there stood against an
	order, or against nothing.
	"""
	names = {
		row.reference_name
		for row in allocations
		if row.reference_doctype == "Journal Entry" and row.amount < 0
	}
	if not names:
		return {}
	credits: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row in _open_customer_rows(names):
		credits[(row.name, row.party)][row.sales_order or ""] += decimal(row.credit)
	shares = {key: invoice_shares(amounts) for key, amounts in credits.items()}
	return {key: {order: share for order, share in found.items() if order} for key, found in shares.items()}


def _headers(scope: Scope) -> dict[str, dict]:
	journal, line = DocType("Journal Entry"), DocType("Journal Entry Account")
	rows = (
		frappe.qb.from_(journal)
		.inner_join(line)
		.on(line.parent == journal.name)
		.select(journal.name, journal.posting_date, journal.reversal_of)
		.distinct()
		.where(journal.docstatus == 1)
		.where(journal.company == scope.company)
		.where(journal.voucher_type.notin(NO_CASH_TYPES))
		.where(journal.is_opening != "Yes")
		.where(Coalesce(journal.kam_rebate_request, "") == "")
		.where(line.party_type == "Customer")
		.where(line.party.isin(scope.customers))
		.where(scope.dates(journal.posting_date))
	).run(as_dict=True)
	return {row.name: row for row in rows}


def _lines(journals: set[str]) -> dict[str, list]:
	"""All lines of the journals, those of other parties and accounts too."""
	if not journals:
		return {}
	line, account = DocType("Journal Entry Account"), DocType("Account")
	rows = (
		frappe.qb.from_(line)
		.inner_join(account)
		.on(account.name == line.account)
		.select(
			line.parent.as_("name"),
			line.account,
			account.account_type,
			line.party_type,
			line.party,
			(line.debit - line.credit).as_("debit"),
			line.reference_type.as_("reference_doctype"),
			line.reference_name,
			line.advance_voucher_type,
			line.advance_voucher_no,
		)
		.where(line.parent.isin(journals))
		.orderby(line.parent, line.idx)
	).run(as_dict=True)
	by_journal = defaultdict(list)
	for row in rows:
		by_journal[row.name].append(row)
	return by_journal


@dataclass
class _Totals:
	bank: Decimal = ZERO
	parties: Decimal = ZERO
	exchange_gain: Decimal = ZERO


def _party_amounts(lines: list, exchange_account: str | None, rounding: Rounding) -> Iterator[tuple]:
	"""(party line, its cash); the cash of each party is a whole number of cents, all add up to the journal's."""
	totals = _totals(lines, exchange_account)
	cash = journal_cash(totals.bank, totals.parties + totals.exchange_gain)
	rows = sorted((line for line in lines if line.party), key=lambda line: (line.party_type, line.party))
	amounts = cash_parts(cash, [-decimal(line.debit) for line in rows])
	exact: dict[tuple, Decimal] = defaultdict(Decimal)
	for line, amount in zip(rows, amounts, strict=True):
		exact[(line.party_type, line.party)] += amount
	cents = dict(zip(exact, rounded_parts(list(exact.values()), rounding), strict=True))
	for line, amount in zip(rows, amounts, strict=True):
		party = (line.party_type, line.party)
		yield line, amount * cents[party] / exact[party] if amount else ZERO


def _totals(lines: list, exchange_account: str | None) -> _Totals:
	totals = _Totals()
	for line in lines:
		debit = decimal(line.debit)
		if line.account_type in BANK_ACCOUNT_TYPES:
			totals.bank += debit
		elif line.party:
			totals.parties -= debit
		elif line.account == exchange_account:
			totals.exchange_gain -= debit
	return totals


def _with_reference(line, header: Mapping):
	"""The line with its journal's date. A reversal names no order (ERPNext refuses it): its row without reference
	goes back to what the reversed journal stood for."""
	row = frappe._dict(line, posting_date=header["posting_date"])
	if header["reversal_of"] and not row.reference_name:
		row.update(reference_doctype="Journal Entry", reference_name=header["reversal_of"])
	return row


def _open_customer_rows(journals: set[str]) -> list:
	line = DocType("Journal Entry Account")
	against = Coalesce(line.reference_type, "")
	return (
		frappe.qb.from_(line)
		.select(
			line.parent.as_("name"),
			line.party,
			line.reference_name.as_("sales_order"),
			(line.credit - line.debit).as_("credit"),
		)
		.where(line.parent.isin(journals))
		.where(line.docstatus == 1)
		.where(line.party_type == "Customer")
		.where(line.credit > line.debit)
		.where(against.isin(("", "Sales Order")))
	).run(as_dict=True)
