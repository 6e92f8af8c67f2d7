"""Questions to the database that are asked together, in one statement: to ask costs more than a handful of rows.

Every select has the columns kind, subject and amount; the kind tells whose answer a row is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import frappe

Row = tuple[str, str | None, float | None]
"""(kind, subject, amount)."""

NOTHING = ("",)
"""What no row is equal to, where a list of names is empty."""


@dataclass(frozen=True)
class Question:
	"""Selects that are constants of this app, and the values of their parameters; a name means the same to all."""

	selects: tuple[str, ...]
	values: Mapping[str, object]


def ask(*questions: Question) -> tuple[Row, ...]:
	"""The rows of all the questions, in no order. One query."""
	statement = " union all ".join(select for question in questions for select in question.selects)
	values = {name: value for question in questions for name, value in question.values.items()}
	return frappe.db.sql(statement, values)
