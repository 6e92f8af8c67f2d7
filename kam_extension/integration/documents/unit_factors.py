"""How many stock units a unit holds, by the site's own tables (R21, R24, R25)."""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from erpnext.stock.doctype.item.item import get_uom_conv_factor

from kam_extension.policy.money import ZERO, decimal

ONE = Decimal(1)
ItemUnit = tuple[str, str, str]
"""(item code, unit, the item's stock unit)."""


def own_factor(row) -> Decimal:
	"""Stock units per unit of the row as it says itself. ERPNext keeps it equal in rows that are linked."""
	return decimal(row.get("conversion_factor")) or ONE


def unit_factor(row) -> Decimal:
	"""Stock units per unit of the row: its own factor, and never less than `settle_unit_factors` found."""
	return max(own_factor(row), row.flags.kam_unit_factor or ZERO)


def settle_unit_factors(rows: Iterable) -> None:
	"""Look up the factors of rows that are sold in another than their stock unit.

	A client may send any `conversion_factor`, and ERPNext keeps it: a box that "holds" a tenth of a piece would cost
	next to nothing.
	"""
	foreign = [row for row in rows if row.get("item_code") and row.get("uom") != row.get("stock_uom")]
	factors = known_factors((row.item_code, row.uom, row.stock_uom) for row in foreign)
	for row in foreign:
		row.flags.kam_unit_factor = factors[(row.item_code, row.uom)]


def known_factors(units: Iterable[ItemUnit]) -> dict[tuple[str, str], Decimal]:
	"""(item, unit) → stock units that it holds.

	The item's own units come first, then its template's, then the site's unit conversions; a unit that none of them
	knows holds one, as in ERPNext. One query, and one look-up per pair of units that no item names.
	"""
	units = set(units)
	if not units:
		return {}
	factors = _item_factors({item for item, _uom, _stock in units}, {uom for _item, uom, _stock in units})
	of_pairs: dict[tuple[str, str], Decimal] = {}
	for item, uom, stock_uom in units:
		if (item, uom) not in factors:
			if (uom, stock_uom) not in of_pairs:
				of_pairs[(uom, stock_uom)] = decimal(get_uom_conv_factor(uom, stock_uom)) or ONE
			factors[(item, uom)] = of_pairs[(uom, stock_uom)]
	return factors


def _item_factors(items: set[str], units: set[str]) -> dict[tuple[str, str], Decimal]:
	"""The item's own row comes last and so wins over its template's."""
	rows = frappe.db.sql(
		"""
		select item.name, conversion.uom, conversion.conversion_factor
		from `tabItem` item join `tabUOM Conversion Detail` conversion
			on conversion.parent in (item.name, item.variant_of) and conversion.parenttype = 'Item'
		where item.name in %(items)s and conversion.uom in %(units)s and conversion.conversion_factor > 0
		order by conversion.parent = item.name
		""",
		{"items": list(items), "units": list(units)},
	)
	return {(item, uom): decimal(factor) for item, uom, factor in rows}
