"""The facts that the small book's orders have with other files and columns beside its own."""

import json
from contextlib import closing
from pathlib import Path

from kam_extension.replay.book import open_book
from kam_extension.replay.engine import replay
from kam_extension.replay.facts import read_orders
from kam_extension.replay.policy_file import Policy
from tests.unit.builders import make_terms
from tests.unit.replay_book import FILES, write_book

ITEMS = """
	Item Code,Default Unit of Measure
	SPC,Nos
	MAT,Nos
	KIT,Nos
"""
PRICES = """
	Item Code,Price List,UOM,Rate
	SPC,Standard Buying,,70.00
	MAT,Standard Buying,,10.00
	SPC,Standard Selling,,98.00
	MAT,Standard Selling,,20.00
"""
OF_KIT = f"{PRICES}\n	KIT,Standard Buying,,1.00"
BUNDLES = """
	ID,Parent Item,Disabled,Item (Items),Qty (Items)
	KIT,KIT,0,SPC,2
	,,,MAT,3
	OLD,MAT,1,SPC,9
"""
BOOK = {"Item Price": OF_KIT, "items": ITEMS}
PACKED = "parent,Parent Item,Item Code,Qty,From Warehouse"
OF_COMPANY = {"company": {"name": "Ours", "currency": "CNY"}}


def read_facts(directory: Path, terms=None, settings: dict | None = None, **changes: str) -> dict:
	"""Order → its facts and what the book can't tell of it; `settings` go into book.json."""
	book = write_book(directory / "book", **changes)
	known = json.loads((book / "book.json").read_text("utf-8"))
	(book / "book.json").write_text(json.dumps({**known, **(settings or {})}), "utf-8")
	with closing(open_book(book)) as found:
		pricing = replay(found, Policy("Policy", terms or make_terms())).side.pricing
		names = [row["order"] for row in found.rows('SELECT "order" FROM judged_orders ORDER BY place')]
		orders = read_orders(found.store.database, 0, len(names), found.rounding)
		return {name: (order.facts(pricing), order.gaps) for name, order in zip(names, orders, strict=True)}


def with_lines(header: str, *rows: str) -> str:
	"""The small book's order rows with more columns; `rows` stand in for those of their orders."""
	columns = header.count(",")
	replaced = {row.split(",")[0] for row in rows}
	lines = [line.strip() for line in FILES["order_lines.csv"].strip().splitlines()]
	kept = [line + "," * columns for line in lines[1:] if line.split(",")[0] not in replaced]
	return "\n".join([lines[0] + header, *kept, *rows])


def with_orders(header: str, **cells: str) -> str:
	"""The small book's orders with more columns; `cells` are what the named orders have there."""
	lines = [line.strip() for line in FILES["orders.csv"].strip().splitlines()]
	rows = [f"{line},{cells.get(line.split(',')[0], ',' * (header.count(',')))}" for line in lines[1:]]
	return "\n".join([f"{lines[0]},{header}", *rows])


def cost_of(facts, order: str):
	document, _gaps = facts[order]
	return document.lines[0].unit_cost


def list_rate_of(facts, order: str):
	document, _gaps = facts[order]
	return document.lines[0].list_rate


def gaps_of(facts, order: str) -> set[str]:
	return set(map(str, facts[order][1]))
