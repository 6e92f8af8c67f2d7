"""Where an account stands: exposure, limit, overdue days (R31, R32)."""

from decimal import Decimal

import frappe
from frappe.utils import getdate

from kam_extension.integration.accounts import Account
from kam_extension.integration.checked_rows import earlier_documents
from kam_extension.policy.facts import CreditFacts
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.terms import PolicyTerms


def credit_facts(doc, terms: PolicyTerms, account: Account) -> CreditFacts:
	"""Exposure with `doc` included and days overdue, against the account's limit and its tier's days.

	Amounts in company currency; one query. A document that follows an order adds nothing: the order is counted already.
	"""
	level = terms.service_level(account.account_class, account.tier)
	position = _position(account.customer, doc.company, doc.name)
	added = ZERO if _follows_counted(doc) else decimal(doc.base_grand_total)
	return CreditFacts(
		exposure=position["outstanding"] + position["ordered"] + max(position["delivered"], ZERO) + added,
		credit_limit=decimal(account.credit_limit_override) or level.credit_limit,
		overdue_days=int(position["overdue_days"]),
		max_overdue_days=level.max_overdue_days,
	)


def _follows_counted(doc) -> bool:
	return doc.doctype != "Sales Order" and bool(earlier_documents(doc))


def _position(customer: str, company: str, except_name: str | None) -> dict[str, Decimal]:
	"""Outstanding of the receivable ledger, ordered but not billed, delivered without order but not billed, and days
	since the oldest due date of an open invoice; one query. Deliveries of orders are counted with their order.
	"""
	rows = frappe.db.sql(
		"""
		select 'outstanding', sum(amount) from `tabPayment Ledger Entry`
			where party_type = 'Customer' and party = %(customer)s and company = %(company)s
				and account_type = 'Receivable' and delinked = 0
		union all select 'ordered', sum(base_grand_total * (100 - per_billed) / 100) from `tabSales Order`
			where customer = %(customer)s and company = %(company)s and docstatus = 1
				and per_billed < 100 and status != 'Closed' and name != %(name)s
		union all select 'delivered', sum(row.base_net_amount - ifnull(row.billed_amt, 0) * note.conversion_rate)
			from `tabDelivery Note` note join `tabDelivery Note Item` row on row.parent = note.name
			where note.customer = %(customer)s and note.company = %(company)s and note.docstatus = 1
				and note.status != 'Closed' and note.is_return = 0 and note.per_billed < 100 and note.name != %(name)s
				and ifnull(row.against_sales_order, '') = '' and ifnull(row.against_sales_invoice, '') = ''
		union all select 'overdue_days', greatest(datediff(%(today)s, min(due_date)), 0) from `tabSales Invoice`
			where customer = %(customer)s and company = %(company)s and docstatus = 1 and outstanding_amount > 0
		""",
		{"customer": customer, "company": company, "name": except_name or "", "today": getdate()},
	)
	return {name: decimal(value) for name, value in rows}
