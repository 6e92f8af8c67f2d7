"""Cost and list price of items on a day: the book's own columns, or ERPNext's price lists and rates (R21, R24)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import CostSource
from kam_extension.policy.money import ZERO
from kam_extension.policy.terms import PolicyTerms
from kam_extension.replay.catalogue import Catalogue

NOWHERE: Mapping[str, str] = {}


class Pricing:
	"""What a policy takes for cost and base price."""

	def __init__(self, catalogue: Catalogue, terms: PolicyTerms):
		self.catalogue, self.terms = catalogue, terms
		self._known: dict[tuple, Decimal | None] = {}

	def unit_cost(
		self, item_code: str, day: date, warehouse: str | None = None, parts_from: Mapping[str, str] = NOWHERE
	) -> Decimal | None:
		"""Per stock unit: the item's own cost, else the first of the policy's sources that knows one.

		A product bundle costs the sum of its parts; one part of unknown cost leaves it unknown. `parts_from` are the
		warehouses of its parts, where they are not the bundle's own.
		"""
		if item_code not in self.catalogue.parts or self.catalogue.items[item_code].cost:
			return self._simple_cost(item_code, day, warehouse)
		costs = [
			(self._simple_cost(part, day, parts_from.get(part) or warehouse), quantity)
			for part, quantity in self._leaves(item_code, frozenset())
		]
		if any(cost is None for cost, _quantity in costs):
			return None
		return sum((cost * quantity for cost, quantity in costs), ZERO)

	def list_rate(self, item_code: str, uom: str | None, factor: Decimal, day: date) -> Decimal | None:
		"""Per unit of the row, `factor` stock units each: a price for the unit itself wins over one per stock unit."""
		item = self.catalogue.items[item_code]
		if item.base_price is not None:
			return item.base_price if factor == 1 else item.base_price * factor
		price_list = self.terms.base_price_list
		own = self._listed(price_list, item_code, uom, day) if uom else None
		if own:
			return own
		rate = self._per_stock_unit(price_list, item_code, day)
		if rate is None or factor == 1 or price_list in self.catalogue.lists_for_every_unit:
			return rate
		return rate * factor

	def _leaves(self, item_code: str, above: frozenset[str]) -> Iterator[tuple[str, Decimal]]:
		"""(item, quantity) in one bundle, bundles within it taken apart."""
		above |= {item_code}
		for part, quantity in self.catalogue.parts[item_code]:
			if part in self.catalogue.parts and part not in above:
				yield from ((leaf, quantity * count) for leaf, count in self._leaves(part, above))
			else:
				yield part, quantity

	def _simple_cost(self, item_code: str, day: date, warehouse: str | None) -> Decimal | None:
		item = self.catalogue.items[item_code]
		if item.cost:
			return item.cost
		found = (self._cost_from(source, item_code, day, warehouse) for source in self.terms.cost_sources)
		return next((cost for cost in found if cost and cost > 0), None)

	def _cost_from(self, source: str, item_code: str, day: date, warehouse: str | None) -> Decimal | None:
		if source == CostSource.COST_PRICE_LIST:
			return self._per_stock_unit(self.terms.cost_price_list, item_code, day)
		if source == CostSource.VALUATION_RATE:
			return self.catalogue.valuation(item_code, warehouse)
		if source == CostSource.BOM:
			return self.catalogue.boms.get(item_code)
		return self.catalogue.items[item_code].last_purchase_rate

	def _per_stock_unit(self, price_list: str | None, item_code: str, day: date) -> Decimal | None:
		"""Where an item is listed in other units only, the smallest of them says what a stock unit is worth."""
		rate = self._listed(price_list, item_code, None, day)
		if rate is not None:
			return rate
		found = {}
		for uom in {
			price.uom for price in self.catalogue.prices.get((price_list, item_code), ()) if price.uom
		}:
			factor = self.catalogue.units.get((item_code, uom))
			price = self._listed(price_list, item_code, uom, day) if factor else None
			if price:
				found[factor] = price if price_list in self.catalogue.lists_for_every_unit else price / factor
		return found[min(found)] if found else None

	def _listed(self, price_list: str | None, item_code: str, uom: str | None, day: date) -> Decimal | None:
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
