"""Copies a book's files into DuckDB as tables of text: `text_<table>` with file number, row and the table's columns."""

import csv
from contextlib import ExitStack
from pathlib import Path

from kam_extension.replay.intake.files import Files, missing_file
from kam_extension.replay.intake.headers import Found, find_columns, read_header
from kam_extension.replay.intake.records import write_nested, write_plain
from kam_extension.replay.intake.sheet import Sheet
from kam_extension.replay.schema import Table, tables

OwnCurrency = dict[str, dict[str, list[int]]]
"""Table → column → numbers of the files whose amounts are in the document's currency."""


class Loader:
	"""Reads files one after the other into copies that DuckDB can take as they are.

	`filled` are the tables with rows, `present` says which columns of a table the files have.
	"""

	def __init__(self, database, directory: Path, files: Files):
		self.database, self.directory, self.files = database, directory, files
		self.given = {table.name for table in tables() if files.of(table)}
		self.own_currency: OwnCurrency = {}
		self.broken: list[tuple[str, int, int, str]] = []
		self.filled: list[Table] = []
		self.present: dict[str, set[str]] = {}
		self._number = 0
		self._names: list[str] = []

	def load(self, each_file) -> None:
		"""Fill the tables of text; `each_file(name)` is told of every file before it is read."""
		with ExitStack() as opened:
			writers = {
				table.name: csv.writer(
					opened.enter_context(self._copy(table).open("w", encoding="utf-8", newline=""))
				)
				for table in tables()
			}
			for table in tables():
				for sheet in self.files.of(table):
					each_file(sheet.name)
					self._read(sheet, table, writers)
		self._require_tables()
		self.database.execute(
			"INSERT INTO files SELECT unnest(range(1, len($names) + 1)), unnest($names)",
			{"names": self._names},
		)
		for table in tables():
			if self._copy(table).stat().st_size:
				self.filled.append(table)
				self._take_in(table)

	def _read(self, sheet: Sheet, table: Table, writers: dict) -> None:
		self._number += 1
		self._names.append(sheet.name)
		header, rows = read_header(sheet, table)
		parent = find_columns(sheet, header, table, False, self.given)
		children = [
			found
			for child in tables()
			if child.inside == table.name and not self.files.of(child)
			if (found := find_columns(sheet, header, child, True, self.given))
		]
		for found in (parent, *children):
			self.present.setdefault(found.table.name, set()).update(self._columns_of(found))
			self._note_own_currency(found)

		def broken(place: tuple) -> None:
			self.broken.append((table.name, *place))

		if children:
			writes = {found.table.name: writers[found.table.name].writerow for found in (parent, *children)}
			write_nested(rows, header, parent, children, self._number, writes, broken)
		else:
			write_plain(rows, header, parent, self._number, writers[table.name].writerows, broken)

	def _columns_of(self, found: Found) -> set[str]:
		"""A child table's first column is the parent's name, whatever the header says."""
		return {*found.positions, *([found.table.columns[0].name] if found.is_child else [])}

	def _require_tables(self) -> None:
		for table in tables():
			if not table.may_lack and table.name not in self.present:
				raise missing_file(self.files.directory, table)

	def _note_own_currency(self, found: Found) -> None:
		for column in found.table.columns:
			group = found.groups.get(column.name)
			if (
				group is not None
				and column.own_currency_from is not None
				and group >= column.own_currency_from
			):
				columns = self.own_currency.setdefault(found.table.name, {})
				columns.setdefault(column.name, []).append(self._number)

	def _copy(self, table: Table) -> Path:
		return self.directory / f"{table.name}.copy.csv"

	def _take_in(self, table: Table) -> None:
		"""Everything as trimmed text, empty as NULL."""
		copy = self._copy(table)
		names = ["file_number", "line", *(column.name for column in table.columns)]
		types = ["INTEGER", "BIGINT", *("VARCHAR" for _column in table.columns)]
		columns = ", ".join(f"'{name}': '{kind}'" for name, kind in zip(names, types, strict=True))
		trimmed = ", ".join(
			f'nullif(trim("{column.name}"), \'\') AS "{column.name}"' for column in table.columns
		)
		self.database.execute(
			f"""CREATE TABLE text_{table.name} AS SELECT file_number, line, {trimmed}
			FROM read_csv($path, columns = {{{columns}}}, header = false, delim = ',', quote = '"', escape = '"',
				auto_detect = false, max_line_size = 20000000, parallel = {self._is_parallel(copy)})""",
			{"path": str(copy)},
		)
		copy.unlink()

	def _is_parallel(self, copy: Path) -> str:
		return "false" if copy.stat().st_size < 1 << 20 else "true"
