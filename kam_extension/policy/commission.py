"""Commission on receipts that finance verified in time (R60, S4 4.1).

The commission of a month is paid on the receipts of the month before that were verified by the month's cut-off day.
What is verified later counts in the month whose cut-off day it meets. Once paid, a receipt that changes or goes back
changes the commission of the next month that is settled, never one that is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kam_extension.policy.codes import CommissionKind
from kam_extension.policy.money import ZERO, Rounding

CUT_OFF_DAY = 30
"""S4: the 30th of the current month."""


@dataclass(frozen=True)
class VerifiedReceipt:
	"""A receipt as the ledger has it now, in company currency; `verified_on` None: finance hasn't verified it."""

	posting_date: date
	verified_on: date | None
	amount: Decimal
	account_manager: str


@dataclass(frozen=True)
class PaidCommission:
	"""What earlier months paid on a receipt, added up; rate (percent) and manager are those of the last entry."""

	posting_date: date
	amount: Decimal
	commission: Decimal
	rate: Decimal
	account_manager: str


@dataclass(frozen=True)
class CommissionLine:
	"""One receipt in one month: negative where it takes back."""

	key: Any
	kind: CommissionKind
	posting_date: date
	verified_on: date | None
	account_manager: str
	amount: Decimal
	rate: Decimal
	commission: Decimal


def cut_off(month: date) -> date:
	"""Last day on which finance can verify a receipt for the commission of `month`: the 30th, or the month's last."""
	last = _next_month(month) - timedelta(days=1)
	return min(last, last.replace(day=min(CUT_OFF_DAY, last.day)))


def first_day(day: date) -> date:
	return day.replace(day=1)


def month_before(month: date) -> date:
	"""First day of the month before."""
	return first_day(first_day(month) - timedelta(days=1))


def next_month(month: date) -> date:
	"""First day of the month after."""
	return _next_month(month)


def last_settled_month(today: date) -> date:
	"""First day of the latest month whose cut-off day has passed."""
	month = first_day(today)
	return month if today > cut_off(month) else month_before(month)


def commission_lines(
	month: date,
	receipts: Mapping[Any, VerifiedReceipt],
	paid: Mapping[Any, PaidCommission],
	rate: Decimal,
	rounding: Rounding,
) -> Iterator[CommissionLine]:
	"""The lines of `month` (any day of it), by key: new receipts at `rate` (percent), corrections at the rate paid.

	`paid` holds what the months before have paid. A correction is for the manager who got the commission.
	"""
	start, until = month_before(month), cut_off(month)
	for key in sorted(receipts.keys() | paid.keys()):
		receipt, before = receipts.get(key), paid.get(key)
		counts = receipt if receipt and _counts(receipt, first_day(month), until) else None
		if before is not None:
			yield from _correction(key, counts, before, rounding)
		elif counts and counts.amount:
			kind = CommissionKind.RECEIPT if counts.posting_date >= start else CommissionKind.LATE
			yield CommissionLine(
				key, kind, counts.posting_date, counts.verified_on, counts.account_manager, counts.amount, rate,
				rounding.share(counts.amount, rate),
			)  # fmt: skip


def _counts(receipt: VerifiedReceipt, month: date, until: date) -> bool:
	return receipt.posting_date < month and receipt.verified_on is not None and receipt.verified_on <= until


def _correction(
	key: Any, receipt: VerifiedReceipt | None, before: PaidCommission, rounding: Rounding
) -> Iterator[CommissionLine]:
	amount = receipt.amount if receipt else ZERO
	commission = rounding.share(amount, before.rate) - before.commission
	if amount == before.amount:
		return
	yield CommissionLine(
		key, CommissionKind.CORRECTION, before.posting_date, receipt.verified_on if receipt else None,
		before.account_manager, amount - before.amount, before.rate, commission,
	)  # fmt: skip


def _next_month(month: date) -> date:
	return first_day(first_day(month) + timedelta(days=31))
