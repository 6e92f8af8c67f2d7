"""CSV files: UTF-8 or GB18030 (Excel in China), separated by comma, semicolon or tab."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from kam_extension.replay.errors import BadInput

SEPARATORS = ",;\t"
CHUNK = 1 << 20
LONGEST_CELL = 1 << 24


def rows(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
	"""(line that the row ends on, cells). Raises `BadInput` for other encodings and quotes that never end."""
	csv.field_size_limit(LONGEST_CELL)
	with path.open(encoding=encoding_of(path), newline="") as lines:
		reader = csv.reader(lines, delimiter=separator_of(lines), strict=True)
		try:
			before = 0
			for cells in reader:
				line = reader.line_num
				yield line, cells if line == before + 1 else on_one_line(cells)
				before = line
		except csv.Error as error:
			raise BadInput(path.name, f"this is no CSV file ({error}).", reader.line_num) from error


def on_one_line(cells: Sequence[str]) -> list[str]:
	"""Line breaks within cells say nothing here, and cost the reader of the copies its speed."""
	return [" ".join(cell.split()) for cell in cells]


def encoding_of(path: Path) -> str:
	"""The first encoding that the whole file can be read in."""
	for encoding in ("utf-8-sig", "gb18030"):
		if _can_be_read(path, encoding):
			return encoding
	raise BadInput(path.name, "the text is neither UTF-8 nor GB18030.")


def separator_of(lines) -> str:
	"""The separator that stands most often, outside of quotes, in the first line with any; the file is rewound."""
	found = ","
	for line in lines:
		plain = "".join(line.split('"')[::2])
		counts = {separator: plain.count(separator) for separator in SEPARATORS}
		if any(counts.values()):
			found = max(counts, key=counts.__getitem__)
			break
	lines.seek(0)
	return found


def _can_be_read(path: Path, encoding: str) -> bool:
	decoder = codecs.getincrementaldecoder(encoding)()
	with path.open("rb") as source:
		try:
			while chunk := source.read(CHUNK):
				if "\0" in decoder.decode(chunk):
					return False
			decoder.decode(b"", final=True)
		except UnicodeDecodeError:
			return False
	return True
