"""Prices of a document's items in the policy's price lists, set-based (R21, R24)."""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe.query_builder import DocType
from frappe.utils import getdate

from kam_extension.integration.money import company_currency
from kam_extension.policy.money import decimal

STOCK_UNIT = None


class ListPrices:
	"""Prices of some lists on one day in company currency; one query for all lists and items."""

	def __init__(
		self, price_lists: Iterable[str | None], company: str, item_codes: Iterable[str], on_date=None
	):
		self._rows: dict[tuple[str, str, str | None], Decimal] = {}
		lists = [name for name in price_lists if name]
		item_codes = list(set(item_codes))
		if lists and item_codes:
			self._read(lists, company, item_codes, getdate(on_date))

	def rate(
		self, price_list: str | None, item_code: str, uom: str | None, conversion_factor: Decimal
	) -> Decimal | None:
		"""Price per `uom` in company currency, None when the list has none.

		A price for the unit itself wins; else the price per stock unit times `conversion_factor`. `uom` None asks for
		the price per stock unit.
		"""
		for unit, factor in ((uom, Decimal(1)), (STOCK_UNIT, conversion_factor)):
			price = self._rows.get((price_list, item_code, unit))
			if price:
				return price * factor
		return None

	def _read(self, lists: list[str], company: str, item_codes: list[str], day) -> None:
		rates = {name: _rate_to_company(name, company, day) for name in lists}
		for row in _item_prices(lists, item_codes, day):
			price = decimal(row.price_list_rate) * rates[row.price_list]
			if row.uom in (None, "", row.stock_uom):
				self._rows[(row.price_list, row.item_code, STOCK_UNIT)] = price
			if row.uom:
				self._rows[(row.price_list, row.item_code, row.uom)] = price


def _rate_to_company(price_list: str, company: str, day) -> Decimal:
	"""Exchange rate of the list's currency: our own look-up, never the document's (a client could set that)."""
	currency, own_currency = (
		frappe.get_cached_value("Price List", price_list, "currency"),
		company_currency(company),
	)
	if not currency or currency == own_currency:
		return Decimal(1)
	return decimal(get_exchange_rate(currency, own_currency, day))


def _item_prices(lists: list[str], item_codes: list[str], day) -> list:
	"""General prices (no customer, no batch) valid on the day; the latest start comes last and so wins."""
	price, item = DocType("Item Price"), DocType("Item")
	return (
		frappe.qb.from_(price)
		.join(item)
		.on(item.name == price.item_code)
		.select(price.price_list, price.item_code, price.uom, price.price_list_rate, item.stock_uom)
		.where(price.price_list.isin(lists))
		.where(price.item_code.isin(item_codes))
		.where(price.customer.isnull() | (price.customer == ""))
		.where(price.batch_no.isnull() | (price.batch_no == ""))
		.where(price.valid_from.isnull() | (price.valid_from <= day))
		.where(price.valid_upto.isnull() | (price.valid_upto >= day))
		.orderby(price.valid_from)
		.orderby(price.creation)
	).run(as_dict=True)
