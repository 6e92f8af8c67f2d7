"""Payment schedules of open invoices: the terms to split them by, and what of them falls due later."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe

from kam_extension.integration.receivables.filters import Filters
from kam_extension.integration.receivables.terms import Term

# Amounts of a term are in the invoice's currency and in the company's. A report in the account's currency takes those
# in the invoice's where the account has the same.
_TERMS = """
	select
		term.parent, term.due_date, term.payment_term, term.description,
		if({in_invoice_currency}, term.payment_amount, term.base_payment_amount) invoiced,
		if({in_invoice_currency}, term.paid_amount, term.base_paid_amount) scheduled_payment,
		term.discounted_amount * if({in_invoice_currency}, 1, invoice.conversion_rate) discounted,
		invoice.total_advance * if(
			not %(in_account_currency)s and invoice.party_account_currency != %(currency)s, invoice.conversion_rate, 1
		) advance
	from `tabSales Invoice` invoice
	join `tabPayment Schedule` term on term.parent = invoice.name and term.parenttype = 'Sales Invoice'
	where invoice.name in %(invoices)s and invoice.is_return = 0
	order by term.paid_amount desc, term.due_date, term.idx
"""
_DUE_LATER = """
	select term.parent, sum(if({in_invoice_currency}, term.payment_amount, term.base_payment_amount))
	from `tabSales Invoice` invoice
	join `tabPayment Schedule` term on term.parent = invoice.name and term.parenttype = 'Sales Invoice'
	where invoice.name in %(invoices)s and term.due_date >= %(report_date)s
	group by term.parent
"""
_IN_INVOICE_CURRENCY = "%(in_account_currency)s and invoice.party_account_currency = invoice.currency"


@dataclass
class Schedule:
	"""The terms of an invoice, and the advances that it took up itself; in the currency of the report."""

	advance: float = 0.0
	terms: list[Term] = field(default_factory=list)


def schedules(filters: Filters, invoices: Iterable[str]) -> dict[str, Schedule]:
	"""Schedules of these invoices, in one query; invoices without any and returns are left out."""
	found: dict[str, Schedule] = {}
	for row in _rows(_TERMS, filters, invoices):
		schedule = found.setdefault(row.parent, Schedule(row.advance or 0.0))
		schedule.terms.append(
			Term(
				row.due_date,
				row.description or row.payment_term,
				row.invoiced,
				row.scheduled_payment or 0.0,
				row.discounted or 0.0,
			)
		)
	return found


def due_later(filters: Filters, invoices: Iterable[str]) -> dict[str, float]:
	"""What of these invoices falls due on the report date or later, in one query."""
	return {row[0]: row[1] for row in _rows(_DUE_LATER, filters, invoices, as_dict=False)}


def _rows(statement: str, filters: Filters, invoices: Iterable[str], as_dict: bool = True) -> list:
	names = tuple(invoices)
	if not names:
		return []
	values = {
		"invoices": names,
		"report_date": filters.report_date,
		"in_account_currency": int(filters.is_in_account_currency),
		"currency": filters.currency,
	}
	return frappe.db.sql(statement.format(in_invoice_currency=_IN_INVOICE_CURRENCY), values, as_dict=as_dict)
