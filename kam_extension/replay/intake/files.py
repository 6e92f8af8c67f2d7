"""Finds a book's files by their names: the book's own, or those of the DocType in English or Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kam_extension.replay.errors import BadInput
from kam_extension.replay.intake.sheet import READERS, Sheet
from kam_extension.replay.schema import Table, normalised, tables

# Exports in parts: "Sales Order 2026.csv", "Sales Order (2).csv".
NUMBER_BEHIND = re.compile(r"[\s_.()-]*\d[\d\s_.()-]*$")


@dataclass(frozen=True)
class Files:
	"""The book's files: table name → sheets; `size` is how many bytes they have together."""

	directory: Path
	sheets: dict[str, list[Sheet]]

	@property
	def size(self) -> int:
		return sum(sheet.path.stat().st_size for sheets in self.sheets.values() for sheet in sheets)

	def of(self, table: Table) -> list[Sheet]:
		return self.sheets.get(table.name, [])

	def parents_of(self, table: Table) -> list[Sheet]:
		return self.sheets.get(table.inside, []) if table.inside else []


def find_files(directory: Path) -> Files:
	"""What is in the directory. Raises `BadInput` where it can't be read."""
	names = {normalised(name): table.name for table in tables() for name in table.files}
	sheets: dict[str, list[Sheet]] = {}
	for path in _paths(directory):
		table = names.get(normalised(path.stem)) or names.get(normalised(NUMBER_BEHIND.sub("", path.stem)))
		if table:
			sheets.setdefault(table, []).append(Sheet(path))
	files = Files(directory, sheets)
	for table in tables():
		if not table.may_lack and not files.of(table) and not files.parents_of(table):
			raise missing_file(directory, table)
	return files


def missing_file(directory: Path, table: Table) -> BadInput:
	"""What to say of a table that no file holds."""
	problem = f"the file is missing in {directory}. It may be called: {_names(table)}."
	return BadInput(f"{table.name}.csv", problem)


def _paths(directory: Path) -> Iterator[Path]:
	try:
		yield from sorted(path for path in directory.iterdir() if path.suffix.casefold() in READERS)
	except OSError as error:
		raise BadInput(directory, "the directory can't be read: it is missing or locked.") from error


def _names(table: Table) -> str:
	endings = ", ".join(sorted(READERS))
	return f"{', '.join(table.files)} ({endings})"
