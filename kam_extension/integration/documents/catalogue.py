"""What a judgement asks of items, in one query: their prices in some lists and the parts of bundles (R21, R24).

One more query for each level of bundles in bundles.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import frappe
from frappe.utils import getdate

from kam_extension.policy.money import decimal

Parts = dict[str, list[tuple[str, Decimal]]]
"""Bundle → (part, quantity per bundle)."""

# Prices for everybody (no customer, no batch). What one supplier asks comes first, so that a price for all suppliers,
# and among equals the latest start, comes last and wins.
_ALL_PRICES = """
	select 'price' kind, price.price_list, price.item_code, price.uom, price.price_list_rate, item.stock_uom,
		price.valid_from, price.valid_upto, ifnull(price.supplier, '') = '' is_for_all, price.creation
	from `tabItem Price` price join `tabItem` item on item.name = price.item_code
	where price.price_list in %(lists)s and price.item_code in %(items)s
		and ifnull(price.customer, '') = '' and ifnull(price.batch_no, '') = ''
"""
_TODAY = """
		and (price.valid_from is null or price.valid_from <= %(today)s)
		and (price.valid_upto is null or price.valid_upto >= %(today)s)
"""
_PARTS = """
	select 'part', bundle.new_item_code, part.item_code, null, part.qty, null, null, null, 0, null
	from `tabProduct Bundle` bundle join `tabProduct Bundle Item` part on part.parent = bundle.name
	where bundle.new_item_code in %(items)s and bundle.disabled = 0
"""
# Plain SQL: every judgement runs it, and building the same query anew costs more than the database takes.
_QUERY = f"""
	select kind, price_list, item_code, uom, price_list_rate, stock_uom
	from ({_ALL_PRICES} {_TODAY} union all {_PARTS}) found order by is_for_all, valid_from, creation
"""
_HISTORY = f"""
	select kind, price_list, item_code, uom, price_list_rate, stock_uom, valid_from, valid_upto
	from ({_ALL_PRICES} union all {_PARTS}) found order by is_for_all, valid_from, creation
"""


@dataclass
class Catalogue:
	prices: list[tuple] = field(default_factory=list)
	"""(price list, item, unit or None, rate in the list's currency, stock unit); of two for the same the last wins.

	In a history each row goes on with the first and the last day of the price, None without a bound.
	"""
	parts: Parts = field(default_factory=dict)


def read_catalogue(price_lists: Iterable[str | None], item_codes: Iterable[str]) -> Catalogue:
	"""Prices in the lists today, and parts, of `item_codes` and of everything that is in the bundles among them."""
	return _read(_QUERY, price_lists, item_codes)


def read_price_history(price_lists: Iterable[str | None], item_codes: Iterable[str]) -> Catalogue:
	"""As `read_catalogue`, with the prices of all days."""
	return _read(_HISTORY, price_lists, item_codes)


def _read(query: str, price_lists: Iterable[str | None], item_codes: Iterable[str]) -> Catalogue:
	catalogue = Catalogue()
	lists = [name for name in price_lists if name] or [""]
	fresh, asked = set(item_codes), set()
	while fresh:
		values = {"lists": lists, "items": list(fresh), "today": getdate()}
		parts = _file(frappe.db.sql(query, values), catalogue)
		asked |= fresh
		fresh = parts - asked
	return catalogue


def _file(rows: Iterable[tuple], catalogue: Catalogue) -> set[str]:
	"""Put the rows where they belong; the parts among them."""
	found = set()
	for kind, *row in rows:
		if kind == "price":
			catalogue.prices.append(tuple(row))
		else:
			bundle, part, _unit, quantity, *_rest = row
			catalogue.parts.setdefault(bundle, []).append((part, decimal(quantity)))
			found.add(part)
	return found
