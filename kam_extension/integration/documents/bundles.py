"""What product bundles ship: the parts of their master, and what a document adds to a package (R24)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import frappe

from kam_extension.policy.money import decimal

Stock = tuple[str, str | None]
"""(item code, warehouse or None)."""


@dataclass(frozen=True)
class AddedPart:
	"""A part that a user put into the package of `row` beyond what its bundle holds; quantity in stock units."""

	row: object
	item_code: str
	warehouse: str | None
	quantity: Decimal

	@property
	def stock(self) -> Stock:
		return (self.item_code, self.warehouse)


class Bundles:
	"""The product bundles among a document's rows; one query, and one more for each level of bundles in bundles."""

	def __init__(self, doc, rows: Iterable):
		self._parts = _master_parts({row.item_code for row in rows if row.item_code})
		self._warehouses: dict[tuple[Stock, str], str] = {}
		self.added: list[AddedPart] = []
		if self._parts:
			self._read_packages(doc, rows)

	@property
	def items(self) -> set[str]:
		"""Everything that is shipped in the packages."""
		parts = {part for bundle in self._parts.values() for part, _quantity in bundle}
		return parts | {part.item_code for part in self.added}

	def __contains__(self, item_code: str) -> bool:
		return item_code in self._parts

	def parts_of(self, bundle: Stock) -> list[tuple[Stock, Decimal]]:
		"""What one stock unit of the bundle ships, bundles within it taken apart, each part from its own warehouse."""
		item, warehouse = bundle
		return [
			((part, self._warehouses.get((bundle, part)) or warehouse), quantity)
			for part, quantity in self._leaves(item, frozenset())
		]

	def _leaves(self, item: str, above: frozenset[str]) -> Iterator[tuple[str, Decimal]]:
		above |= {item}
		for part, quantity in self._parts[item]:
			if part in self._parts and part not in above:
				yield from ((leaf, quantity * count) for leaf, count in self._leaves(part, above))
			else:
				yield part, quantity

	def _read_packages(self, doc, rows: Iterable) -> None:
		by_name = {row.name: row for row in rows if row.name and row.item_code in self._parts}
		own: dict[tuple[str, str], object] = {}
		for packed in doc.get("packed_items") or ():
			row = by_name.get(packed.parent_detail_docname)
			if row is None or packed.parent_item != row.item_code:
				continue
			if packed.item_code in dict(self._parts[row.item_code]):
				# ERPNext takes the last row of a part for the bundle's own and sets its quantity; others are shipped too.
				self._add(row, own.get((row.name, packed.item_code)))
				own[(row.name, packed.item_code)] = packed
				self._warehouses[((row.item_code, row.get("warehouse")), packed.item_code)] = packed.warehouse
			else:
				self._add(row, packed)

	def _add(self, row, packed) -> None:
		if packed is not None and decimal(packed.qty) > 0:
			warehouse = packed.warehouse or row.get("warehouse")
			self.added.append(AddedPart(row, packed.item_code, warehouse, decimal(packed.qty)))


def _master_parts(items: set[str]) -> dict[str, list[tuple[str, Decimal]]]:
	"""Bundle → (part, quantity per bundle), for those `items` that are bundles and for bundles among their parts."""
	parts: dict[str, list[tuple[str, Decimal]]] = {}
	fresh, asked = items, set()
	while fresh:
		found = _direct_parts(fresh)
		parts |= found
		asked |= fresh
		fresh = {part for bundle in found.values() for part, _quantity in bundle} - asked
	return parts


def _direct_parts(items: set[str]) -> dict[str, list[tuple[str, Decimal]]]:
	rows = frappe.db.sql(
		"""
		select bundle.new_item_code, part.item_code, part.qty
		from `tabProduct Bundle` bundle join `tabProduct Bundle Item` part on part.parent = bundle.name
		where bundle.new_item_code in %(items)s and bundle.disabled = 0
		""",
		{"items": list(items)},
	)
	parts: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
	for parent, item, quantity in rows:
		parts[parent].append((item, decimal(quantity)))
	return dict(parts)
