"""Debts and receipts behind a metric: the metric's own query, by document instead of by customer."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Min, Sum
from frappe.utils import add_days

from kam_extension.integration.evidence.counted import (
	NUMBER,
	Breakdown,
	Column,
	CountedDocument,
	Link,
	counted,
	only_customer,
)
from kam_extension.integration.metrics import Scope
from kam_extension.integration.metrics.collected import journal_shares, payments, point_of_sale
from kam_extension.integration.metrics.receivables import due_invoices, ledger_entries, unpaid_terms
from kam_extension.policy.codes import Metric
from kam_extension.policy.money import decimal


def _received(scope: Scope) -> list[CountedDocument]:
	payment, invoice = DocType("Payment Entry"), DocType("Sales Invoice")
	paid = payments(scope).select(payment.name, payment.posting_date)
	sold = point_of_sale(scope).select(invoice.name, invoice.posting_date)
	return [
		*_with_amount_first("Payment Entry", paid.groupby(payment.name, payment.posting_date)),
		*_with_amount_first("Sales Invoice", sold.groupby(invoice.name, invoice.posting_date)),
		*_journals(scope),
	]


def _with_amount_first(doctype: str, query) -> list[CountedDocument]:
	"""Documents from rows of (customer, amount, name, date)."""
	return counted(doctype, ((name, day, amount) for _customer, amount, name, day in query.run()))


def _journals(scope: Scope) -> list[CountedDocument]:
	share, journal = journal_shares(scope), DocType("Journal Entry")
	query = (
		frappe.qb.from_(share)
		.join(journal)
		.on(journal.name == share.voucher_no)
		.select(journal.name, journal.posting_date, share.amount)
	)
	return counted("Journal Entry", query.run())


def _open_items(scope: Scope) -> list[CountedDocument]:
	"""What is open on each voucher, credits negative; what was settled is left out."""
	ledger = DocType("Payment Ledger Entry")
	voucher = (ledger.against_voucher_type, ledger.against_voucher_no)
	rows = (
		ledger_entries(ledger, scope)
		.select(*voucher, Min(ledger.posting_date), Sum(ledger.amount))
		.groupby(*voucher)
		.having(Sum(ledger.amount) != 0)
	).run()
	return [CountedDocument(doctype, name, day, decimal(amount)) for doctype, name, day, amount in rows]


def _overdue(scope: Scope) -> list[CountedDocument]:
	"""Debts that are overdue: the days of the oldest unpaid term, and all that is open."""
	term = unpaid_terms(scope)
	rows = (
		frappe.qb.from_(term)
		.select(term.voucher_type, term.voucher, Min(term.due_date), term.outstanding)
		.groupby(term.voucher_type, term.voucher, term.outstanding)
	).run()
	return [
		CountedDocument(doctype, name, due, decimal((scope.as_of_date - due).days), decimal(outstanding))
		for doctype, name, due, outstanding in rows
		if due < scope.as_of_date
	]


def _fell_due(scope: Scope) -> list[CountedDocument]:
	invoice = due_invoices(scope)
	query = (
		frappe.qb.from_(invoice)
		.select(invoice.voucher, invoice.due_date, invoice.paid, invoice.due)
		.where(invoice.due > 0)
	)
	rows = ((name, day, min(decimal(paid), decimal(due)), due) for name, day, paid, due in query.run())
	return counted("Sales Invoice", rows)


def _payments_of_the_year(scope: Scope) -> Link:
	party = {"party_type": "Customer", "party": only_customer(scope), "company": scope.company}
	dates = ("between", [str(scope.year_start), str(scope.as_of_date)])
	return Link("Payment Entry", {**party, "docstatus": 1, "posting_date": dates})


def _receivables(scope: Scope) -> Link:
	party = {"party_type": "Customer", "party": [only_customer(scope)]}
	day = {"company": scope.company, "report_date": str(scope.as_of_date)}
	return Link("Sales Invoice", {**day, **party}, report="Accounts Receivable")


def _invoices_that_fell_due(scope: Scope) -> Link:
	own = {"customer": only_customer(scope), "company": scope.company, "docstatus": 1, "is_return": 0}
	# What is due on the as-of date itself is not late yet.
	dates = [str(scope.year_start), str(add_days(scope.as_of_date, -1))]
	return Link("Sales Invoice", own | {"due_date": ("between", dates)})


LEDGER = {
	Metric.COLLECTED: Breakdown(_received, lambda: [Column(_("Received"))], _payments_of_the_year),
	Metric.RECEIVABLE_BALANCE: Breakdown(_open_items, lambda: [Column(_("Open Amount"))], _receivables),
	Metric.OVERDUE_DAYS_MAX: Breakdown(
		_overdue,
		lambda: [Column(_("Days Overdue"), NUMBER), Column(_("Open Amount"))],
		_receivables,
		lambda: _("Due Since"),
	),
	Metric.ON_TIME_PAYMENT_SHARE: Breakdown(
		_fell_due,
		lambda: [Column(_("Paid on Time")), Column(_("Fell Due"))],
		_invoices_that_fell_due,
		lambda: _("Due Date"),
	),
}
