"""A book of past business: its files read into DuckDB, and what `book.json` says about it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kam_extension.policy.money import Rounding
from kam_extension.replay.errors import BadInput
from kam_extension.replay.intake.files import find_files
from kam_extension.replay.intake.finishing import last_day
from kam_extension.replay.intake.loading import Loader
from kam_extension.replay.intake.problems import STOP, Problems
from kam_extension.replay.intake.tables import fill_tables
from kam_extension.replay.store import Store

SETTINGS = "book.json"
BATCH = 10_000


@dataclass(frozen=True)
class Book:
	"""`store` holds one table per kind of document; dates up to and including `as_of_date` count.

	`skipped` is the number of problems for which rows were skipped, `left_out` counts sound rows that don't count, by
	(table, reason), `missing` names tables that the book does not have.
	"""

	directory: Path
	title: str
	currency: str
	as_of_date: date
	rounding: Rounding
	settings: dict
	store: Store
	skipped: int
	left_out: Counter
	missing: tuple[str, ...]

	@property
	def exchange_rates(self) -> dict:
		"""{currency: company currency per unit}, as the book states them for price lists in other currencies."""
		return self.settings.get("exchange_rates") or {}

	def stream(self, sql: str, **parameters) -> Iterator[dict]:
		"""Rows of a query as dicts, in batches; parameters are written `$name`, `$as_of_date` is always there if named."""
		if "$as_of_date" in sql:
			parameters["as_of_date"] = self.as_of_date
		cursor = self.store.database.cursor().execute(sql, parameters)
		names = [column[0] for column in cursor.description]
		while batch := cursor.fetchmany(BATCH):
			for row in batch:
				yield dict(zip(names, row, strict=True))

	def rows(self, sql: str, **parameters) -> list[dict]:
		return list(self.stream(sql, **parameters))

	def has_rows(self, table: str) -> bool:
		return _has_rows(self.store.database, table)

	def close(self) -> None:
		self.store.close()


def open_book(
	directory: Path, on_error: str = STOP, each_file: Callable[[str], None] = lambda name: None
) -> Book:
	"""The book in `directory`, to be closed. Raises `BadInput` naming file, row and column.

	With `on_error` "skip", broken rows are left out and listed in the table `problems`. `each_file` is told which file
	is read.
	"""
	settings, files = _read_settings(directory / SETTINGS), find_files(directory)
	store = Store(files.size)
	try:
		problems = Problems(store.database, on_error)
		fill_tables(Loader(store.database, store.directory, files), each_file, problems, settings)
		as_of_date = _as_of_date(settings) or last_day(store.database) or date.today()
	except BaseException:
		store.close()
		raise
	company = settings.get("company") or {}
	return Book(
		directory=directory,
		title=str(settings.get("title") or directory.resolve().name),
		currency=str(company.get("currency") or ""),
		as_of_date=as_of_date,
		rounding=Rounding(half_to_even=settings.get("rounding_method") == "Banker's Rounding"),
		settings=settings,
		store=store,
		skipped=problems.count(),
		left_out=_left_out(store.database),
		missing=tuple(table for table in OPTIONAL if not _has_rows(store.database, table)),
	)


OPTIONAL = ("invoices", "invoice_orders", "payments", "rebate_agreements")


def read_json(path: Path) -> object:
	"""What a JSON file holds. Raises `BadInput`."""
	try:
		return json.loads(path.read_text("utf-8-sig"))
	except OSError as error:
		raise BadInput(path, "the file can't be read: it is missing or locked.") from error
	except ValueError as error:
		raise BadInput(path, f"this is no JSON file ({error}).") from error


def _read_settings(path: Path) -> dict:
	"""What `book.json` says; a book may do without."""
	if not path.exists() and path.parent.is_dir():
		return {}
	settings = read_json(path)
	if not isinstance(settings, dict):
		raise BadInput(path.name, "a JSON object is expected.")
	if not isinstance(settings.get("company") or {}, dict):
		raise BadInput(path.name, "a JSON object is expected.", column="company")
	_as_of_date(settings)
	_check_exchange_rates(settings.get("exchange_rates") or {})
	return settings


def _check_exchange_rates(rates: object) -> None:
	if not isinstance(rates, dict):
		raise BadInput(SETTINGS, "a JSON object is expected.", column="exchange_rates")
	for currency, rate in rates.items():
		if isinstance(rate, bool) or not isinstance(rate, int | float) or rate <= 0:
			raise BadInput(SETTINGS, f"{rate} is not a number above 0.", column=f"exchange_rates.{currency}")


def _as_of_date(settings: dict) -> date | None:
	value = settings.get("as_of_date")
	if value is None:
		return None
	try:
		return date.fromisoformat(str(value))
	except ValueError as error:
		raise BadInput(SETTINGS, f"{value} is not a date such as 2026-06-30.", column="as_of_date") from error


def _left_out(database) -> Counter:
	found = database.execute(
		"SELECT book_table, reason, count(*) FROM left_out GROUP BY ALL ORDER BY ALL"
	).fetchall()
	return Counter({(table, reason): count for table, reason, count in found})


def _has_rows(database, table: str) -> bool:
	return bool(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
