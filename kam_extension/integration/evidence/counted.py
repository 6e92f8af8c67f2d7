"""What a metric counted of one document, and how a list of such documents reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from frappe import _

from kam_extension.integration.metrics import Scope
from kam_extension.policy.money import ZERO, decimal

MONEY, PERCENT, NUMBER = "money", "percent", "number"


@dataclass(frozen=True)
class CountedDocument:
	"""`amount` is what the document adds to the metric; of a ratio it belongs above the line and `base` below."""

	doctype: str
	name: str
	date: date | None
	amount: Decimal
	base: Decimal = ZERO


@dataclass(frozen=True)
class Column:
	"""A column of amounts; `unit` is money (company currency), percent or number."""

	label: str
	unit: str = MONEY


@dataclass(frozen=True)
class Link:
	"""A list or report of ERPNext with filters that show the same documents, as far as it has such filters."""

	doctype: str
	filters: dict
	report: str | None = None


@dataclass(frozen=True)
class Breakdown:
	"""A metric taken apart: `read` gives its documents, `columns` tells what `amount` (and `base`) of each mean.

	`read` asks a fixed number of queries. Labels depend on the reader, so `columns` and `date_label` are functions.
	"""

	read: Callable[[Scope], list[CountedDocument]]
	columns: Callable[[], list[Column]]
	link: Callable[[Scope], Link] | None = None
	date_label: Callable[[], str] = lambda: _("Date")


def counted(doctype: str, rows: Iterable[tuple]) -> list[CountedDocument]:
	"""Documents of one DocType from rows of (name, date, amount[, base])."""
	return [CountedDocument(doctype, name, day, *map(decimal, amounts)) for name, day, *amounts in rows]


def only_customer(scope: Scope) -> str:
	"""The customer of a scope of one account."""
	[customer] = scope.accounts
	return customer
