"""Where an account stands: exposure, limit, overdue days (R31, R32)."""

from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Min, Sum
from frappe.utils import date_diff, getdate

from kam_extension.integration.accounts import Account
from kam_extension.integration.checked_rows import earlier_documents
from kam_extension.policy.facts import CreditFacts
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.terms import PolicyTerms


def credit_facts(doc, terms: PolicyTerms, account: Account) -> CreditFacts:
	"""Exposure with `doc` included and days overdue, against the account's limit and its tier's days.

	Amounts in company currency. A document that follows an order adds nothing: the order is counted already.
	"""
	level = terms.service_level(account.account_class, account.tier)
	own = decimal(account.credit_limit_override)
	added = ZERO if _follows_counted(doc) else decimal(doc.base_grand_total)
	already = _ordered_not_billed(account.customer, doc.company, doc.name)
	already += _delivered_not_billed(account.customer, doc.company, doc.name)
	return CreditFacts(
		exposure=_outstanding(account.customer, doc.company) + already + added,
		credit_limit=own or level.credit_limit,
		overdue_days=_overdue_days(account.customer, doc.company),
		max_overdue_days=level.max_overdue_days,
	)


def _follows_counted(doc) -> bool:
	return doc.doctype != "Sales Order" and bool(earlier_documents(doc))


def _outstanding(customer: str, company: str) -> Decimal:
	ledger = DocType("Payment Ledger Entry")
	total = (
		frappe.qb.from_(ledger)
		.select(Sum(ledger.amount))
		.where((ledger.party_type == "Customer") & (ledger.party == customer))
		.where((ledger.company == company) & (ledger.delinked == 0))
		.where(ledger.account_type == "Receivable")
	).run()[0][0]
	return decimal(total)


def _ordered_not_billed(customer: str, company: str, except_name: str | None) -> Decimal:
	order = DocType("Sales Order")
	total = (
		frappe.qb.from_(order)
		.select(Sum(order.base_grand_total * (100 - order.per_billed) / 100))
		.where((order.customer == customer) & (order.company == company) & (order.docstatus == 1))
		.where((order.per_billed < 100) & (order.status != "Closed"))
		.where(order.name != (except_name or ""))
	).run()[0][0]
	return decimal(total)


def _delivered_not_billed(customer: str, company: str, except_name: str | None) -> Decimal:
	"""Delivery notes without an order: those of orders are counted with their order."""
	note, row = DocType("Delivery Note"), DocType("Delivery Note Item")
	total = (
		frappe.qb.from_(note)
		.join(row)
		.on(row.parent == note.name)
		.select(Sum(row.base_net_amount - Coalesce(row.billed_amt, 0) * note.conversion_rate))
		.where((note.customer == customer) & (note.company == company) & (note.docstatus == 1))
		.where((note.status != "Closed") & (note.is_return == 0) & (note.per_billed < 100))
		.where(row.against_sales_order.isnull() | (row.against_sales_order == ""))
		.where(row.against_sales_invoice.isnull() | (row.against_sales_invoice == ""))
		.where(note.name != (except_name or ""))
	).run()[0][0]
	return max(decimal(total), ZERO)


def _overdue_days(customer: str, company: str) -> int:
	"""Days since the oldest due date of an open invoice."""
	invoice = DocType("Sales Invoice")
	oldest = (
		frappe.qb.from_(invoice)
		.select(Min(invoice.due_date))
		.where((invoice.customer == customer) & (invoice.company == company) & (invoice.docstatus == 1))
		.where((invoice.outstanding_amount > 0) & (invoice.due_date < getdate()))
	).run()[0][0]
	return date_diff(getdate(), oldest) if oldest else 0
