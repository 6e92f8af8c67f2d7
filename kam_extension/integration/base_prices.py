"""Base list prices of a document's items, set-based (R21)."""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe.query_builder import DocType
from frappe.utils import getdate

from kam_extension.integration.money import company_currency
from kam_extension.policy.money import decimal

STOCK_UNIT = None


class BasePrices:
	"""Prices of one price list on one day in company currency; one query for all items."""

	def __init__(self, price_list: str | None, company: str, item_codes: Iterable[str], on_date=None):
		self.rate_to_company = Decimal(1)
		self._rows: dict[tuple[str, str | None], Decimal] = {}
		item_codes = list(set(item_codes))
		if price_list and item_codes:
			self._read(price_list, company, item_codes, getdate(on_date))

	def rate(self, item_code: str, uom: str | None, conversion_factor: Decimal) -> Decimal | None:
		"""Price per `uom` in company currency, None when the list has none.

		A price for the unit itself wins; else the price per stock unit times `conversion_factor`. `uom` None asks for
		the price per stock unit.
		"""
		for unit, factor in ((uom, Decimal(1)), (STOCK_UNIT, conversion_factor)):
			price = self._rows.get((item_code, unit))
			if price:
				return price * factor
		return None

	def _read(self, price_list: str, company: str, item_codes: list[str], day) -> None:
		currency = frappe.get_cached_value("Price List", price_list, "currency")
		own_currency = company_currency(company)
		if currency and currency != own_currency:
			self.rate_to_company = decimal(get_exchange_rate(currency, own_currency, day))
		for row in _item_prices(price_list, item_codes, day):
			price = decimal(row.price_list_rate) * self.rate_to_company
			if row.uom in (None, "", row.stock_uom):
				self._rows[(row.item_code, STOCK_UNIT)] = price
			if row.uom:
				self._rows[(row.item_code, row.uom)] = price


def _item_prices(price_list: str, item_codes: list[str], day) -> list:
	"""General prices (no customer, no batch) valid on the day; the latest start comes last and so wins."""
	price, item = DocType("Item Price"), DocType("Item")
	return (
		frappe.qb.from_(price)
		.join(item)
		.on(item.name == price.item_code)
		.select(price.item_code, price.uom, price.price_list_rate, item.stock_uom)
		.where(price.price_list == price_list)
		.where(price.item_code.isin(item_codes))
		.where(price.customer.isnull() | (price.customer == ""))
		.where(price.batch_no.isnull() | (price.batch_no == ""))
		.where(price.valid_from.isnull() | (price.valid_from <= day))
		.where(price.valid_upto.isnull() | (price.valid_upto >= day))
		.orderby(price.valid_from)
		.orderby(price.creation)
	).run(as_dict=True)
