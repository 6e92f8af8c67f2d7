"""Takes a file's rows apart into the rows of the tables that it holds, a parent and its child tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter

from kam_extension.replay.intake.headers import Found, Header
from kam_extension.replay.intake.sheet import Row

Write = Callable[[Sequence], None]
TOO_LONG = "the row has more cells than the header."


def write_plain(
	rows: Iterable[Row], header: Header, found: Found, number: int, write: Callable, broken: Write
) -> None:
	"""Rows of a file that holds one table: file number, row number and the cells of the table's columns."""
	pick = _picker(found)
	write((number, line, *pick(cells)) for line, cells in _whole(rows, len(header.cells), number, broken))


def write_nested(
	rows: Iterable[Row],
	header: Header,
	parent: Found,
	children: Sequence[Found],
	number: int,
	writes: dict[str, Write],
	broken: Write,
) -> None:
	"""Rows of a file with child rows: exports repeat the parent's cells in each, or leave them blank below the first.

	A parent's cells are written where they differ from those above. The first column of a child table is its parent.
	"""
	pick_parent, key = _picker(parent), parent.positions[parent.table.columns[0].name]
	pickers = [(writes[child.table.name], _picker(child)) for child in children]
	write_parent, above, name = writes[parent.table.name], None, ""
	for line, cells in _whole(rows, len(header.cells), number, broken):
		cells_of_parent = pick_parent(cells)
		if cells_of_parent != above and not {*cells_of_parent} <= {"", name}:
			write_parent((number, line, *cells_of_parent))
			above, name = cells_of_parent, cells[key]
		for write, pick in pickers:
			_own_name, *values = pick(cells)
			if any(values):
				write((number, line, name, *values))


def _picker(found: Found) -> Callable[[Sequence[str]], tuple[str, ...]]:
	"""Cells → those of the table's columns; what the file lacks is read from an empty cell put behind the last."""
	places = [found.positions.get(column.name, -1) for column in found.table.columns]
	return itemgetter(*places)


def _whole(rows: Iterable[Row], width: int, number: int, broken: Write) -> Iterator[Row]:
	"""Rows as long as the header plus one empty cell; those that are longer are broken."""
	padding = [""] * (width + 1)
	for line, cells in rows:
		length = len(cells)
		if length == width:
			yield line, [*cells, ""]
		elif length < width:
			yield line, [*cells, *padding[length:]]
		elif any(cells[width:]):
			broken((number, line, TOO_LONG))
		else:
			yield line, [*cells[:width], ""]
