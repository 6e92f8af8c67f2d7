"""Money that a customer paid to the home company."""

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Abs, Coalesce, Sum

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.policy.money import ZERO, decimal

CASH_ACCOUNTS = ("Bank", "Cash")


def collected(scope: Scope) -> Measures:
	"""Cash received in the year less refunds, in company currency, tax included; 0 without receipts.

	Payments count with what reached (or left) our bank or cash account, whether or not they are matched with an
	invoice, journals with the part of the customer's credit that bank or cash backs, point-of-sale invoices with
	payments less change, once a till's shift is consolidated. Credit notes, write-offs, deductions, opening and
	cancelled entries are no receipts. A receipt counts by its own date, however late it is entered or matched; one
	of an own company, if that is a key account, like any other.
	"""
	totals = dict.fromkeys(scope.accounts, ZERO)
	for receipts in (payments, point_of_sale, journals):
		for customer, amount in receipts(scope).run():
			if customer in totals:
				totals[customer] += decimal(amount)
	return scope.by_account(totals.items(), ZERO)


def payments(scope: Scope):
	"""Query of payments and refunds by customer."""
	payment = DocType("Payment Entry")
	cash = (
		Case()
		.when(payment.payment_type == "Receive", payment.base_received_amount)
		.else_(-payment.base_paid_amount)
	)
	return (
		frappe.qb.from_(payment)
		.select(payment.party, Sum(cash))
		.where(payment.docstatus == 1)
		.where(payment.company == scope.company)
		.where(payment.payment_type.isin(("Receive", "Pay")))
		.where(payment.party_type == "Customer")
		.where(scope.covers(payment.party))
		.where(Coalesce(payment.is_opening, "No") != "Yes")
		.where(scope.is_in_year(payment.posting_date))
		.groupby(payment.party)
	)


def point_of_sale(scope: Scope):
	"""Query of what was paid on the spot, by customer."""
	invoice = DocType("Sales Invoice")
	points = Case().when(invoice.redeem_loyalty_points == 1, invoice.loyalty_amount).else_(0)
	return (
		frappe.qb.from_(invoice)
		.select(invoice.customer, Sum(invoice.base_paid_amount - invoice.base_change_amount - points))
		.where(invoice.docstatus == 1)
		.where(invoice.is_pos == 1)
		.where(invoice.is_opening != "Yes")
		.where(invoice.company == scope.company)
		.where(scope.covers(invoice.customer))
		.where(scope.is_in_year(invoice.posting_date))
		.groupby(invoice.customer)
	)


def journals(scope: Scope):
	"""Query of journals by customer."""
	journal = journal_shares(scope)
	return frappe.qb.from_(journal).select(journal.party, Sum(journal.amount)).groupby(journal.party)


def journal_shares(scope: Scope):
	"""Query of the cash-backed part of each customer's credit in each journal: party, voucher_no, amount; refunds < 0."""
	journal = _journal_sums(scope)
	backed = (
		Case()
		.when(Abs(journal.cash) >= Abs(journal.credited_to_all), journal.credited)
		.else_(journal.credited * journal.cash / journal.credited_to_all)
	)
	return (
		frappe.qb.from_(journal)
		.select(journal.party, journal.voucher_no, backed.as_("amount"))
		.where(journal.cash * journal.credited_to_all > 0)
	)


def _journal_sums(scope: Scope):
	"""Per journal and customer: its credit, the journal's cash and the credit of all customers in it."""
	entry, account = DocType("GL Entry"), DocType("Account")
	own = _customer_credits(scope)
	cash = Case().when(account.account_type.isin(CASH_ACCOUNTS), entry.debit - entry.credit).else_(0)
	credit = Case().when(entry.party_type == "Customer", entry.credit - entry.debit).else_(0)
	return (
		frappe.qb.from_(own)
		.join(entry)
		.on((entry.voucher_no == own.voucher_no) & (entry.voucher_type == "Journal Entry"))
		.join(account)
		.on(account.name == entry.account)
		.select(
			own.party, own.voucher_no, own.credited, Sum(cash).as_("cash"), Sum(credit).as_("credited_to_all")
		)
		.where(entry.is_cancelled == 0)
		.groupby(own.party, own.voucher_no, own.credited)
	)


def _customer_credits(scope: Scope):
	entry = DocType("GL Entry")
	return (
		frappe.qb.from_(entry)
		.select(entry.voucher_no, entry.party, Sum(entry.credit - entry.debit).as_("credited"))
		.where(entry.voucher_type == "Journal Entry")
		.where(entry.is_cancelled == 0)
		.where(entry.is_opening == "No")
		.where(entry.company == scope.company)
		.where(entry.party_type == "Customer")
		.where(scope.covers(entry.party))
		.where(scope.is_in_year(entry.posting_date))
		.groupby(entry.voucher_no, entry.party)
	)
