"""Money that a customer paid to the home company."""

from collections.abc import Iterator
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Sum

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.policy.money import ZERO, decimal

CASH_ACCOUNTS = ("Bank", "Cash")


def collected(scope: Scope) -> Measures:
	"""Cash received in the year less refunds, in company currency, tax included; 0 without receipts.

	Payments count with what reached (or left) our bank or cash account, whether or not they are matched with an
	invoice, journals with the part of the customer's credit that bank or cash backs, point-of-sale invoices with
	payments less change. Credit notes, write-offs, deductions, opening and cancelled entries are no receipts.
	"""
	totals = dict.fromkeys(scope.accounts, ZERO)
	for read in (_payments, _point_of_sale, _journals):
		for customer, amount in read(scope):
			totals[customer] += decimal(amount)
	return scope.by_account(totals.items(), ZERO)


def _payments(scope: Scope) -> list[tuple]:
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
		.where(payment.party.isin(scope.customers))
		.where(Coalesce(payment.is_opening, "No") != "Yes")
		.where(scope.is_in_year(payment.posting_date))
		.groupby(payment.party)
	).run()


def _point_of_sale(scope: Scope) -> list[tuple]:
	invoice = DocType("Sales Invoice")
	points = Case().when(invoice.redeem_loyalty_points == 1, invoice.loyalty_amount).else_(0)
	return (
		frappe.qb.from_(invoice)
		.select(invoice.customer, Sum(invoice.base_paid_amount - invoice.base_change_amount - points))
		.where(invoice.docstatus == 1)
		.where(invoice.is_pos == 1)
		.where(invoice.company == scope.company)
		.where(invoice.customer.isin(scope.customers))
		.where(scope.is_in_year(invoice.posting_date))
		.groupby(invoice.customer)
	).run()


def _journals(scope: Scope) -> Iterator[tuple[str, Decimal]]:
	"""(customer, cash-backed amount) per journal; a refund is negative."""
	for customer, credited, cash, credited_to_all in _journal_sums(scope):
		cash, whole = decimal(cash), decimal(credited_to_all)
		if cash * whole > 0:
			yield customer, decimal(credited) * min(cash / whole, Decimal(1))


def _journal_sums(scope: Scope) -> list[tuple]:
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
		.select(own.party, own.credited, Sum(cash), Sum(credit))
		.where(entry.is_cancelled == 0)
		.groupby(own.party, own.voucher_no, own.credited)
	).run()


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
		.where(entry.party.isin(scope.customers))
		.where(scope.is_in_year(entry.posting_date))
		.groupby(entry.voucher_no, entry.party)
	)
