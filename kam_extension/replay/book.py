"""Reads a book's CSV files into an in-memory DuckDB database, refusing what can't be trusted."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kam_extension.policy.money import Rounding
from kam_extension.replay.errors import BadInput
from kam_extension.replay.schema import MEANING, TABLES, TEXT, WHOLE, Column, Table

Check = tuple[Column, str, str]  # column, SQL condition of a bad row, problem with {value}
INSTALL_DUCKDB = 'The replay reads books with DuckDB. Install it with: pip install "duckdb>=1.1,<3"'


@dataclass(frozen=True)
class Book:
	"""`database` is a DuckDB connection holding one table per file; dates up to and including `as_of_date` count."""

	directory: Path
	title: str
	currency: str
	as_of_date: date
	rounding: Rounding
	settings: dict
	database: object

	def rows(self, sql: str, **parameters) -> list[dict]:
		"""Rows of a query as dicts; parameters are written `$name`. `$as_of_date` is always there if named."""
		if "$as_of_date" in sql:
			parameters["as_of_date"] = self.as_of_date
		cursor = self.database.execute(sql, parameters)
		names = [column[0] for column in cursor.description]
		return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def open_book(directory: Path) -> Book:
	"""The book in `directory`. Raises `BadInput` naming file, row and column."""
	settings = _read_settings(directory / "book.json")
	database = _connect()
	for table in TABLES:
		_load(database, directory, table)
	for table in TABLES:
		_check_references(database, table)
	return Book(
		directory=directory,
		title=str(settings.get("title") or directory.name),
		currency=str((settings.get("company") or {}).get("currency") or ""),
		as_of_date=_as_of_date(settings),
		rounding=Rounding(half_to_even=settings.get("rounding_method") == "Banker's Rounding"),
		settings=settings,
		database=database,
	)


def _connect():
	try:
		import duckdb
	except ImportError as error:
		raise BadInput("duckdb", f"not installed. {INSTALL_DUCKDB}") from error
	return duckdb.connect(":memory:")


def read_json(path: Path) -> dict:
	"""The object in a JSON file. Raises `BadInput`."""
	try:
		content = json.loads(path.read_text("utf-8"))
	except OSError as error:
		raise BadInput(path, "the file can't be read: it is missing or locked.") from error
	except ValueError as error:
		raise BadInput(path, f"this is no JSON file ({error}).") from error
	if not isinstance(content, dict):
		raise BadInput(path, "a JSON object is expected.")
	return content


def _read_settings(path: Path) -> dict:
	settings = read_json(path)
	if not isinstance(settings.get("company") or {}, dict):
		raise BadInput(path.name, "a JSON object is expected.", column="company")
	return settings


def _as_of_date(settings: dict) -> date:
	value = settings.get("as_of_date")
	try:
		return date.fromisoformat(str(value))
	except ValueError as error:
		raise BadInput(
			"book.json", f"{value} is not a date such as 2026-06-30.", column="as_of_date"
		) from error


def _load(database, directory: Path, table: Table) -> None:
	path = directory / table.file
	if not path.is_file():
		raise BadInput(table.file, f"the file is missing in {directory}.")
	_read_text(database, path, table)
	_refuse_first(database, table, [check for column in table.columns for check in _column_checks(column)])
	_check_key(database, table)
	typed = ", ".join(
		f'CAST("{column.name}" AS {column.kind}) AS "{column.name}"' for column in table.columns
	)
	database.execute(f"CREATE TABLE {table.name} AS SELECT file_row, {typed} FROM text_{table.name}")


def _read_text(database, path: Path, table: Table) -> None:
	"""Everything as trimmed text first, empty as NULL, with the row of the file."""
	import duckdb

	source = "read_csv($path, header = true, all_varchar = true, delim = ',', quote = '\"', parallel = false)"
	try:
		found = {
			row[0]
			for row in database.execute(f"DESCRIBE SELECT * FROM {source}", {"path": str(path)}).fetchall()
		}
		for column in table.columns:
			if column.name not in found:
				raise BadInput(table.file, "the column is missing.", row=1, column=column.name)
		trimmed = ", ".join(
			f'nullif(trim("{column.name}"), \'\') AS "{column.name}"' for column in table.columns
		)
		database.execute(
			f"CREATE TABLE text_{table.name} AS SELECT row_number() OVER () + 1 AS file_row, {trimmed} FROM {source}",
			{"path": str(path)},
		)
	except duckdb.Error as error:
		problem = " ".join(str(error).split())[:200]
		raise BadInput(table.file, f"this is no CSV file in UTF-8 ({problem}).") from error


def _column_checks(column: Column) -> Iterator[Check]:
	name = f'"{column.name}"'
	if not column.optional:
		yield column, f"{name} IS NULL", "a value is missing."
	if column.kind != TEXT:
		fits = f"TRY_CAST({name} AS {column.kind}) IS NOT NULL"
		if column.kind == WHOLE:
			fits += f" AND regexp_full_match({name}, '[+-]?[0-9]+')"
		yield column, f"{name} IS NOT NULL AND NOT ({fits})", f"{{value}} is not {MEANING[column.kind]}."
	if column.choices:
		listed = ", ".join(f"'{choice}'" for choice in column.choices)
		yield column, f"{name} NOT IN ({listed})", f"{{value}} is not one of: {', '.join(column.choices)}."


def _check_key(database, table: Table) -> None:
	if not table.key:
		return
	columns = ", ".join(f'"{name}"' for name in table.key)
	repeated = f"row_number() OVER (PARTITION BY {columns} ORDER BY file_row) > 1"
	found = database.execute(
		f"SELECT file_row FROM text_{table.name} QUALIFY {repeated} ORDER BY file_row LIMIT 1"
	).fetchone()
	if found:
		raise BadInput(
			table.file, "the same value stands in an earlier row.", found[0], " + ".join(table.key)
		)


def _check_references(database, table: Table) -> None:
	checks = []
	for column in table.columns:
		if column.references:
			other, key = column.references.split(".")
			unknown = f'"{column.name}" NOT IN (SELECT "{key}" FROM {other})'
			checks.append((column, unknown, f"{{value}} is not found in {other}.csv."))
	_refuse_first(database, table, checks)


def _refuse_first(database, table: Table, checks: Sequence[Check]) -> None:
	"""Raise `BadInput` for the first check that a row of the file fails, with the first such row."""
	if not checks:
		return
	firsts = ", ".join(f"min(file_row) FILTER (WHERE {condition})" for _column, condition, _problem in checks)
	found = database.execute(f"SELECT {firsts} FROM text_{table.name}").fetchone()
	for (column, _condition, problem), row in zip(checks, found, strict=True):
		if row is not None:
			value = database.execute(
				f'SELECT "{column.name}" FROM text_{table.name} WHERE file_row = $row', {"row": row}
			).fetchone()[0]
			raise BadInput(table.file, problem.format(value=value), row, column.name)
