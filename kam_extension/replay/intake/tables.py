"""From tables of text to typed ones: checked, converted, and without rows that can't be used."""

from collections.abc import Callable, Sequence

from kam_extension.replay.intake.finishing import finish
from kam_extension.replay.intake.loading import Loader
from kam_extension.replay.intake.problems import Problem, Problems
from kam_extension.replay.intake.records import TOO_LONG
from kam_extension.replay.intake.references import check_references, skip_broken_orders
from kam_extension.replay.intake.scope import leave_out_others
from kam_extension.replay.intake.values import check, converted
from kam_extension.replay.schema import Table, tables

# Rows have no number in some exports: then their place in the document counts.
ROW_NUMBERS = """
	UPDATE order_lines SET "row" = numbered.place FROM (
		SELECT file_number, line, row_number() OVER (PARTITION BY "order" ORDER BY file_number, line) AS place
		FROM order_lines
	) numbered
	WHERE order_lines.file_number = numbered.file_number AND order_lines.line = numbered.line
		AND order_lines."row" IS NULL
"""
RATES_OF_ORDERS = """
	ALTER TABLE text_order_lines ADD COLUMN conversion_rate VARCHAR;
	UPDATE text_order_lines SET conversion_rate = o.conversion_rate FROM text_orders o
	WHERE o."order" = text_order_lines."order" AND o.conversion_rate IS NOT NULL
"""


def fill_tables(loader: Loader, each_file: Callable[[str], None], problems: Problems, settings: dict) -> None:
	"""Read all files and make the typed tables. Raises `BadInput` for the first broken row, unless they are skipped."""
	database, company = loader.database, settings.get("company") or {}
	loader.load(each_file)
	for table, number, line, _problem in loader.broken:
		rows = f"SELECT {number} AS file_number, {line} AS line, NULL AS value"
		problems.add(Problem(table, "", rows, TOO_LONG))
	_keep_amendments(loader)
	leave_out_others(loader, company.get("name"), problems)
	for table in loader.filled:
		check(database, table, loader.present[table.name], problems)
	_check_currencies(loader, company.get("currency"), problems)
	_check_prices(loader, [company.get("currency"), *(settings.get("exchange_rates") or ())], problems)
	problems.stop_if_any()
	_give_types(loader, problems)
	for table in loader.filled:
		check_references(database, table, problems, loader.files)
		problems.stop_if_any()
	skip_broken_orders(database, problems)
	if not database.execute('SELECT count(*) = count("row") FROM order_lines').fetchone()[0]:
		database.execute(ROW_NUMBERS)
	finish(database, loader.present.get("order_lines", ()))


def _keep_amendments(loader: Loader) -> None:
	"""What each order was amended from: the cancelled orders between are left out."""
	has_orders = any(table.name == "orders" for table in loader.filled)
	rows = (
		'SELECT "order", amended_from FROM text_orders WHERE amended_from IS NOT NULL'
		if has_orders
		else 'SELECT NULL::VARCHAR AS "order", NULL::VARCHAR AS amended_from LIMIT 0'
	)
	loader.database.execute(f"CREATE TABLE amendments AS {rows}")


def _give_types(loader: Loader, problems: Problems) -> None:
	"""Make the typed tables, empty ones too, from the rows without problems."""
	database = loader.database
	if "order_lines" in loader.own_currency and {"orders", "order_lines"} <= {
		table.name for table in loader.filled
	}:
		database.execute(RATES_OF_ORDERS)
	_keep_broken_lines(loader)
	for table in loader.filled:
		problems.drop_broken_rows(table.name, f"text_{table.name}")
		columns = converted(table, loader.present[table.name], loader.own_currency.get(table.name, {}))
		text = f"text_{table.name}"
		database.execute(
			f"CREATE TABLE {table.name} AS SELECT file_number, line, {columns} FROM {text}; DROP TABLE {text}"
		)
	database.execute(";".join(_empty(table) for table in tables() if table not in loader.filled))


def _empty(table: Table) -> str:
	columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in table.columns)
	return f"CREATE TABLE {table.name} (file_number INTEGER, line BIGINT, {columns})"


def _keep_broken_lines(loader: Loader) -> None:
	"""Which order a line belongs to that can't be used."""
	if not any(table.name == "order_lines" for table in loader.filled):
		loader.database.execute(
			'CREATE TABLE broken_order_lines (file_number INTEGER, line BIGINT, "order" VARCHAR)'
		)
		return
	loader.database.execute(
		"""CREATE TABLE broken_order_lines AS SELECT file_number, line, "order" FROM text_order_lines
		WHERE (file_number, line) IN (SELECT (file_number, line) FROM problems WHERE book_table = 'order_lines')"""
	)


def _check_currencies(loader: Loader, currency: str | None, problems: Problems) -> None:
	"""Amounts of a document in another currency are worth something only at an exchange rate."""
	for table in loader.filled:
		files = {file for found in loader.own_currency.get(table.name, {}).values() for file in found}
		if not (currency and files and table.name in ("orders", "invoices")):
			continue
		rows = f"""SELECT file_number, line, currency AS value FROM text_{table.name}
			WHERE currency <> '{currency.replace("'", "''")}' AND conversion_rate IS NULL
			AND file_number IN ({", ".join(map(str, sorted(files)))})"""
		if loader.database.execute(f"SELECT count(*) FROM ({rows})").fetchone()[0]:
			reason = "the amounts are in {value}, without an exchange rate."
			problems.add(Problem(table.name, "conversion_rate", rows, reason))


def _check_prices(loader: Loader, currencies: Sequence[str | None], problems: Problems) -> None:
	"""A price in another currency needs the book's exchange rate. Without a company's currency nothing can be told."""
	if not currencies[0] or "currency" not in loader.present.get("item_prices", ()):
		return
	known = ", ".join("'" + currency.replace("'", "''") + "'" for currency in currencies)
	rows = (
		f"SELECT file_number, line, currency AS value FROM text_item_prices WHERE currency NOT IN ({known})"
	)
	if (
		any(table.name == "item_prices" for table in loader.filled)
		and loader.database.execute(rows).fetchone()
	):
		reason = "book.json has no exchange rate for {value} (exchange_rates)."
		problems.add(Problem("item_prices", "currency", rows, reason))
