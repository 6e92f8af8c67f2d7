"""A customer's statement of account: opening balance, movements, closing balance and ageing, by currency (R35).

The figures are those of the receivable ledger in the currency of the customer's accounts, so the closing balance is
ERPNext's Accounts Receivable of that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Max, Min, Sum
from frappe.utils import getdate

from kam_extension.integration.money import site_rounding
from kam_extension.integration.receivables.open_items import SALE, payment_terms
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.open_terms import Term, ageing, open_terms, overdue


@dataclass(frozen=True)
class Period:
	"""What is stated: one customer of one company, both dates inclusive."""

	customer: str
	company: str
	from_date: date
	to_date: date


@dataclass(frozen=True)
class Movement:
	"""One voucher of the period; `balance` is what the customer owes after it."""

	posting_date: date
	voucher_type: str
	voucher_no: str
	due_date: date | None
	debit: Decimal
	credit: Decimal
	balance: Decimal


@dataclass(frozen=True)
class CurrencyStatement:
	"""The account in one currency; `buckets` as `policy.open_terms.ageing` has them, and `credits` (negative) that nobody
	matched with an invoice, add up to `closing`.

	`overdue` is never more than what is owed in all: credits that nobody matched count against it.
	"""

	currency: str
	opening: Decimal
	movements: tuple[Movement, ...]
	closing: Decimal
	overdue: Decimal
	buckets: tuple[Decimal, ...]
	credits: Decimal


def statement(period: Period) -> list[CurrencyStatement]:
	"""The statement in each currency that has a balance or a movement. A fixed number of queries."""
	openings, vouchers = _openings(period), _vouchers(period)
	terms = _open_terms(period)
	found = [
		_in_currency(currency, openings.get(currency, ZERO), vouchers[currency], terms[currency], period)
		for currency in sorted(openings.keys() | vouchers.keys() | terms.keys())
	]
	return [one for one in found if one.opening or one.movements or any((*one.buckets, one.credits))]


def _in_currency(
	currency: str, opening: Decimal, rows: Iterable, terms: list[Term], period: Period
) -> CurrencyStatement:
	rounding = site_rounding(currency)
	opening = rounding.money(opening)
	movements = tuple(_movements(rows, opening, rounding))
	closing = movements[-1].balance if movements else opening
	debts = [term for term in terms if term.amount > 0]
	return CurrencyStatement(
		currency=currency,
		opening=opening,
		movements=movements,
		closing=closing,
		overdue=rounding.money(max(min(overdue(debts, period.to_date), closing), ZERO)),
		buckets=tuple(rounding.money(amount) for amount in ageing(debts, period.to_date)),
		credits=rounding.money(sum((term.amount for term in terms if term.amount < 0), ZERO)),
	)


def _movements(rows: Iterable, balance: Decimal, rounding) -> Iterator[Movement]:
	"""What only moves between vouchers of the customer is none; a sale paid at once shows both sides."""
	for row in rows:
		debit, credit = rounding.money(decimal(row.debit)), rounding.money(decimal(row.credit))
		if row.voucher_type != SALE:
			debit, credit = max(debit - credit, ZERO), max(credit - debit, ZERO)
		if not (debit or credit):
			continue
		balance += debit - credit
		yield Movement(
			row.posting_date, row.voucher_type, row.voucher_no, row.due_date, debit, credit, balance
		)


def _ledger(period: Period):
	ledger = DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(ledger)
		.where(ledger.delinked == 0)
		.where(ledger.company == period.company)
		.where(ledger.account_type == "Receivable")
		.where(ledger.party_type == "Customer")
		.where(ledger.party == period.customer)
	)
	return ledger, query


def _openings(period: Period) -> dict[str, Decimal]:
	ledger, query = _ledger(period)
	rows = (
		query.select(ledger.account_currency, Sum(ledger.amount_in_account_currency))
		.where(ledger.posting_date < period.from_date)
		.groupby(ledger.account_currency)
	).run()
	return {currency: decimal(amount) for currency, amount in rows}


def _vouchers(period: Period) -> dict[str, list]:
	ledger, query = _ledger(period)
	amount = ledger.amount_in_account_currency
	rows = (
		query.select(
			ledger.account_currency,
			ledger.posting_date,
			ledger.voucher_type,
			ledger.voucher_no,
			Max(Case().when(ledger.voucher_no == ledger.against_voucher_no, ledger.due_date)).as_("due_date"),
			Sum(Case().when(amount > 0, amount).else_(0)).as_("debit"),
			Sum(Case().when(amount < 0, -amount).else_(0)).as_("credit"),
		)
		.where(ledger.posting_date[period.from_date : period.to_date])
		.groupby(ledger.account_currency, ledger.posting_date, ledger.voucher_type, ledger.voucher_no)
		.orderby(ledger.posting_date, ledger.voucher_type, ledger.voucher_no)
	).run(as_dict=True)
	found = defaultdict(list)
	for row in sorted(rows, key=lambda row: (row.posting_date, row.voucher_type != SALE)):
		found[row.account_currency].append(row)
	return found


def _open_terms(period: Period) -> dict[str, list[Term]]:
	"""What is open on the last day, each invoice on its unpaid terms."""
	rows = _open_vouchers(period)
	terms_of = payment_terms(
		[row.voucher_no for row in rows if row.voucher_type == SALE], in_account_currency=True
	)
	found = defaultdict(list)
	for row in rows:
		outstanding = site_rounding(row.account_currency).money(decimal(row.outstanding))
		due_date = getdate(row.due_date or row.posting_date)
		found[row.account_currency] += open_terms(outstanding, due_date, terms_of.get(row.voucher_no, ()))
	return found


def _open_vouchers(period: Period) -> list:
	"""As ERPNext's Accounts Receivable adds them up; whoever may read the account may read them, without its ledger."""
	ledger, query = _ledger(period)
	outstanding = Sum(ledger.amount_in_account_currency)
	is_own = ledger.voucher_no == ledger.against_voucher_no
	return (
		query.select(
			ledger.account_currency,
			ledger.against_voucher_type.as_("voucher_type"),
			ledger.against_voucher_no.as_("voucher_no"),
			Max(Case().when(is_own, Coalesce(ledger.due_date, ledger.posting_date))).as_("due_date"),
			Min(ledger.posting_date).as_("posting_date"),
			outstanding.as_("outstanding"),
		)
		.where(ledger.posting_date <= period.to_date)
		.groupby(
			ledger.account_currency, ledger.account, ledger.against_voucher_type, ledger.against_voucher_no
		)
		.having(outstanding != 0)
	).run(as_dict=True)
