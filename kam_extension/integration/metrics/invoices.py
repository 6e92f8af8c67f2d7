"""Metrics from Sales Invoices of the home company: submitted ones by posting date, credit notes taken off.

Opening invoices (they carry a balance over, not a sale) and invoices between own companies are left out. POS Invoices
count when they are consolidated into a Sales Invoice.
"""

from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Sum

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.policy.money import ZERO, decimal, percent_of


def revenue(scope: Scope) -> Measures:
	"""Invoiced net total without tax in company currency, of the year. No invoice is 0."""
	invoice = DocType("Sales Invoice")
	query = invoices_of(invoice, scope).select(Sum(invoice.base_net_total))
	return scope.by_account(query.where(scope.is_in_year(invoice.posting_date)).run(), ZERO)


def revenue_growth(scope: Scope) -> Measures:
	"""Growth of revenue over the twelve months before, in percent; None when those had no revenue."""
	invoice = DocType("Sales Invoice")
	is_this_year = invoice.posting_date >= scope.year_start
	this_year = Case().when(is_this_year, invoice.base_net_total).else_(0)
	last_year = Case().when(is_this_year, 0).else_(invoice.base_net_total)
	rows = (
		invoices_of(invoice, scope)
		.select(Sum(this_year), Sum(last_year))
		.where(invoice.posting_date[scope.previous_year_start : scope.as_of_date])
	).run()
	return scope.by_account((customer, _growth(decimal(now), decimal(then))) for customer, now, then in rows)


def gross_margin(scope: Scope) -> Measures:
	"""Margin in percent of the year's revenue: (net amount − cost) ÷ net amount, both without tax.

	Cost is the valuation (incoming) rate per stock unit that ERPNext kept on the invoice row. Rows without one
	(services, bundles, unvalued stock) are unknown, not free: they are left out of both sides. Returns take their
	amount and their cost back. None when no row has a cost, or the amounts with one come to nothing.
	"""
	invoice, item = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	query = costed_rows(invoice, item, scope)
	rows = query.select(Sum(item.base_net_amount), Sum(item.incoming_rate * item.stock_qty)).run()
	return scope.by_account((customer, _margin(decimal(net), decimal(cost))) for customer, net, cost in rows)


def _growth(now: Decimal, then: Decimal) -> Decimal | None:
	return percent_of(now - then, then) if then > 0 else None


def _margin(net: Decimal, cost: Decimal) -> Decimal | None:
	return percent_of(net - cost, net) if net > 0 else None


def costed_rows(invoice, item, scope: Scope):
	"""Query of the year's invoice rows of known cost, grouped by customer."""
	return (
		invoices_of(invoice, scope)
		.join(item)
		.on((item.parent == invoice.name) & (item.parenttype == "Sales Invoice"))
		.where(scope.is_in_year(invoice.posting_date))
		.where(item.incoming_rate > 0)
	)


def invoices_of(invoice, scope: Scope):
	"""Query of the invoices that count, of any date, grouped by customer."""
	return (
		frappe.qb.from_(invoice)
		.select(invoice.customer)
		.where(invoice.docstatus == 1)
		.where(invoice.company == scope.company)
		.where(scope.covers(invoice.customer))
		.where(invoice.is_internal_customer == 0)
		.where(invoice.is_opening != "Yes")
		.groupby(invoice.customer)
	)
