"""Reads a book's CSV files into an in-memory DuckDB database, refusing what can't be trusted."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kam_extension.policy.money import Rounding
from kam_extension.replay.errors import BadInput
from kam_extension.replay.schema import MEANING, TABLES, TEXT, Column, Table

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
	for column in table.columns:
		_check_column(database, table, column)
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


def _check_column(database, table: Table, column: Column) -> None:
	name = f'"{column.name}"'
	if not column.optional:
		_refuse(database, table, column, f"{name} IS NULL", "a value is missing.")
	if column.kind != TEXT:
		wrong = f"{name} IS NOT NULL AND TRY_CAST({name} AS {column.kind}) IS NULL"
		_refuse(database, table, column, wrong, f"{{value}} is not {MEANING[column.kind]}.")
	if column.choices:
		listed = ", ".join(f"'{choice}'" for choice in column.choices)
		allowed = " or ".join(column.choices)
		_refuse(database, table, column, f"{name} NOT IN ({listed})", f"{{value}} is neither {allowed}.")


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
	for column in table.columns:
		if column.references:
			other, key = column.references.split(".")
			unknown = f'"{column.name}" IS NOT NULL AND "{column.name}" NOT IN (SELECT "{key}" FROM {other})'
			_refuse(database, table, column, unknown, f"{{value}} is not found in {other}.csv.")


def _refuse(database, table: Table, column: Column, condition: str, problem: str) -> None:
	"""Raise `BadInput` for the first row of the file that meets the condition."""
	found = database.execute(
		f'SELECT file_row, "{column.name}" FROM text_{table.name} WHERE {condition} ORDER BY file_row LIMIT 1'
	).fetchone()
	if found:
		raise BadInput(table.file, problem.format(value=found[1]), found[0], column.name)
