"""What is open of a debt, laid on its payment terms: money pays the earliest term first (R32, R34, R35)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.policy.money import ZERO

AGEING_DAYS = (30, 60, 90)
"""Upper bounds of the overdue buckets of a statement, inclusive; the last bucket has none."""


@dataclass(frozen=True)
class Term:
	"""An amount and the day on which it falls due."""

	due_date: date
	amount: Decimal


def open_terms(outstanding: Decimal, due_date: date, terms: Iterable[Term] = ()) -> list[Term]:
	"""The unpaid terms of a debt, the earliest first, adding up to `outstanding`.

	What is more than all terms together, and what has no terms, is due on `due_date`. A credit (negative) is one amount
	on that day.
	"""
	if outstanding <= 0:
		return [Term(due_date, outstanding)] if outstanding else []
	left, found = outstanding, []
	for term in sorted(terms, key=lambda term: term.due_date, reverse=True):
		part = min(max(term.amount, ZERO), left)
		if part:
			found.append(Term(term.due_date, part))
			left -= part
	if left:
		found.append(Term(due_date, left))
	return sorted(found, key=lambda term: term.due_date)


def overdue(terms: Iterable[Term], as_of: date) -> Decimal:
	"""Amount whose due date has passed on `as_of`."""
	return sum((term.amount for term in terms if term.due_date < as_of), ZERO)


def ageing(terms: Iterable[Term], as_of: date) -> tuple[Decimal, ...]:
	"""Amounts not due, 1 to 30, 31 to 60, 61 to 90 and more than 90 days overdue."""
	buckets = [ZERO] * (len(AGEING_DAYS) + 2)
	for term in terms:
		buckets[_bucket((as_of - term.due_date).days)] += term.amount
	return tuple(buckets)


def _bucket(days: int) -> int:
	if days <= 0:
		return 0
	return 1 + sum(days > bound for bound in AGEING_DAYS)
