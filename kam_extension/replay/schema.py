"""The tables of a book, read from `columns.json`: which files and columns may fill them (docs/export.md)."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("columns.json")
TEXT, AMOUNT, WHOLE, DAY, MOMENT = "text", "amount", "whole", "day", "moment"
SQL_TYPES = {TEXT: "VARCHAR", AMOUNT: "DECIMAL(28, 9)", WHOLE: "INTEGER", DAY: "DATE", MOMENT: "TIMESTAMP"}
MEANING = {
	AMOUNT: "a number",
	WHOLE: "a whole number",
	DAY: "a date such as 2026-06-30",
	MOMENT: "a date such as 2026-06-30",
}


@dataclass(frozen=True)
class Column:
	"""`names` are groups of header names, the first group that a file has wins.

	From the group number `own_currency_from` on, amounts are in the document's currency. A cell of an `optional` column
	may be empty; a file may lack a `may_lack` column, or any one in a book that has the table `unless`. `references` is
	"table.column" that the value has to be found in. `choices` maps a value to the spellings of it.
	"""

	name: str
	names: tuple[tuple[str, ...], ...]
	kind: str = TEXT
	optional: bool = False
	may_lack: bool = False
	unless: str | None = None
	own_currency_from: int | None = None
	references: str | None = None
	choices: tuple[tuple[str, tuple[str, ...]], ...] = ()

	@property
	def sql_type(self) -> str:
		return SQL_TYPES[self.kind]

	def accepted_names(self) -> list[str]:
		return [name for group in self.names for name in group]


@dataclass(frozen=True)
class Table:
	"""`files` are the names, without ending, of files that hold it; a book `may_lack` it.

	`inside` is another table whose files may hold this one as rows of a child table, `labels` what Frappe puts behind a
	column's name then. `key` columns are unique together.
	"""

	name: str
	files: tuple[str, ...]
	columns: tuple[Column, ...]
	key: tuple[str, ...] = ()
	may_lack: bool = False
	inside: str | None = None
	labels: tuple[str, ...] = ()

	def column(self, name: str) -> Column:
		return next(column for column in self.columns if column.name == name)


@cache
def tables() -> tuple[Table, ...]:
	"""All tables; what a table references stands before it."""
	source = json.loads(DATA.read_text("utf-8"))
	return tuple(_table(name, rows) for name, rows in source.items())


def table_named(name: str) -> Table:
	return next(table for table in tables() if table.name == name)


def normalised(name: str) -> str:
	"""Header and file names compare without case, width, and kind of space: `order_date` is `Order Date`."""
	plain = re.sub(r"[\s_*]+", " ", unicodedata.normalize("NFKC", str(name)).casefold())
	return re.sub(r"\s*\)", ")", re.sub(r"\s*\(\s*", " (", plain)).strip(" \ufeff")


def _table(name: str, source: dict) -> Table:
	inside = source.get("inside") or {}
	return Table(
		name=name,
		files=tuple(source["files"]),
		columns=tuple(_column(column, rows) for column, rows in source["columns"].items()),
		key=tuple(source.get("key", ())),
		may_lack=source.get("may_lack", False),
		inside=inside.get("table"),
		labels=tuple(inside.get("labels", ())),
	)


def _column(name: str, source: dict) -> Column:
	choices = tuple((value, tuple(spellings)) for value, spellings in source.get("choices", {}).items())
	names = tuple(tuple(group) for group in source["names"])
	return Column(name, **{**source, "names": names, "choices": choices})
