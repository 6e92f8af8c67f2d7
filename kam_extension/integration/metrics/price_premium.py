"""What customers paid above or below the base price list."""

from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, NullIf, Sum

from kam_extension.integration.metrics.list_prices import price_periods
from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.policy.money import ZERO, decimal, percent_of


def price_premium(scope: Scope) -> Measures:
	"""Percent by which the net amounts of the year's submitted orders lie above the policy's base price list.

	(Σ net amount − Σ list price × quantity) ÷ Σ list price × quantity, over the rows whose item the list prices, all
	discounts and free rows included, cancelled and inter-company orders not, closed ones whole; returns change
	invoices, not orders. The list price is the general one (no customer, no batch) valid on the order's date: for the
	row's unit, else for the stock unit; the latest start wins.
	Where the order's prices include tax, the net amount is taken with that tax, as the list has it. A list in another
	currency is converted at the as-of date's rate. None without a base list, without listed rows or without a rate.
	"""
	rate = list_currency_rate(scope)
	if not rate:
		return scope.by_account(())
	money = site_rounding(company_currency(scope.company)).money
	return scope.by_account(
		(customer, _premium(money(decimal(paid)), money(decimal(listed) * rate)))
		for customer, paid, listed in paid_and_listed(scope).run()
	)


def _premium(paid: Decimal, listed: Decimal) -> Decimal | None:
	return percent_of(paid - listed, listed)


def list_currency_rate(scope: Scope) -> Decimal:
	"""Company currency per unit of the base list's currency; 0 when there is no list or no rate."""
	if not scope.base_price_list:
		return ZERO
	currency = frappe.get_cached_value("Price List", scope.base_price_list, "currency")
	return decimal(get_exchange_rate(currency, company_currency(scope.company), scope.as_of_date))


def paid_and_listed(scope: Scope):
	"""Query by customer: net amount, list amount in the list's currency, of the year's order rows that are listed."""
	order, item = DocType("Sales Order"), DocType("Sales Order Item")
	included = _tax_included_in_prices(scope)
	paid = (
		Case()
		.when(included.tax.isnull(), item.base_net_amount)
		.when(order.base_discount_amount == 0, item.base_amount)
		.else_(item.base_net_amount * (1 + included.tax / NullIf(order.base_net_total, 0)))
	)
	rows = (
		_of_the_year(frappe.qb.from_(order), order, scope)
		.join(item)
		.on((item.parent == order.name) & (item.parenttype == "Sales Order"))
		.left_join(included)
		.on(included.parent == order.name)
	)
	rows, listed = _with_list_amount(rows, order, item, scope)
	return rows.select(order.customer, Sum(paid), Sum(listed)).where(listed != 0).groupby(order.customer)


def _with_list_amount(rows, order, item, scope: Scope):
	"""The rows joined with their list prices, and their list amount: by their unit, else the stock unit, else any.

	The periods are a derived table, whose key has no room for item and unit together: a bare comparison of both
	would make MariaDB read all periods for each row. With the unit inside a function it looks them up by item.
	"""
	amount = Case()
	for uom, quantity in ((item.uom, item.qty), (item.stock_uom, item.stock_qty), ("", item.stock_qty)):
		period = price_periods(scope.base_price_list, scope.year_start, _ordered_items(scope))
		rows = rows.left_join(period).on(
			(period.item_code == item.item_code)
			& (Coalesce(period.uom, "") == uom)
			& (period.starts_on <= order.transaction_date)
			& (period.ends_before > order.transaction_date)
		)
		amount = amount.when(period.price != 0, period.price * quantity)
	return rows, amount.else_(0)


def _ordered_items(scope: Scope):
	"""Query of the items that few accounts ordered, so that not the whole list is read for them; None for a company."""
	if scope.is_whole_company:
		return None
	order, item = DocType("Sales Order"), DocType("Sales Order Item")
	return (
		_of_the_year(frappe.qb.from_(order), order, scope)
		.join(item)
		.on((item.parent == order.name) & (item.parenttype == "Sales Order"))
		.select(item.item_code)
	)


def _tax_included_in_prices(scope: Scope):
	order, tax = DocType("Sales Order"), DocType("Sales Taxes and Charges")
	return (
		_of_the_year(frappe.qb.from_(order), order, scope)
		.join(tax)
		.on((tax.parent == order.name) & (tax.parenttype == "Sales Order"))
		.select(tax.parent, Sum(tax.base_tax_amount_after_discount_amount).as_("tax"))
		.where(tax.included_in_print_rate == 1)
		.groupby(tax.parent)
	)


def _of_the_year(query, order, scope: Scope):
	return (
		query.where(order.docstatus == 1)
		.where(order.company == scope.company)
		.where(scope.covers(order.customer))
		.where(order.is_internal_customer == 0)
		.where(scope.is_in_year(order.transaction_date))
	)
