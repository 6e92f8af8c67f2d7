"""A file as rows of text, whatever its format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kam_extension.replay.errors import BadInput
from kam_extension.replay.intake import parquet_files, text_files, workbooks

Row = tuple[int, Sequence[str]]
"""(row number as a spreadsheet counts or line of a text file, cells)."""
READERS = {
	".csv": text_files.rows,
	".txt": text_files.rows,
	".tsv": text_files.rows,
	".xlsx": workbooks.rows,
	".parquet": parquet_files.rows,
}


@dataclass(frozen=True)
class Sheet:
	"""`name` is how messages call the file."""

	path: Path

	@property
	def name(self) -> str:
		return self.path.name

	def rows(self) -> Iterator[Row]:
		"""All rows from the first; rows without any text are passed over. Raises `BadInput`."""
		try:
			for number, cells in READERS[self.path.suffix.casefold()](self.path):
				if any(cells):
					yield number, cells
		except OSError as error:
			raise BadInput(self.name, "the file can't be read: it is missing or locked.") from error
