"""Rows of many documents by a few statements, for jobs that write thousands of them.

Nothing of a document's own code runs, nor anything that listens to it: the caller writes what saving would have written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice

import frappe
from frappe import _
from frappe.model.naming import NamingSeries, make_autoname
from frappe.utils import create_batch, now_datetime, sanitize_html
from frappe.utils.global_search import update_global_search

from kam_extension.integration.attempts import attempt

ROWS_AT_A_TIME = 250
NAMES_AT_ONCE = 500


def insert_records(doctype: str, records: Iterable[Mapping]) -> None:
	"""Insert new documents, or rows of their tables, of the session's user; {field: value} each, all with the same keys.

	Without a `name` among the fields they get random ones. Raises frappe.db's errors, for instance where a name is taken.
	"""
	remaining = iter(records)
	first = next(remaining, None)
	if first is None:
		return
	when, user = now_datetime(), frappe.session.user
	fields = [field for field in first if field != "name"]
	insert_rows(
		doctype,
		["name", "creation", "modified", "owner", "modified_by", "docstatus", *fields],
		(
			(
				record.get("name") or make_autoname("hash", doctype), when, when, user, user, 0,
				*(record[field] for field in fields),
			)
			for record in chain([first], remaining)
		),
	)  # fmt: skip


def insert_comments(doctype: str, kind: str, said: Iterable[tuple[str, str]]) -> None:
	"""Lines in the timelines of documents, (name, HTML) each, by the session's user; `kind` as in Comment."""
	shared = {"comment_type": kind, "comment_email": frappe.session.user, "reference_doctype": doctype}
	insert_records(
		"Comment",
		({**shared, "reference_name": name, "content": _cleaned(html)} for name, html in said),
	)


def _cleaned(html: str) -> str:
	# Cleaning takes longer than all the rest, and plain text stays as it is.
	if {"<", ">", "&"}.isdisjoint(html):
		return html
	return sanitize_html(html, always_sanitize=True, disallowed_tags=["form", "input", "button"])


def tell_search(doctype: str, names: Sequence[str]) -> None:
	"""After the transaction Frappe's global search is told of new documents, of those that are there then."""
	failure = _("Search could not be told of new documents")
	frappe.db.after_commit.add(lambda: attempt(partial(_tell_search, doctype, names), failure))


def _tell_search(doctype: str, names: Sequence[str]) -> None:
	for part in create_batch(list(names), NAMES_AT_ONCE):
		for row in frappe.get_all(doctype, {"name": ("in", part)}, ["*"]):
			update_global_search(frappe.get_doc({"doctype": doctype, **row}))


def insert_rows(doctype: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
	"""Insert rows with the values of `columns`, by a statement for each `ROWS_AT_A_TIME`.

	Table and columns are the caller's own names, never a user's; every value is a parameter.
	"""
	# Plain SQL: Frappe's own bulk insert takes three to ten times as long to write the same statement.
	names = ", ".join(f"`{column}`" for column in columns)
	places = f"({', '.join(['%s'] * len(columns))})"
	remaining = iter(rows)
	while batch := list(islice(remaining, ROWS_AT_A_TIME)):
		frappe.db.sql(
			f"insert into `tab{doctype}` ({names}) values {', '.join([places] * len(batch))}",
			list(chain.from_iterable(batch)),
		)


def new_names(doctype: str, count: int) -> Iterator[str]:
	"""The next `count` (1 or more) names of the series of a DocType, taken at once; nobody else gets them."""
	series = frappe.get_meta(doctype).autoname
	prefix, digits = NamingSeries(series).get_prefix(), series.count("#")
	frappe.db.sql(
		"""
		insert into `tabSeries` (name, current) values (%(prefix)s, last_insert_id(%(count)s))
		on duplicate key update current = last_insert_id(current + %(count)s)
		""",
		{"prefix": prefix, "count": count},
	)
	last = frappe.db._cursor.lastrowid
	return (f"{prefix}{number:0{digits}d}" for number in range(last - count + 1, last + 1))
