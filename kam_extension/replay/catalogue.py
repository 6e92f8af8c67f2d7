"""A book's items with their prices, rates, units, bundles and stock, read once and shared by the policies compared."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kam_extension.policy.money import ZERO, decimal

ITEMS = """
	SELECT item_code, cost, base_price, valuation_rate, last_purchase_rate, stock_uom FROM items
"""
# What one supplier asks comes first, so that a price for all, and among equals the latest start, comes last and wins.
PRICES = """
	SELECT price_list, item_code, uom, CAST(rate AS VARCHAR) AS rate, currency, valid_from, valid_upto FROM item_prices
	WHERE customer IS NULL AND batch_no IS NULL
	ORDER BY supplier IS NULL, valid_from NULLS FIRST, file_number, line
"""
UNITS = "SELECT item_code, uom, conversion_factor FROM item_units WHERE conversion_factor > 0"
LISTS_FOR_EVERY_UNIT = "SELECT price_list FROM price_lists WHERE holds_for_every_unit = '1'"
PARTS = """
	SELECT b.item_code, p.item_code, p.quantity FROM product_bundles b JOIN bundle_parts p USING (bundle)
	WHERE coalesce(b.disabled, '0') = '0' ORDER BY p.file_number, p.line
"""
BOMS = """
	SELECT item_code, total_cost, quantity FROM boms
	WHERE is_default = '1' AND coalesce(is_active, '1') = '1' AND quantity <> 0
"""
BINS = """
	SELECT item_code, warehouse, valuation_rate, actual_qty FROM bins
	WHERE valuation_rate > 0 AND (
		warehouse IN (SELECT warehouse FROM warehouses) OR NOT EXISTS (SELECT 1 FROM warehouses)
	)
"""


@dataclass(frozen=True)
class Item:
	"""`cost`, `base_price` and rates are per stock unit in company currency; None is unknown."""

	cost: Decimal | None
	base_price: Decimal | None
	valuation_rate: Decimal | None
	last_purchase_rate: Decimal | None
	stock_uom: str | None


@dataclass(frozen=True)
class ListPrice:
	uom: str | None
	rate: Decimal
	valid_from: date
	valid_upto: date


@dataclass
class Catalogue:
	"""`units` is (item, unit) → stock units; `parts` bundle → (item, quantity); `boms` item → cost of one.

	`rates_by_bin` is (item, warehouse) → valuation rate, `average_rates` item → that of all the company's stock.
	"""

	items: dict[str, Item] = field(default_factory=dict)
	prices: dict[tuple[str, str], list[ListPrice]] = field(default_factory=dict)
	units: dict[tuple[str, str], Decimal] = field(default_factory=dict)
	lists_for_every_unit: set[str] = field(default_factory=set)
	parts: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)
	boms: dict[str, Decimal] = field(default_factory=dict)
	rates_by_bin: dict[tuple[str, str], Decimal] = field(default_factory=dict)
	average_rates: dict[str, Decimal] = field(default_factory=dict)
	has_bins: bool = False

	@classmethod
	def of(cls, database, exchange_rates: Mapping[str, object]) -> "Catalogue":
		def rows(query: str) -> list[tuple]:
			return database.execute(query).fetchall()

		bins = rows(BINS)
		catalogue = cls(
			items={code: Item(cost, base or None, *rest) for code, cost, base, *rest in rows(ITEMS)},
			prices=_prices(rows(PRICES), exchange_rates),
			units={(item, uom): factor for item, uom, factor in rows(UNITS)},
			lists_for_every_unit={name for (name,) in rows(LISTS_FOR_EVERY_UNIT)},
			boms={item: cost / quantity for item, cost, quantity in rows(BOMS)},
			rates_by_bin={(item, warehouse): rate for item, warehouse, rate, _quantity in bins},
			average_rates=_averages(bins),
			has_bins=bool(rows("SELECT 1 FROM bins LIMIT 1")),
		)
		for bundle, part, quantity in rows(PARTS):
			catalogue.parts.setdefault(bundle, []).append((part, quantity))
		return catalogue

	def valuation(self, item_code: str, warehouse: str | None) -> Decimal | None:
		"""The warehouse's valuation rate, else the average of the company's stock; without stock, the item's own."""
		if not self.has_bins:
			return self.items[item_code].valuation_rate
		return self.rates_by_bin.get((item_code, warehouse)) or self.average_rates.get(item_code)

	def factor(self, item_code: str, uom: str | None, own: Decimal) -> Decimal:
		"""Stock units per unit of a row: its `own` factor, and never less than the item says."""
		item = self.items[item_code]
		if not uom or uom == item.stock_uom:
			return own
		return max(own, self.units.get((item_code, uom), ZERO))


def _prices(
	rows: Iterable[tuple], exchange_rates: Mapping[str, object]
) -> dict[tuple[str, str], list[ListPrice]]:
	prices: dict[tuple[str, str], list[ListPrice]] = defaultdict(list)
	for price_list, code, uom, rate, currency, valid_from, valid_upto in rows:
		amount = decimal(rate) * decimal(exchange_rates.get(currency, 1))
		period = (valid_from or date.min, valid_upto or date.max)
		prices[(price_list, code)].append(ListPrice(uom, amount, *period))
	return prices


def _averages(bins: Iterable[tuple]) -> dict[str, Decimal]:
	"""Rate per item weighted by stock on hand; the plain mean where nothing is on hand (as on a site)."""
	weights: dict[str, list[tuple[Decimal, Decimal]]] = defaultdict(list)
	for item, _warehouse, rate, quantity in bins:
		weights[item].append((rate, max(quantity, ZERO)))
	return {item: _average(pairs) for item, pairs in weights.items()}


def _average(pairs: list[tuple[Decimal, Decimal]]) -> Decimal:
	on_hand = sum((quantity for _rate, quantity in pairs), ZERO)
	if on_hand:
		return sum((rate * quantity for rate, quantity in pairs), ZERO) / on_hand
	return sum((rate for rate, _quantity in pairs), ZERO) / len(pairs)
