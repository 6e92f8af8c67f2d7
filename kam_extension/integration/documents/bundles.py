"""What product bundles ship: the parts of their master, and what a document adds to a package (R24)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.integration.documents.catalogue import Parts
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
	"""The product bundles among a document's rows, by the `parts` of their masters."""

	def __init__(self, doc, rows: Iterable, parts: Parts):
		self._parts = parts
		self._warehouses: dict[tuple[Stock, str], str] = {}
		self.added: list[AddedPart] = []
		if self._parts:
			self._read_packages(doc, rows)

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
