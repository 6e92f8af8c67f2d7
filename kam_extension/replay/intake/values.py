"""Checks the text of a table's cells and converts it to numbers, dates and choices, all in SQL."""

from collections.abc import Collection, Iterator, Sequence

from kam_extension.replay.intake.problems import Problem, Problems
from kam_extension.replay.intake.spellings import as_read, settle_spellings
from kam_extension.replay.schema import MEANING, TEXT, Column, Table

Check = tuple[Column, str, str]
"""Column, SQL condition of a bad row, what to say with {value} in it."""


def check(database, table: Table, present: Collection[str], problems: Problems) -> None:
	"""Note every cell of `text_<table>` that is empty and must not be, or can't be read, and repeated keys.

	`present` are the columns that the files have.
	"""
	columns = [column for column in table.columns if column.name in present]
	checks = [one for column in columns for one in _checks(column)]
	*found, repeated = _count(database, table, checks)
	if any(count and column.kind != TEXT for (column, *_more), count in zip(checks, found, strict=True)):
		settle_spellings(database, table, columns)
		*found, repeated = _count(database, table, checks)
	for (column, condition, reason), count in zip(checks, found, strict=True):
		if count:
			rows = (
				f'SELECT file_number, line, "{column.name}" AS value FROM text_{table.name} WHERE {condition}'
			)
			problems.add(Problem(table.name, column.name, rows, reason))
	if repeated:
		problems.add(_repeated_key(table))


def _count(database, table: Table, checks: Sequence[Check]) -> tuple[int, ...]:
	"""How many rows fail each check, and how many repeat a key."""
	counts = [f"count(*) FILTER (WHERE {condition})" for _column, condition, _reason in checks]
	return database.execute(
		f"SELECT {', '.join([*counts, _repetitions(table)])} FROM text_{table.name}"
	).fetchone()


def converted(table: Table, present: Collection[str], own_currency: dict[str, Sequence[int]]) -> str:
	"""SQL of the table's columns with their types; `own_currency` says in which files an amount has to be converted."""
	cells = (
		_converted(column, own_currency) if column.name in present else f"CAST(NULL AS {column.sql_type})"
		for column in table.columns
	)
	return ", ".join(f'{cell} AS "{column.name}"' for cell, column in zip(cells, table.columns, strict=True))


def chosen(column: Column, cell: str) -> str:
	"""SQL of the value that the cell's spelling stands for; NULL for none."""
	cases = " ".join(
		f"WHEN lower({cell}) IN ({_listed(words)}) THEN '{value}'" for value, words in column.choices
	)
	return f"CASE {cases} END"


def _checks(column: Column) -> Iterator[Check]:
	name = f'"{column.name}"'
	if not column.optional and not column.may_lack and not column.unless:
		yield column, f"{name} IS NULL", "a value is missing."
	if column.kind != TEXT:
		yield (
			column,
			f"{name} IS NOT NULL AND {as_read(column)} IS NULL",
			f"{{value}} is not {MEANING[column.kind]}.",
		)
	if column.choices:
		listed = ", ".join(value for value, _words in column.choices)
		unknown = f"{name} IS NOT NULL AND {chosen(column, name)} IS NULL"
		yield column, unknown, f"{{value}} is not one of: {listed}."


def _converted(column: Column, own_currency: dict[str, Sequence[int]]) -> str:
	if column.choices:
		return chosen(column, f'"{column.name}"')
	if column.kind == TEXT:
		return f'"{column.name}"'
	numbers = own_currency.get(column.name)
	if not numbers:
		return as_read(column)
	files = ", ".join(map(str, numbers))
	return (
		f"CASE WHEN file_number IN ({files}) THEN {_in_company_currency(column)} ELSE {as_read(column)} END"
	)


def _in_company_currency(column: Column) -> str:
	"""The amount times the document's exchange rate, rounded to cents as ERPNext does."""
	rate = "TRY_CAST(conversion_rate AS DECIMAL(18, 9))"
	return (
		f"CASE WHEN coalesce({rate}, 1) = 1 THEN {as_read(column)}"
		f" ELSE CAST(round(CAST({as_read(column)} AS DECIMAL(20, 6)) * {rate}, 2) AS {column.sql_type}) END"
	)


def _has_key(table: Table) -> str:
	return " AND ".join(f'"{name}" IS NOT NULL' for name in table.key)


def _repetitions(table: Table) -> str:
	"""SQL of how often a key stands in a row although it stood in an earlier one."""
	if not table.key:
		return "0"
	columns = ", ".join(f'"{name}"' for name in table.key)
	return f"count(*) FILTER (WHERE {_has_key(table)}) - count(DISTINCT ({columns})) FILTER (WHERE {_has_key(table)})"


def _repeated_key(table: Table) -> Problem:
	columns = ", ".join(f'"{name}"' for name in table.key)
	rows = f"""SELECT file_number, line, "{table.key[0]}" AS value FROM text_{table.name} WHERE {_has_key(table)}
		QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY file_number, line) > 1"""
	return Problem(table.name, " + ".join(table.key), rows, "the same value stands in an earlier row.")


def _listed(words: Sequence[str]) -> str:
	return ", ".join("'" + word.casefold().replace("'", "''") + "'" for word in words)
