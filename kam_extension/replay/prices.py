"""Cost and list price of items on a day: the book's own columns, or ERPNext's price lists and rates (R21, R24)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import CostSource
from kam_extension.policy.money import decimal
from kam_extension.policy.terms import PolicyTerms

ITEMS = """
	SELECT item_code, cost, base_price, valuation_rate, last_purchase_rate, stock_uom FROM items
"""
# What one supplier asks comes first, so that a price for all, and among equals the latest start, comes last and wins.
PRICES = """
	SELECT price_list, item_code, uom, CAST(rate AS VARCHAR) AS rate, currency, valid_from, valid_upto FROM item_prices
	WHERE customer IS NULL AND batch_no IS NULL
	ORDER BY supplier IS NULL, valid_from NULLS FIRST, file_number, line
"""


@dataclass(frozen=True)
class Item:
	"""`costs` and prices are per stock unit in company currency; None is unknown."""

	cost: Decimal | None
	base_price: Decimal | None
	rates: Mapping[str, Decimal | None]
	stock_uom: str | None


@dataclass(frozen=True)
class ListPrice:
	uom: str | None
	rate: Decimal
	valid_from: date
	valid_upto: date


class Catalogue:
	"""All items and price lists of a book, read once and shared by the policies that are compared."""

	def __init__(self, items: Iterable[tuple], prices: Iterable[tuple], exchange_rates: Mapping[str, object]):
		self.items = {
			code: Item(
				cost,
				base_price or None,
				{CostSource.VALUATION_RATE: valuation, CostSource.LAST_PURCHASE_RATE: last_purchase},
				stock_uom,
			)
			for code, cost, base_price, valuation, last_purchase, stock_uom in items
		}
		self.prices: dict[tuple[str, str], list[ListPrice]] = defaultdict(list)
		for price_list, code, uom, rate, currency, valid_from, valid_upto in prices:
			amount = decimal(rate) * decimal(exchange_rates.get(currency, 1))
			period = (valid_from or date.min, valid_upto or date.max)
			self.prices[(price_list, code)].append(ListPrice(uom, amount, *period))

	@classmethod
	def of(cls, database, exchange_rates: Mapping[str, object]) -> "Catalogue":
		return cls(database.execute(ITEMS).fetchall(), database.execute(PRICES).fetchall(), exchange_rates)


class Pricing:
	"""What a policy takes for cost and base price."""

	def __init__(self, catalogue: Catalogue, terms: PolicyTerms):
		self.catalogue, self.terms = catalogue, terms
		self._known: dict[tuple, Decimal | None] = {}

	def unit_cost(self, item_code: str, day: date) -> Decimal | None:
		"""Per stock unit: the item's own cost, else the first of the policy's sources that knows one."""
		item = self.catalogue.items[item_code]
		if item.cost:
			return item.cost
		return next(
			filter(None, (self._cost_from(source, item_code, day) for source in self.terms.cost_sources)),
			None,
		)

	def list_rate(self, item_code: str, uom: str | None, factor: Decimal, day: date) -> Decimal | None:
		"""Per unit of the row, `factor` stock units each: a price for the unit itself wins over one per stock unit."""
		item = self.catalogue.items[item_code]
		rate = item.base_price
		if rate is None:
			own = self._listed(self.terms.base_price_list, item_code, uom, day) if uom else None
			if own:
				return own
			rate = self._listed(self.terms.base_price_list, item_code, None, day)
		return rate if rate is None or factor == 1 else rate * factor

	def _cost_from(self, source: str, item_code: str, day: date) -> Decimal | None:
		if source == CostSource.COST_PRICE_LIST:
			return self._listed(self.terms.cost_price_list, item_code, None, day)
		return self.catalogue.items[item_code].rates.get(source)

	def _listed(self, price_list: str | None, item_code: str, uom: str | None, day: date) -> Decimal | None:
		"""`uom` None asks for the price per stock unit."""
		key = (price_list, item_code, uom, day)
		if key not in self._known:
			units = {uom} if uom else {None, self.catalogue.items[item_code].stock_uom}
			fitting = [
				price.rate
				for price in self.catalogue.prices.get((price_list, item_code), ())
				if price.valid_from <= day <= price.valid_upto and price.uom in units
			]
			self._known[key] = (fitting[-1] or None) if fitting else None
		return self._known[key]
