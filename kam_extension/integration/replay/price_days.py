"""List prices as they were on a day, and what currencies were worth (R21, R24, R62)."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import frappe

from kam_extension.integration.documents.catalogue import Catalogue
from kam_extension.integration.documents.list_prices import ListPrices, list_currency
from kam_extension.integration.money import company_currency
from kam_extension.policy.money import ZERO, decimal

ONE = Decimal(1)


class ExchangeRates:
	"""The site's Currency Exchange records as a history. A past day is never asked of a rate service."""

	def __init__(self, company: str):
		self.own = company_currency(company)
		self._days: dict[str, list[date]] = defaultdict(list)
		self._rates: dict[str, list[Decimal]] = defaultdict(list)
		for currency, day, rate in frappe.get_all(
			"Currency Exchange",
			filters={"to_currency": self.own},
			fields=["from_currency", "date", "exchange_rate"],
			order_by="date, creation",
			as_list=True,
		):
			self._days[currency].append(day)
			self._rates[currency].append(decimal(rate))

	def rate(self, currency: str | None, day: date) -> Decimal:
		"""Company currency per unit by the latest record up to the day; 0 where there is none."""
		if not currency or currency == self.own:
			return ONE
		known = bisect_right(self._days[currency], day)
		return self._rates[currency][known - 1] if known else ZERO


class PriceDays:
	"""The price history of some items, and the prices that held on a day. Days with the same prices share them."""

	def __init__(self, company: str, history: Catalogue, rates: ExchangeRates):
		self.company, self.parts, self._rows, self._rates = company, history.parts, history.prices, rates
		starts = {row[5] for row in self._rows if row[5]}
		ends = {row[6] + timedelta(days=1) for row in self._rows if row[6]}
		self._changes = sorted(starts | ends)
		currencies = {list_currency(name) for name in {row[0] for row in self._rows}}
		self._is_foreign = bool(currencies - {rates.own, None})
		self._known: dict[tuple, ListPrices] = {}

	def on(self, day: date) -> ListPrices:
		key = (bisect_right(self._changes, day), day if self._is_foreign else None)
		if key not in self._known:
			rows = [row[:5] for row in self._rows if _holds(row, day)]
			self._known[key] = ListPrices(
				rows,
				self.company,
				lambda price_list, _company: self._rates.rate(list_currency(price_list), day),
			)
		return self._known[key]


def _holds(row: tuple, day: date) -> bool:
	first, last = row[5:]
	return (first is None or first <= day) and (last is None or day <= last)
