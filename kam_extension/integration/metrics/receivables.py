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
	"""What the customer owes on the as-of date, advances and unapplied credits taken off; 0 without entries.

	Debts between own companies count like any other. Sales of a till count once its shift is consolidated.
	"""
	ledger = DocType("Payment Ledger Entry")
	query = ledger_entries(ledger, scope).select(ledger.party, Sum(ledger.amount)).groupby(ledger.party)
	return scope.by_account(query.run(), ZERO)


def overdue_days_max(scope: Scope) -> Measures:
	"""Days by which the oldest unpaid part of an invoice or journal debit is overdue; 0 when nothing is.

	What was paid on an invoice with payment terms pays its terms in the order of their due dates. A debit without
	due date is due when posted. A credit note settles the invoice that it returns, matched or not; a payment or another
	credit that isn't matched with an invoice doesn't settle one.
	"""
	open_terms = unpaid_terms(scope)
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
	invoice = due_invoices(scope)
	rows = (
		frappe.qb.from_(invoice)
		.select(invoice.party, Sum(Least(invoice.paid, invoice.due)), Sum(invoice.due))
		.where(invoice.due > 0)
		.groupby(invoice.party)
	).run()
	return scope.by_account((customer, _share(paid, due)) for customer, paid, due in rows)


def unpaid_terms(scope: Scope):
	"""Query of what is due or falls due of open debts: party, voucher_type, voucher, due_date, outstanding (all of it)."""
	debts, invoice = _open_debts(scope), DocType("Sales Invoice")
	term, later = DocType("Payment Schedule"), DocType("Payment Schedule").as_("later_term")
	# A term is unpaid, at least in part, when more is open than what falls due after it.
	due_later = Coalesce(Sum(later.base_payment_amount), 0)
	debt = (debts.party, debts.voucher_type, debts.voucher, debts.outstanding)
	return (
		frappe.qb.from_(debts)
		.left_join(invoice)
		.on((invoice.name == debts.voucher) & (debts.voucher_type == "Sales Invoice"))
		.left_join(term)
		.on((term.parent == debts.voucher) & (term.parenttype == "Sales Invoice"))
		.left_join(later)
		.on(
			(later.parent == term.parent)
			& (later.parenttype == "Sales Invoice")
			& (later.due_date > term.due_date)
		)
		.select(*debt, Coalesce(term.due_date, debts.due_date, invoice.due_date).as_("due_date"))
		.groupby(*debt, debts.due_date, invoice.due_date, term.name, term.due_date)
		.having(Round(debts.outstanding - due_later, _precision(scope)) > 0)
	)


def due_invoices(scope: Scope):
	"""Query of the invoices that fell due in the year: party, voucher, due_date, due, paid (by the due date)."""
	ledger, invoice = DocType("Payment Ledger Entry"), DocType("Sales Invoice")
	is_punctual = ledger.voucher_type.isin(SETTLING_VOUCHERS) & (ledger.posting_date <= invoice.due_date)
	settled = DocType("Sales Invoice").as_("settled")
	return (
		_with_settled_invoice(ledger_entries(ledger, scope), ledger, settled)
		.join(invoice)
		.on((invoice.name == _debt(ledger, settled)) & (ledger.against_voucher_type == "Sales Invoice"))
		.select(
			ledger.party,
			invoice.name.as_("voucher"),
			invoice.due_date,
			Sum(Case().when(ledger.voucher_type == "Sales Invoice", ledger.amount).else_(0)).as_("due"),
			Sum(Case().when(is_punctual, -ledger.amount).else_(0)).as_("paid"),
		)
		.where(invoice.due_date[scope.year_start : add_days(scope.as_of_date, -1)])
		.groupby(ledger.party, invoice.name, invoice.due_date)
	)


def _open_debts(scope: Scope):
	"""Invoices and journal debits with something open: party, voucher_type, voucher, outstanding, due_date."""
	ledger, settled = DocType("Payment Ledger Entry"), DocType("Sales Invoice").as_("settled")
	debt = _debt(ledger, settled)
	outstanding = Sum(ledger.amount)
	own_due_date = Case().when(ledger.voucher_no == debt, Coalesce(ledger.due_date, ledger.posting_date))
	return (
		_with_settled_invoice(_unsettled_entries(ledger, scope), ledger, settled)
		.select(
			ledger.party,
			ledger.against_voucher_type.as_("voucher_type"),
			debt.as_("voucher"),
			outstanding.as_("outstanding"),
			Max(own_due_date).as_("due_date"),
		)
		.where(ledger.against_voucher_type.isin(DEBT_VOUCHERS))
		.groupby(ledger.party, ledger.against_voucher_type, debt)
		.having(Round(outstanding, _precision(scope)) > 0)
	)


def _unsettled_entries(ledger, scope: Scope):
	"""The ledger entries that may tell of an open debt.

	For a whole company those of vouchers that come to nothing are left out first. They are nearly all, and adding up
	by voucher number alone follows an index, where party and voucher together take a table on disk.
	"""
	entries = ledger_entries(ledger, scope)
	if not scope.is_whole_company:
		return entries
	unsettled = _unsettled_vouchers(DocType("Payment Ledger Entry").as_("entry"), scope)
	return entries.join(unsettled).on(unsettled.voucher == ledger.against_voucher_no)


def _unsettled_vouchers(entry, scope: Scope):
	"""Vouchers whose entries don't cancel out, and those of several parties, which may cancel out each other's."""
	# Inside a function, so that MariaDB doesn't push the outer join into the sum, which would read the table sorted.
	voucher = Coalesce(entry.against_voucher_no, "").as_("voucher")
	is_mixed = (Min(entry.party) != Max(entry.party)) | (
		Min(entry.against_voucher_type) != Max(entry.against_voucher_type)
	)
	return (
		_receivable_entries(entry, scope)
		.select(voucher)
		.groupby(entry.against_voucher_no)
		.having((Sum(entry.amount) != 0) | is_mixed)
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


def ledger_entries(ledger, scope: Scope):
	"""Query of the customers' ledger entries until the as-of date, cancelled ones left out."""
	return _receivable_entries(ledger, scope).where(scope.covers(ledger.party))


def _receivable_entries(ledger, scope: Scope):
	return (
		frappe.qb.from_(ledger)
		.where(ledger.delinked == 0)
		.where(ledger.company == scope.company)
		.where(ledger.account_type == "Receivable")
		.where(ledger.party_type == "Customer")
		.where(ledger.posting_date <= scope.as_of_date)
	)
