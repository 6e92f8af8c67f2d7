"""Filling a table with one statement."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import frappe

FRAMEWORK = {
	"creation": "%(now)s",
	"modified": "%(now)s",
	"owner": "'Administrator'",
	"modified_by": "'Administrator'",
}


# Document number `seq` belongs to account `seq % accounts + 1` and is its step-th oldest, so that numbers run with time.
NUMBERED = """
	select cast(number.seq as int) seq, cast(number.seq div %(accounts)s as int) step, %(each_has)s each_has, standing.*
	from seq_0_to_{last} number join `tabBench Account` standing on standing.n = number.seq %% %(accounts)s + 1
"""
# Days before today: an account's documents lie evenly over its days, each account's on days of its own.
AGE = "floor((each_has - 1 - step) * days / each_has) + n %% greatest(floor(days / each_has), 1)"


@contextmanager
def bulk_loading() -> Iterator[None]:
	"""Both checks off lets InnoDB build the indexes of an empty table by sorting, which is many times faster."""
	frappe.db.sql("set session unique_checks = 0, foreign_key_checks = 0")
	try:
		yield
	finally:
		frappe.db.sql("set session unique_checks = 1, foreign_key_checks = 1")


def make_helper(name: str, definition: str) -> None:
	"""An empty table of the book's own, made anew; it goes with the site."""
	frappe.db.commit()
	frappe.db.sql_ddl(f"drop table if exists `tab{name}`")
	frappe.db.sql_ddl(f"create table `tab{name}` ({definition}) engine = InnoDB")


def insert(table: str, select: str, values: Mapping) -> None:
	"""All SQL is this package's own; `values` are its parameters. Commits."""
	frappe.db.sql(f"insert into `tab{table}` {select}", values)
	frappe.db.commit()


def refill(sources: Iterable[tuple[str, Mapping[str, str], str]], values: Mapping) -> None:
	"""Empty each DocType's table and fill it from `(doctype, {column: SQL expression}, source)`.

	`values` are the parameters of the expressions, among them `now` for the framework's columns.
	"""
	for doctype, columns, source in sources:
		frappe.db.commit()
		frappe.db.sql_ddl(f"truncate table `tab{doctype}`")
		columns = FRAMEWORK | columns
		names = ", ".join(f"`{column}`" for column in columns)
		insert(doctype, f"({names}) select {', '.join(columns.values())} from {source}", values)


def analyze(*doctypes: str) -> None:
	for doctype in doctypes:
		frappe.db.sql_ddl(f"analyze table `tab{doctype}`")
