"""The rows by voucher: ERPNext's columns by their names, and ours (R33)."""

import frappe

from kam_extension.integration.receivables.ageing import ager
from kam_extension.integration.receivables.conditions import entry_conditions
from kam_extension.integration.receivables.extras import add_extras
from kam_extension.integration.receivables.filters import Filters
from kam_extension.integration.receivables.future_payments import FuturePayments
from kam_extension.integration.receivables.ledger import open_vouchers
from kam_extension.integration.receivables.parties import SHOWN_OF_CUSTOMER, Parties
from kam_extension.integration.receivables.schedules import due_later, schedules
from kam_extension.integration.receivables.terms import split


def voucher_rows(filters: Filters, parties: Parties) -> list[dict]:
	"""`aged_vouchers` with the columns of their customers and those shown on demand."""
	rows = aged_vouchers(filters, parties)
	details = parties.details({row["party"] for row in rows}, SHOWN_OF_CUSTOMER)
	for row in rows:
		row |= details[row["party"]]
	add_extras(filters, rows)
	if filters.is_on("show_future_payments"):
		FuturePayments(filters).lay_on(rows)
	return rows


def aged_vouchers(filters: Filters, parties: Parties) -> list[dict]:
	"""Open vouchers (or their terms) with age and range, in order of posting date and customer.

	Overdue is what is open of debts past their due date: of an invoice not yet due altogether, what is open beyond its
	later terms. A debit without due date is due when posted, as its age says.
	"""
	conditions = entry_conditions(filters, parties.customers)
	rows = open_vouchers(filters, conditions)
	if filters.is_on("based_on_payment_terms"):
		rows = _split_by_terms(filters, rows)
	_add_age(filters, rows)
	_add_overdue(filters, rows)
	return rows


def _split_by_terms(filters: Filters, rows: list[dict]) -> list[dict]:
	found = schedules(filters, (row["voucher_no"] for row in rows if row["voucher_type"] == "Sales Invoice"))
	shown: list[dict] = []
	for row in rows:
		schedule = found.get(row["voucher_no"]) if row["voucher_type"] == "Sales Invoice" else None
		if schedule:
			shown.extend(split(row, schedule.terms, schedule.advance, filters.precision))
		else:
			shown.append(row)
	return shown


def _add_age(filters: Filters, rows: list[dict]) -> None:
	shared = {f"range{number}": 0.0 for number in range(1, filters.ranges_shown + 1)}
	shared |= {"party_type": "Customer", "currency": filters.currency, "total_due": 0.0}
	by_due_date, aged = filters.is_aged_by_due_date, ager(filters.age_as_on, filters.ranges)
	for row in rows:
		row |= shared
		row.setdefault("invoice_grand_total", row["invoiced"])
		row["age"], within = aged((by_due_date and row["due_date"]) or row["posting_date"])
		if within:
			row[within] = row["total_due"] = row["outstanding"]
	if filters.is_in_account_currency:
		currencies = _currencies(filters, rows)
		for row in rows:
			row["currency"] = currencies[row["party_account"]]


def _currencies(filters: Filters, rows: list[dict]) -> dict[str, str]:
	accounts = {row["party_account"] for row in rows}
	return {
		name: frappe.get_cached_value("Account", name, "account_currency") or filters.currency
		for name in accounts
	}


def _add_overdue(filters: Filters, rows: list[dict]) -> None:
	today, is_split = filters.report_date, filters.is_on("based_on_payment_terms")
	not_due = []
	for row in rows:
		if row["outstanding"] <= 0:
			row["overdue"] = 0.0
		elif (row["due_date"] or row["posting_date"]) < today:
			row["overdue"] = row["outstanding"]
		else:
			row["overdue"] = 0.0
			not_due.append(row)
	if is_split:
		return
	later = due_later(
		filters, (row["voucher_no"] for row in not_due if row["voucher_type"] == "Sales Invoice")
	)
	for row in not_due:
		due_now = row["outstanding"] - later.get(row["voucher_no"], row["outstanding"])
		row["overdue"] = max(round(due_now, filters.precision), 0.0)
