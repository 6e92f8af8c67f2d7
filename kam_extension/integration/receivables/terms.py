"""Invoices split by their payment terms, as ERPNext's report does it. No database here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class Term:
	"""One row of an invoice's payment schedule, in the currency of the report; `paid` is what the schedule itself has
	got down as paid, discounts included.
	"""

	due_date: date
	payment_term: str | None
	invoiced: float
	scheduled_payment: float = 0.0
	discounted: float = 0.0

	@property
	def paid(self) -> float:
		return self.scheduled_payment + self.discounted


def split(row: dict, terms: Sequence[Term], advance: float, precision: int) -> list[dict]:
	"""Rows of the terms with something left to pay, by due date, and one more for what was paid beyond them.

	`terms` come as ERPNext reads them: those with payments on them first, then by due date. What the schedule doesn't
	know of is laid on them in that order: payments on terms without any, credit notes on whatever is open.
	"""
	left = {"paid": row["paid"] - advance, "credit_note": row["credit_note"]}
	left["paid"] -= sum(term.paid for term in terms if term.scheduled_payment)
	split_rows = [_term_row(row, term, left) for term in terms]
	split_rows.sort(key=lambda term_row: term_row["due_date"])
	for term_row in split_rows:
		term_row["outstanding"] = round(term_row["outstanding"], precision)
	shown = [term_row for term_row in split_rows if term_row["outstanding"] > 0]
	return shown + _beyond(row, left, bool(shown), precision)


def _term_row(row: dict, term: Term, left: dict[str, float]) -> dict:
	term_row = row | {
		"due_date": term.due_date,
		"payment_term": term.payment_term,
		"invoice_grand_total": row["invoiced"],
		"invoiced": term.invoiced,
		"paid": term.paid,
		"credit_note": 0.0,
		"outstanding": term.invoiced - term.paid,
	}
	if not term_row["paid"]:
		_lay(left, term_row, "paid")
	if term_row["outstanding"]:
		_lay(left, term_row, "credit_note")
	return term_row


def _lay(left: dict[str, float], term_row: dict, column: str) -> None:
	if not left[column]:
		return
	amount = min(left[column], term_row["outstanding"])
	term_row[column] = amount
	term_row["outstanding"] -= amount
	left[column] -= amount


def _beyond(row: dict, left: dict[str, float], has_terms: bool, precision: int) -> list[dict]:
	"""ERPNext ages it from the posting date when it follows terms: the due date was theirs."""
	if not any(round(amount, precision) > 0 for amount in left.values()):
		return []
	due_date = None if has_terms else row["due_date"]
	return [
		row
		| left
		| {
			"invoice_grand_total": row["invoiced"],
			"due_date": due_date,
			"invoiced": 0.0,
			"outstanding": round(-left["paid"] - left["credit_note"], precision),
		}
	]
