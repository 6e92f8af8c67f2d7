"""Orders and invoices behind a metric: the metric's own query, by document instead of by customer."""

from frappe import _
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Sum

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
from kam_extension.integration.metrics.invoices import costed_rows, invoices_of
from kam_extension.integration.metrics.orders import counted_amount, orders_of
from kam_extension.integration.metrics.price_premium import list_currency_rate, paid_and_listed
from kam_extension.policy.codes import Metric
from kam_extension.policy.money import decimal


def _orders(scope: Scope) -> list[CountedDocument]:
	order = DocType("Sales Order")
	query = _by_order(orders_of(order, scope), order, Sum(counted_amount(order)))
	return counted("Sales Order", _values(query.where(scope.is_in_year(order.transaction_date))))


def _ordered(scope: Scope) -> list[CountedDocument]:
	"""Each order of the year counts as one."""
	return [
		CountedDocument(row.doctype, row.name, row.date, decimal(1), row.amount) for row in _orders(scope)
	]


def _first_order(scope: Scope) -> list[CountedDocument]:
	order = DocType("Sales Order")
	query = _by_order(orders_of(order, scope), order, Sum(counted_amount(order)))
	query = query.orderby(order.transaction_date).orderby(order.name).limit(1)
	return counted("Sales Order", _values(query))


def _invoiced(scope: Scope) -> list[CountedDocument]:
	invoice = DocType("Sales Invoice")
	query = _by_invoice(invoices_of(invoice, scope), invoice, Sum(invoice.base_net_total))
	return counted("Sales Invoice", _values(query.where(scope.is_in_year(invoice.posting_date))))


def _growing(scope: Scope) -> list[CountedDocument]:
	invoice = DocType("Sales Invoice")
	is_this_year = invoice.posting_date >= scope.year_start
	this_year = Case().when(is_this_year, invoice.base_net_total).else_(0)
	year_before = Case().when(is_this_year, 0).else_(invoice.base_net_total)
	query = _by_invoice(invoices_of(invoice, scope), invoice, Sum(this_year), Sum(year_before))
	both_years = invoice.posting_date[scope.previous_year_start : scope.as_of_date]
	return counted("Sales Invoice", _values(query.where(both_years)))


def _costed(scope: Scope) -> list[CountedDocument]:
	invoice, item = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	amounts = (Sum(item.base_net_amount), Sum(item.incoming_rate * item.stock_qty))
	query = _by_invoice(costed_rows(invoice, item, scope), invoice, *amounts)
	return counted("Sales Invoice", _values(query))


def _listed(scope: Scope) -> list[CountedDocument]:
	rate = list_currency_rate(scope)
	if not rate:
		return []
	order = DocType("Sales Order")
	query = (
		paid_and_listed(scope)
		.select(order.name, order.transaction_date)
		.groupby(order.name, order.transaction_date)
	)
	return counted(
		"Sales Order",
		((name, day, paid, decimal(listed) * rate) for _customer, paid, listed, name, day in query.run()),
	)


def _by_order(query, order, *amounts):
	return query.select(order.name, order.transaction_date, *amounts).groupby(
		order.name, order.transaction_date
	)


def _by_invoice(query, invoice, *amounts):
	return query.select(invoice.name, invoice.posting_date, *amounts).groupby(
		invoice.name, invoice.posting_date
	)


def _values(query) -> list[tuple]:
	"""Rows of the query without the customer, which comes first."""
	return [row[1:] for row in query.run()]


def _orders_of_the_year(scope: Scope) -> Link:
	return _orders_until(scope, ("between", [str(scope.year_start), str(scope.as_of_date)]))


def _orders_ever(scope: Scope) -> Link:
	return _orders_until(scope, ("<=", str(scope.as_of_date)))


def _orders_until(scope: Scope, dates: tuple) -> Link:
	own = {"customer": only_customer(scope), "company": scope.company, "docstatus": 1}
	return Link("Sales Order", {**own, "transaction_date": dates, "is_internal_customer": 0})


def _invoices_since(scope: Scope, start) -> Link:
	own = {"customer": only_customer(scope), "company": scope.company, "docstatus": 1}
	dates = {"posting_date": ("between", [str(start), str(scope.as_of_date)])}
	return Link("Sales Invoice", {**own, **dates, "is_internal_customer": 0, "is_opening": ("!=", "Yes")})


def _invoices_of_the_year(scope: Scope) -> Link:
	return _invoices_since(scope, scope.year_start)


SALES = {
	Metric.CONTRACT_AMOUNT: Breakdown(
		_orders, lambda: [Column(_("Net Amount"))], _orders_of_the_year
	),
	Metric.ORDER_COUNT: Breakdown(
		_ordered, lambda: [Column(_("Orders"), NUMBER), Column(_("Net Amount"))], _orders_of_the_year
	),
	Metric.TENURE_MONTHS: Breakdown(_first_order, lambda: [Column(_("Net Amount"))], _orders_ever),
	Metric.PRICE_PREMIUM: Breakdown(
		_listed, lambda: [Column(_("Net Amount")), Column(_("At List Price"))], _orders_of_the_year
	),
	Metric.REVENUE: Breakdown(_invoiced, lambda: [Column(_("Net Amount"))], _invoices_of_the_year),
	Metric.REVENUE_GROWTH: Breakdown(
		_growing,
		lambda: [Column(_("These Twelve Months")), Column(_("Twelve Months Before"))],
		lambda scope: _invoices_since(scope, scope.previous_year_start),
	),
	Metric.GROSS_MARGIN: Breakdown(
		_costed, lambda: [Column(_("Net Amount")), Column(_("Cost"))], _invoices_of_the_year
	),
}  # fmt: skip
