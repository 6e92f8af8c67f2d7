"""Metrics from Sales Orders of the home company: submitted ones, orders between own companies left out.

An order counts by its own date, whenever it was entered, and as it stands now: of an amended order the amendment.
"""

from decimal import Decimal

import frappe
from dateutil.relativedelta import relativedelta
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Count, Min, Sum
from pypika import CustomFunction

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.policy.money import ZERO

Greatest = CustomFunction("GREATEST", ["first", "second"])


def contract_amount(scope: Scope) -> Measures:
	"""Net total without tax, in company currency, of the orders dated in the year, as *Update Items* left them.

	A closed order counts with the share that was delivered or billed, whichever is more. Drafts, cancelled orders
	and orders between own companies don't count; returns change invoices, not contracts. No order is 0.
	"""
	order = DocType("Sales Order")
	query = (
		orders_of(order, scope)
		.select(Sum(counted_amount(order)))
		.where(scope.is_in_year(order.transaction_date))
	)
	return scope.by_account(query.run(), ZERO)


def order_count(scope: Scope) -> Measures:
	"""Number of orders dated in the year, closed ones included; cancelled and inter-company ones not. None is 0."""
	order = DocType("Sales Order")
	query = orders_of(order, scope).select(Count("*")).where(scope.is_in_year(order.transaction_date))
	return scope.by_account(query.run(), ZERO)


def tenure_months(scope: Scope) -> Measures:
	"""Full months since the date of the first submitted order, whenever that was; None when nothing was ordered.

	On the day of the twelfth month it is 12, so that the first-year rule (R15) ends on that day.
	"""
	order = DocType("Sales Order")
	query = orders_of(order, scope).select(Min(order.transaction_date))
	return scope.by_account((customer, _full_months(first, scope)) for customer, first in query.run())


def _full_months(first, scope: Scope) -> Decimal:
	passed = relativedelta(scope.as_of_date, first)
	return Decimal(passed.years * 12 + passed.months)


def counted_amount(order):
	"""What an order counts for: its net total, of a closed one the share that was delivered or billed."""
	fulfilled = order.base_net_total * Greatest(order.per_billed, order.per_delivered) / 100
	return Case().when(order.status == "Closed", fulfilled).else_(order.base_net_total)


def orders_of(order, scope: Scope):
	"""Query of the orders that count, ever until the as-of date, grouped by customer."""
	return (
		frappe.qb.from_(order)
		.select(order.customer)
		.where(order.docstatus == 1)
		.where(order.company == scope.company)
		.where(scope.covers(order.customer))
		.where(order.is_internal_customer == 0)
		.where(order.transaction_date <= scope.as_of_date)
		.groupby(order.customer)
	)
