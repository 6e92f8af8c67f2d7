"""Recognises the header of an export: field labels in English or Chinese, field names, or the book's own names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kam_extension.replay.errors import BadInput
from kam_extension.replay.intake.sheet import Row, Sheet
from kam_extension.replay.schema import Column, Table, normalised

ROWS_BEFORE_HEADER = 30
SECTION_END = "~"
# First cells of the rows that Frappe's Data Export puts above the data.
SECTIONS, FIELD_NAMES = {"doctype:", "文档类型:"}, {"column name:", "列名:", "字段名:"}


@dataclass(frozen=True)
class Header:
	"""`row` is its number. Frappe's Data Export has rows about the columns, and quotes around names, to be dropped."""

	row: int
	cells: Sequence[str]
	is_data_export: bool = False


@dataclass(frozen=True)
class Found:
	"""Where a table's columns stand: column name → position and group of names that fitted."""

	table: Table
	is_child: bool
	positions: dict[str, int]
	groups: dict[str, int]


def read_header(sheet: Sheet, table: Table) -> tuple[Header, Iterator[Row]]:
	"""The header and the rows below it. Raises `BadInput` for a file without any rows."""
	rows = sheet.rows()
	first = list(islice(rows, ROWS_BEFORE_HEADER))
	if not first:
		raise BadInput(sheet.name, "the file is empty.")
	place, header = _data_export(first) or _plain(first, table)
	return header, _data(first[place + 1 :], rows, header)


def find_columns(
	sheet: Sheet, header: Header, table: Table, is_child: bool, given: Iterable[str]
) -> Found | None:
	"""The table's columns in a header; None for a child table of which no column at all is there.

	`given` are the tables of the book, which may make a column unnecessary. Raises `BadInput` for a required column
	that is missing, and where two columns fit.
	"""
	places = defaultdict(list)
	for position, name in enumerate(header.cells):
		places[normalised(name)].append(position)
	positions, groups = {}, {}
	for column in table.columns:
		for number, group in enumerate(column.names):
			fitting = _fitting(group, table, is_child, places)
			if len(fitting) > 1:
				raise _ambiguous(sheet, header, column, fitting)
			if fitting:
				positions[column.name], groups[column.name] = fitting[0], number
				break
	missing = [column for column in table.columns if _is_missed(column, table, is_child, positions, given)]
	if is_child and not any(_is_of_child(name, table) for name in places):
		return None
	if missing:
		names = ", ".join(_shown(name, table, is_child) for name in missing[0].accepted_names())
		problem = f"the column is missing. It may be called: {names}."
		raise BadInput(sheet.name, problem, header.row, missing[0].name)
	return Found(table, is_child, positions, groups)


def _is_of_child(name: str, table: Table) -> bool:
	labels = [normalised(label) for label in table.labels]
	return any(name.endswith(f" ({label})") or name.startswith(f"{label}.") for label in labels)


def _is_required(column: Column) -> bool:
	return not column.may_lack and not column.optional


def _is_missed(column: Column, table: Table, is_child: bool, positions: dict, given: Iterable[str]) -> bool:
	is_parents_key = is_child and column.name == table.columns[0].name
	is_needless = column.may_lack or is_parents_key or column.unless in given
	return column.name not in positions and not is_needless


def _fitting(group: Sequence[str], table: Table, is_child: bool, places: dict[str, list[int]]) -> list[int]:
	names = {normalised(name) for name in group}
	if is_child:
		labels = [normalised(label) for label in table.labels]
		names = {
			spelling
			for name in names
			for label in labels
			for spelling in (f"{name} ({label})", f"{label}.{name}")
		}
	return sorted(position for name in names for position in places.get(name, ()))


def _shown(name: str, table: Table, is_child: bool) -> str:
	return f"{name} ({table.labels[-2 if name.isascii() else -1]})" if is_child else name


def _ambiguous(sheet: Sheet, header: Header, column: Column, fitting: Sequence[int]) -> BadInput:
	names = " and ".join(header.cells[position] or "" for position in fitting)
	return BadInput(sheet.name, f"{names} may both be it. Remove one.", header.row, column.name)


def _plain(rows: Sequence[Row], table: Table) -> tuple[int, Header]:
	"""The first row with most of the required names; the first of all where no row has any."""
	wanted = [
		{normalised(name) for name in column.accepted_names()}
		for column in table.columns
		if _is_required(column)
	]

	def hits(cells: Sequence[str]) -> int:
		names = {normalised(cell) for cell in cells if cell}
		return sum(1 for accepted in wanted if accepted & names)

	place = max(range(len(rows)), key=lambda index: (hits(rows[index][1]), -index))
	return place, Header(*rows[place])


def _data_export(rows: Sequence[Row]) -> tuple[int, Header] | None:
	sections: Sequence[str] = ()
	for place, (number, cells) in enumerate(rows):
		first = normalised(cells[0]) if cells else ""
		if first in SECTIONS:
			sections = cells
		elif first in FIELD_NAMES:
			return place, Header(number, _qualified(cells, sections), is_data_export=True)
	return None


def _qualified(names: Sequence[str], sections: Sequence[str]) -> list[str]:
	"""`item_code` of the section `items` → `item_code (items)`, as other exports write it."""
	qualified, label, is_parent = [], "", True
	for position, name in enumerate(names):
		if name == SECTION_END:
			is_parent, label = False, ""
		elif not is_parent and not label:
			label = next((cell for cell in reversed(sections[position : position + 2]) if cell), "")
		qualified.append(f"{name} ({label})" if label and name != SECTION_END else name)
	return qualified


def _data(first: Sequence[Row], rest: Iterator[Row], header: Header) -> Iterator[Row]:
	if not header.is_data_export:
		yield from first
		yield from rest
		return
	for rows in (first, rest):
		for number, cells in rows:
			if not cells[0]:
				yield (
					number,
					[cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells],
				)
