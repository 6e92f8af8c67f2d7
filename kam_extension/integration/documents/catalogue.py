"""What a judgement asks of items: their prices in some lists and the parts of bundles (R21, R24)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import frappe
from frappe.utils import getdate

from kam_extension.integration.questions import NOTHING, Question, Row, ask
from kam_extension.policy.money import decimal

Parts = dict[str, list[tuple[str, Decimal]]]
"""Bundle → (part, quantity per bundle)."""

# Prices for everybody: no customer, no batch.
_ALL_PRICES = """
	from `tabItem Price` price join `tabItem` item on item.name = price.item_code
	where price.price_list in %(lists)s and price.item_code in %(items)s
		and ifnull(price.customer, '') = '' and ifnull(price.batch_no, '') = ''
"""
_TODAY = """
		and (price.valid_from is null or price.valid_from <= %(today)s)
		and (price.valid_upto is null or price.valid_upto >= %(today)s)
"""
_PARTS = """
	from `tabProduct Bundle` bundle join `tabProduct Bundle Item` part on part.parent = bundle.name
	where bundle.new_item_code in %(items)s and bundle.disabled = 0
"""
_PRICE_SELECT = (
	f"""
	select 'price', json_array(
		ifnull(price.supplier, '') = '', ifnull(price.valid_from, ''), ifnull(price.creation, ''),
		price.price_list, price.item_code, price.uom, item.stock_uom
	), price.price_list_rate {_ALL_PRICES} {_TODAY}
""",
)
_PART_SELECT = (f"select 'part', json_array(bundle.new_item_code, part.item_code), part.qty {_PARTS}",)
# ERPNext writes such prices without events.
FOLLOWS_DOCUMENTS = Question(
	(
		"""
	select 'follows_documents', null, cast(`value` as unsigned) from `tabSingles`
	where doctype = 'Stock Settings' and field = 'update_existing_price_list_rate'
""",
	),
	{},
)
# In the order of `_prices`.
_HISTORY = f"""
	select price.price_list, price.item_code, price.uom, price.price_list_rate, item.stock_uom,
		price.valid_from, price.valid_upto
	{_ALL_PRICES} order by ifnull(price.supplier, '') = '', price.valid_from, price.creation
"""


@dataclass
class Catalogue:
	prices: list[tuple] = field(default_factory=list)
	"""(price list, item, unit or None, rate in the list's currency, stock unit); of two for the same the last wins.

	In a history each row goes on with the first and the last day of the price, None without a bound.
	"""
	parts: Parts = field(default_factory=dict)


def catalogue_question(price_lists: Iterable[str | None], item_codes: Iterable[str]) -> Question:
	"""Prices in the lists today, and parts, of `item_codes`."""
	lists = sorted(name for name in price_lists if name)
	# A client may send numbers.
	items = sorted(map(str, item_codes))
	values = {"lists": lists or NOTHING, "items": items or NOTHING, "today": getdate()}
	return Question(_PRICE_SELECT + _PART_SELECT, values)


def read_catalogue(question: Question, answers: Iterable[Row]) -> Catalogue:
	"""The catalogue by the `answers` to `catalogue_question`, with everything that is in the bundles among its items.

	One query for each level of bundles.
	"""
	lists, items = question.values["lists"], set(question.values["items"])
	rows = list(answers)
	parts = _parts(rows)
	while inner := _items_of(parts) - items:
		items |= inner
		found = ask(catalogue_question(lists, inner))
		rows += found
		parts |= _parts(found)
	return Catalogue(_prices(rows), parts)


def read_price_history(price_lists: Iterable[str | None], item_codes: Iterable[str]) -> Catalogue:
	"""As `read_catalogue`, with the prices of all days."""
	lists = [name for name in price_lists if name]
	parts: Parts = {}
	fresh = items = set(item_codes)
	while fresh:
		found = _parts(ask(Question(_PART_SELECT, {"items": sorted(fresh)})))
		fresh = _items_of(found) - items
		items = items | fresh
		parts |= found
	values = {"lists": lists or NOTHING, "items": sorted(items) or NOTHING}
	return Catalogue(list(frappe.db.sql(_HISTORY, values)), parts)


def prices_follow_documents(answers: Iterable[Row]) -> bool:
	"""Whether ERPNext's validation makes the rates of documents list prices, by the answer to `FOLLOWS_DOCUMENTS`."""
	return any(kind == "follows_documents" and value for kind, _subject, value in answers)


def note_price(doc, method: str | None = None) -> None:
	"""Event on_update of Item Price: what was read of prices before is out of date."""
	frappe.flags.kam_prices_written = prices_written() + 1


def prices_written() -> int:
	"""How many Item Prices were saved in this request."""
	return frappe.flags.kam_prices_written or 0


def _prices(rows: Iterable[Row]) -> list[tuple]:
	"""What one supplier asks comes first, so that a price for all suppliers, and among equals the latest start, comes
	last and wins.
	"""
	found = [(*json.loads(subject), amount) for kind, subject, amount in rows if kind == "price"]
	found.sort(key=lambda row: row[:3])
	return [
		(price_list, item, uom, rate, stock_uom)
		for *_sorting, price_list, item, uom, stock_uom, rate in found
	]


def _parts(rows: Iterable[Row]) -> Parts:
	parts: Parts = {}
	for kind, subject, quantity in rows:
		if kind == "part":
			bundle, part = json.loads(subject)
			parts.setdefault(bundle, []).append((part, decimal(quantity)))
	return parts


def _items_of(parts: Parts) -> set[str]:
	return {part for contents in parts.values() for part, _quantity in contents}
