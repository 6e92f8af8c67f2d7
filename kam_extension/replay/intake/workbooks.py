"""XLSX files: the first sheet of a workbook that has anything in it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

from kam_extension.replay.errors import BadInput

INSTALL = 'XLSX files are read with python-calamine. Install it with: pip install "python-calamine>=0.3"'


def rows(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
	"""(row number, cells as text; dates as ISO dates). Raises `BadInput` for what is no workbook."""
	for number, cells in enumerate(_cells(path), start=1):
		yield number, [_text(cell) for cell in cells]


def _cells(path: Path) -> Iterator[Sequence]:
	try:
		from python_calamine import CalamineError, CalamineWorkbook
	except ImportError as error:
		raise BadInput(path.name, INSTALL) from error
	try:
		workbook = CalamineWorkbook.from_path(str(path))
		for name in workbook.sheet_names:
			sheet = workbook.get_sheet_by_name(name)
			if sheet.total_height:
				# Rows above the first cell are no part of what the sheet yields, and count nevertheless.
				yield from ((),) * (sheet.start[0] if sheet.start else 0)
				yield from sheet.iter_rows()
				return
	except CalamineError as error:
		raise BadInput(path.name, f"this is no XLSX file ({error}).") from error


def _text(cell: object) -> str:
	if isinstance(cell, str):
		return " ".join(cell.split()) if "\n" in cell else cell
	if isinstance(cell, bool):
		return str(int(cell))
	if isinstance(cell, float):
		return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
	if isinstance(cell, datetime):
		return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
	return cell.isoformat() if isinstance(cell, date) else str(cell)
