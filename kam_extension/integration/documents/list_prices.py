"""Prices of a document's items in the policy's price lists (R21, R24)."""

from collections.abc import Callable, Iterable
from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe.utils import getdate

from kam_extension.integration.documents.unit_factors import known_factors
from kam_extension.integration.money import company_currency
from kam_extension.policy.money import decimal

STOCK_UNIT = None


def rate_to_company(price_list: str, company: str) -> Decimal:
	"""Today's exchange rate of the list's currency: our own look-up, never the document's (a client could set that)."""
	currency, own_currency = list_currency(price_list), company_currency(company)
	if not currency or currency == own_currency:
		return Decimal(1)
	return decimal(get_exchange_rate(currency, own_currency, getdate()))


def list_currency(price_list: str) -> str | None:
	return frappe.get_cached_value("Price List", price_list, "currency")


class ListPrices:
	"""Prices of some lists in company currency, from the rows of `catalogue.Catalogue.prices`.

	`rate_of(price list, company)` is the exchange rate of the list's currency; 0 where it is not known.
	"""

	def __init__(
		self, rows: Iterable[tuple], company: str, rate_of: Callable[[str, str], Decimal] = rate_to_company
	):
		rows = list(rows)
		self._rows: dict[tuple[str, str, str | None], Decimal] = {}
		lists = {price_list for price_list, *_rest in rows}
		self._for_every_unit = {name for name in lists if _holds_for_every_unit(name)}
		self._convert(rows, {name: rate_of(name, company) for name in lists})

	def rate(
		self, price_list: str | None, item_code: str, uom: str | None, conversion_factor: Decimal
	) -> Decimal | None:
		"""Price per `uom` in company currency, None when the list has none.

		A price for the unit itself wins; else the price per stock unit times `conversion_factor`, or as it is in a list
		whose prices don't depend on the unit. `uom` None asks for the price per stock unit.
		"""
		own = self._rows.get((price_list, item_code, uom))
		if own:
			return own
		price = self._rows.get((price_list, item_code, STOCK_UNIT))
		if not price:
			return None
		return price if price_list in self._for_every_unit else price * conversion_factor

	def _convert(self, rows: list[tuple], rates: dict[str, Decimal]) -> None:
		units: dict[tuple[str, str | None], str] = {}
		for price_list, item_code, uom, rate, stock_uom in rows:
			price = decimal(rate) * rates[price_list]
			if uom in (None, "", stock_uom):
				self._rows[(price_list, item_code, STOCK_UNIT)] = price
			if uom:
				self._rows[(price_list, item_code, uom)] = price
			units[(item_code, uom)] = stock_uom
		self._add_stock_unit_prices(units)

	def _add_stock_unit_prices(self, units: dict[tuple[str, str | None], str]) -> None:
		"""Items that are listed in other units only: the smallest of them says what a stock unit is worth."""
		missing = [
			(price_list, item, uom)
			for price_list, item, uom in self._rows
			if uom and not self._rows.get((price_list, item, STOCK_UNIT))
		]
		factors = known_factors((item, uom, units[(item, uom)]) for _list, item, uom in missing)
		for price_list, item, uom in sorted(missing, key=lambda row: factors[row[1:]], reverse=True):
			factor = Decimal(1) if price_list in self._for_every_unit else factors[(item, uom)]
			self._rows[(price_list, item, STOCK_UNIT)] = self._rows[(price_list, item, uom)] / factor


def _holds_for_every_unit(price_list: str) -> bool:
	return bool(frappe.get_cached_value("Price List", price_list, "price_not_uom_dependent"))
