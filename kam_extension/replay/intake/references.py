"""Looks for what a row names and the book does not have: a line without its order, a payment of nobody."""

from collections.abc import Iterator
from dataclasses import dataclass

from kam_extension.replay.intake.files import Files
from kam_extension.replay.intake.problems import Problem, Problems
from kam_extension.replay.schema import Table, table_named

BELONGS_TO_LEFT_OUT = "of a document that is left out"
UNKNOWN_DOCUMENT = """
	CASE document_type WHEN 'Sales Order' THEN document NOT IN (SELECT "order" FROM orders)
	ELSE document NOT IN (SELECT invoice FROM invoices) END
"""
BROKEN_ORDERS = """
	SELECT o.file_number, o.line, o."order" AS value FROM orders o WHERE o.state = 'Submitted' AND o."order" IN (
		SELECT l."order" FROM problems p JOIN broken_order_lines l USING (file_number, line)
		WHERE p.book_table = 'order_lines'
	)
"""


@dataclass(frozen=True)
class Reference:
	"""A column and the SQL condition of rows whose value is not in the `others`; `where` names their files."""

	column: str
	others: tuple[str, ...]
	unknown: str
	where: str


def check_references(database, table: Table, problems: Problems, files: Files) -> None:
	"""Note rows whose references are not in the book; rows of documents that are left out go with them."""
	references = list(_references(table, files))
	if not references:
		return
	counts = ", ".join(f"count(*) FILTER (WHERE {reference.unknown})" for reference in references)
	found = database.execute(f"SELECT {counts} FROM {table.name}").fetchone()
	for reference, count in zip(references, found, strict=True):
		if count:
			_settle(table, reference, problems)
	problems.drop_broken_rows(table.name, table.name)


def _references(table: Table, files: Files) -> Iterator[Reference]:
	for column in table.columns:
		if column.references:
			other, key = column.references.split(".")
			known = f'SELECT "{key}" FROM {other}'
			unknown = f'"{column.name}" IS NOT NULL AND "{column.name}" NOT IN ({known})'
			yield Reference(column.name, (other,), unknown, _names(files, other))
	if table.name == "payment_references":
		where = f"{_names(files, 'orders')} or {_names(files, 'invoices')}"
		yield Reference("document", ("orders", "invoices"), UNKNOWN_DOCUMENT, where)


def skip_broken_orders(database, problems: Problems) -> None:
	"""An order of which a line is broken can't be judged: its state becomes Skipped."""
	problems.add(
		Problem("orders", "order", BROKEN_ORDERS, "a line of the order can't be used, so it is not judged.")
	)
	database.execute(
		f"UPDATE orders SET state = 'Skipped' WHERE \"order\" IN (SELECT value FROM ({BROKEN_ORDERS}))"
	)


def _settle(table: Table, reference: Reference, problems: Problems) -> None:
	others = ", ".join(f"'{other}'" for other in reference.others)
	aside = f'"{reference.column}" IN (SELECT name FROM left_out WHERE book_table IN ({others}))'
	name = f'"{table.columns[0].name}"'
	problems.leave_out(table.name, name, BELONGS_TO_LEFT_OUT, f"{reference.unknown} AND {aside}")
	rows = (
		f'SELECT file_number, line, "{reference.column}" AS value FROM {table.name} WHERE {reference.unknown}'
	)
	problems.add(Problem(table.name, reference.column, rows, f"{{value}} is not found in {reference.where}."))


def _names(files: Files, table: str) -> str:
	sheets = files.of(table_named(table)) or files.parents_of(table_named(table))
	return ", ".join(sheet.name for sheet in sheets) or f"{table}.csv"
