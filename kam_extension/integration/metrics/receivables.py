"""Metrics from the Payment Ledger of the home company, as it stood on the as-of date.

Ledger amounts are in company currency and include tax. Every posted voucher counts (opening entries, credit notes,
journals, advances) except what was delinked by a cancellation; a payment has the date on which it was received, even
when it is matched with its invoice later.
"""

from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Max, Min, NullIf, Round, Sum
from frappe.utils import add_days
from pypika import CustomFunction

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.integration.money import company_currency, currency_precision
from kam_extension.policy.money import ZERO, decimal, percent_of

DEBT_VOUCHERS = ("Sales Invoice", "Journal Entry")
SETTLING_VOUCHERS = ("Payment Entry", "Journal Entry")
Least = CustomFunction("LEAST", ["first", "second"])


def receivable_balance(scope: Scope) -> Measures:
	"""What the customer owes on the as-of date, advances and unapplied credits taken off; 0 without entries."""
	ledger = DocType("Payment Ledger Entry")
	query = _entries(ledger, scope).select(ledger.party, Sum(ledger.amount)).groupby(ledger.party)
	return scope.by_account(query.run(), ZERO)


def overdue_days_max(scope: Scope) -> Measures:
	"""Days by which the oldest unpaid part of an invoice or journal debit is overdue; 0 when nothing is.

	What was paid on an invoice with payment terms pays its terms in the order of their due dates. A debit without
	due date is due when posted. A credit note settles the invoice that it returns, matched or not; a payment or another
	credit that isn't matched with an invoice doesn't settle one.
	"""
	debts = _open_debts(scope)
	term, later = DocType("Payment Schedule"), DocType("Payment Schedule").as_("later_term")
	# A term is unpaid, at least in part, when more is open than what falls due after it.
	due_later = Coalesce(Sum(later.base_payment_amount), 0)
	open_terms = (
		frappe.qb.from_(debts)
		.left_join(term)
		.on((term.parent == debts.voucher) & (term.parenttype == "Sales Invoice"))
		.left_join(later)
		.on(
			(later.parent == term.parent)
			& (later.parenttype == "Sales Invoice")
			& (later.due_date > term.due_date)
		)
		.select(debts.party, Coalesce(term.due_date, debts.due_date).as_("due_date"))
		.groupby(debts.party, debts.voucher, debts.outstanding, debts.due_date, term.name, term.due_date)
		.having(Round(debts.outstanding - due_later, _precision(scope)) > 0)
	)
	query = frappe.qb.from_(open_terms).select(open_terms.party, Min(open_terms.due_date))
	rows = query.groupby(open_terms.party).run()
	days = ((customer, max((scope.as_of_date - due).days, 0)) for customer, due in rows)
	return scope.by_account(days, ZERO)


def on_time_payment_share(scope: Scope) -> Measures:
	"""Of the invoices that fell due in the year before the as-of date, the percent of money paid by the due date.

	The due date is the invoice's own (its last term). Credit notes against an invoice lower what was due on it. Paid
	is what payments and journals settled by then; more than was due doesn't make up for another invoice. What is paid
	on the spot at a point of sale is never due and doesn't count. None when nothing fell due.
	"""
	ledger, invoice = DocType("Payment Ledger Entry"), DocType("Sales Invoice")
	is_punctual = ledger.voucher_type.isin(SETTLING_VOUCHERS) & (ledger.posting_date <= invoice.due_date)
	settled = DocType("Sales Invoice").as_("settled")
	per_invoice = (
		_with_settled_invoice(_entries(ledger, scope), ledger, settled)
		.join(invoice)
		.on((invoice.name == _debt(ledger, settled)) & (ledger.against_voucher_type == "Sales Invoice"))
		.select(
			ledger.party,
			Sum(Case().when(ledger.voucher_type == "Sales Invoice", ledger.amount).else_(0)).as_("due"),
			Sum(Case().when(is_punctual, -ledger.amount).else_(0)).as_("paid"),
		)
		.where(invoice.due_date[scope.year_start : add_days(scope.as_of_date, -1)])
		.groupby(ledger.party, invoice.name)
	)
	rows = (
		frappe.qb.from_(per_invoice)
		.select(per_invoice.party, Sum(Least(per_invoice.paid, per_invoice.due)), Sum(per_invoice.due))
		.where(per_invoice.due > 0)
		.groupby(per_invoice.party)
	).run()
	return scope.by_account((customer, _share(paid, due)) for customer, paid, due in rows)


def _open_debts(scope: Scope):
	"""Invoices and journal debits with something open: party, voucher, outstanding, due_date."""
	ledger, settled = DocType("Payment Ledger Entry"), DocType("Sales Invoice").as_("settled")
	debt = _debt(ledger, settled)
	outstanding = Sum(ledger.amount)
	own_due_date = Case().when(ledger.voucher_no == debt, Coalesce(ledger.due_date, ledger.posting_date))
	return (
		_with_settled_invoice(_entries(ledger, scope), ledger, settled)
		.select(
			ledger.party,
			debt.as_("voucher"),
			outstanding.as_("outstanding"),
			Max(own_due_date).as_("due_date"),
		)
		.where(ledger.against_voucher_type.isin(DEBT_VOUCHERS))
		.groupby(ledger.party, ledger.against_voucher_type, debt)
		.having(Round(outstanding, _precision(scope)) > 0)
	)


def _with_settled_invoice(query, ledger, settled):
	return query.left_join(settled).on(
		(settled.name == ledger.against_voucher_no) & (ledger.against_voucher_type == "Sales Invoice")
	)


def _debt(ledger, settled):
	"""The voucher that a ledger row raises or settles: of a credit note, the invoice that it returns."""
	return Coalesce(NullIf(settled.return_against, ""), ledger.against_voucher_no)


def _share(paid: object, due: object) -> Decimal | None:
	return percent_of(decimal(paid), decimal(due))


def _precision(scope: Scope) -> int:
	return currency_precision(company_currency(scope.company))


def _entries(ledger, scope: Scope):
	return (
		frappe.qb.from_(ledger)
		.where(ledger.delinked == 0)
		.where(ledger.company == scope.company)
		.where(ledger.account_type == "Receivable")
		.where(ledger.party_type == "Customer")
		.where(ledger.party.isin(scope.customers))
		.where(ledger.posting_date <= scope.as_of_date)
	)
