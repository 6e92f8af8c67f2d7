"""Spellings of numbers and days: 1,234.50 and 31-12-2026 become what DuckDB reads."""

from collections.abc import Sequence

from kam_extension.replay.errors import BadInput
from kam_extension.replay.schema import AMOUNT, DAY, MOMENT, WHOLE, Column, Table

THOUSANDS = "[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?"
YEAR_FIRST = "^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?([ T].*)?$"
YEAR_LAST = "^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})([ T].*)?$"


def as_read(column: Column) -> str:
	"""SQL of a settled cell as a number or day; NULL where it is none."""
	name = f'"{column.name}"'
	if column.kind == WHOLE:
		return f"CASE WHEN regexp_full_match({name}, '[+-]?[0-9]+') THEN TRY_CAST({name} AS INTEGER) END"
	if column.kind == AMOUNT:
		return f"TRY_CAST({name} AS {column.sql_type})"
	# What begins with a letter may be a day for DuckDB, such as infinity.
	return f"CASE WHEN {name} < ':' THEN TRY_CAST({name} AS {column.sql_type}) END"


def settle_spellings(database, table: Table, columns: Sequence[Column]) -> None:
	"""Take commas out of numbers such as 1,234.50, and rewrite days such as 31-12-2026 as 2026-12-31.

	Raises `BadInput` for a file whose days can be read in two ways.
	"""
	amounts = [column for column in columns if column.kind == AMOUNT]
	days = [column for column in columns if column.kind in (DAY, MOMENT)]
	for column in amounts:
		name = f'"{column.name}"'
		database.execute(
			f"UPDATE text_{table.name} SET {name} = replace({name}, ',', '')"
			f" WHERE contains({name}, ',') AND regexp_full_match({name}, '{THOUSANDS}')"
		)
	if days:
		_settle_days(database, table, days)


def _settle_days(database, table: Table, columns: Sequence[Column]) -> None:
	orders = _orders(database, table, columns)
	for column in columns:
		name = f'"{column.name}"'
		_rewrite(database, table, name, YEAR_FIRST, "\\1-\\2-\\3\\4", f"TRY_CAST({name} AS DATE) IS NULL")
		for number, order in orders:
			_rewrite(database, table, name, YEAR_LAST, f"{order}\\4", f"file_number = {number}")


def _rewrite(database, table: Table, name: str, pattern: str, order: str, condition: str) -> None:
	database.execute(
		f"UPDATE text_{table.name} SET {name} = regexp_replace({name}, '{pattern}', '{order}')"
		f" WHERE regexp_full_match({name}, '{pattern}') AND {condition}"
	)


def _orders(database, table: Table, columns: Sequence[Column]) -> list[tuple[int, str]]:
	"""(file number, how its days are rewritten): a number above 12 in any column of the file is no month."""
	days = " UNION ALL ".join(
		f"SELECT file_number, line, '{column.name}' AS name, \"{column.name}\" AS day FROM text_{table.name}"
		for column in columns
	)
	first, second = (f"max(regexp_extract(day, '{YEAR_LAST}', {part})::INTEGER)" for part in (1, 2))
	found = database.execute(
		f"""SELECT file_number, any_value(file), {first}, {second}, arg_min(day, line), min(line), arg_min(name, line)
		FROM ({days}) JOIN files USING (file_number) WHERE regexp_full_match(day, '{YEAR_LAST}') GROUP BY file_number"""
	).fetchall()
	orders = []
	for number, file, highest_first, highest_second, example, line, name in found:
		if (highest_first > 12) == (highest_second > 12):
			problem = f"{example}: which number is the month can't be told from this file. Write dates such as 2026-06-30."
			raise BadInput(file, problem, line, name)
		orders.append((number, "\\3-\\2-\\1" if highest_first > 12 else "\\3-\\1-\\2"))
	return orders
