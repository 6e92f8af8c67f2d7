"""What customers paid above or below the base price list."""

from collections import defaultdict
from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, NullIf, Sum

from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.policy.money import ZERO, decimal, percent_of


def price_premium(scope: Scope) -> Measures:
	"""Percent by which the net amounts of the year's submitted orders lie above the policy's base price list.

	(Σ net amount − Σ list price × quantity) ÷ Σ list price × quantity, over the rows whose item the list prices, all
	discounts and free rows included, cancelled and inter-company orders not. The list price is the general one (no
	customer, no batch) valid on the order's date: for the row's unit, else for the stock unit; the latest start wins.
	Where the order's prices include tax, the net amount is taken with that tax, as the list has it. A list in another
	currency is converted at the as-of date's rate. None without a base list, without listed rows or without a rate.
	"""
	rate = _list_currency_rate(scope)
	if not rate:
		return scope.by_account(())
	rows = _ordered(scope)
	prices = _PriceHistory(scope, {row.item_code for row in rows})
	paid, listed = defaultdict(Decimal), defaultdict(Decimal)
	for row in rows:
		amount = prices.list_amount(row)
		if amount:
			paid[row.customer] += decimal(row.amount)
			listed[row.customer] += amount * rate
	money = site_rounding(company_currency(scope.company)).money
	return scope.by_account(
		(customer, _premium(money(paid[customer]), money(amount))) for customer, amount in listed.items()
	)


def _premium(paid: Decimal, listed: Decimal) -> Decimal | None:
	return percent_of(paid - listed, listed)


def _list_currency_rate(scope: Scope) -> Decimal:
	"""Company currency per unit of the base list's currency; 0 when there is no list or no rate."""
	if not scope.base_price_list:
		return ZERO
	currency = frappe.get_cached_value("Price List", scope.base_price_list, "currency")
	return decimal(get_exchange_rate(currency, company_currency(scope.company), scope.as_of_date))


def _ordered(scope: Scope) -> list:
	"""Quantities and amounts of the year's order rows by customer, item, unit and date."""
	order, item = DocType("Sales Order"), DocType("Sales Order Item")
	included = _tax_included_in_prices(scope)
	amount = (
		Case()
		.when(included.tax.isnull(), item.base_net_amount)
		.when(order.base_discount_amount == 0, item.base_amount)
		.else_(item.base_net_amount * (1 + included.tax / NullIf(order.base_net_total, 0)))
	)
	keys = (order.customer, order.transaction_date, item.item_code, item.uom, item.stock_uom)
	return (
		_of_the_year(frappe.qb.from_(order), order, scope)
		.join(item)
		.on((item.parent == order.name) & (item.parenttype == "Sales Order"))
		.left_join(included)
		.on(included.parent == order.name)
		.select(
			*keys, Sum(item.qty).as_("qty"), Sum(item.stock_qty).as_("stock_qty"), Sum(amount).as_("amount")
		)
		.groupby(*keys)
	).run(as_dict=True)


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
		.where(order.customer.isin(scope.customers))
		.where(order.is_internal_customer == 0)
		.where(scope.is_in_year(order.transaction_date))
	)


class _PriceHistory:
	"""The base list's general prices of some items over the year, in the list's currency."""

	def __init__(self, scope: Scope, item_codes: set[str]):
		self._rows = defaultdict(list)
		for row in _item_prices(scope, item_codes) if item_codes else ():
			self._rows[row.item_code, row.uom or ""].append(row)

	def list_amount(self, row) -> Decimal | None:
		"""List price of an order row, or None when the item isn't listed in its unit, its stock unit or no unit."""
		for uom, quantity in ((row.uom, row.qty), (row.stock_uom, row.stock_qty), ("", row.stock_qty)):
			price = self._price(row.item_code, uom or "", row.transaction_date)
			if price:
				return price * decimal(quantity)
		return None

	def _price(self, item_code: str, uom: str, day) -> Decimal | None:
		for price in self._rows.get((item_code, uom), ()):
			starts = price.valid_from is None or price.valid_from <= day
			if starts and (price.valid_upto is None or price.valid_upto >= day):
				return decimal(price.price_list_rate)
		return None


def _item_prices(scope: Scope, item_codes: set[str]) -> list:
	"""The latest start first; prices that ended before the year left out."""
	price = DocType("Item Price")
	return (
		frappe.qb.from_(price)
		.select(price.item_code, price.uom, price.price_list_rate, price.valid_from, price.valid_upto)
		.where(price.price_list == scope.base_price_list)
		.where(price.item_code.isin(list(item_codes)))
		.where(Coalesce(price.customer, "") == "")
		.where(Coalesce(price.batch_no, "") == "")
		.where(price.valid_upto.isnull() | (price.valid_upto >= scope.year_start))
		.orderby(price.valid_from, order=frappe.qb.desc)
		.orderby(price.creation, order=frappe.qb.desc)
	).run(as_dict=True)
