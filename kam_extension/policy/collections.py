"""Who collects what is owed, and whether promises to pay were kept (R34, R53; S2 6.2.3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import PromiseStatus, StrEnum
from kam_extension.policy.money import ZERO


class CollectionStage(StrEnum):
	"""Who collects (R34, S2 6.2.3): account manager in term, planning beyond the policy's days, finance bad debt."""

	NOT_DUE = "Not Due"
	IN_TERM = "In Term"
	BEYOND_TERM = "Beyond Policy Days"
	WRITTEN_OFF = "Written Off"


def collection_stage(days_overdue: int, max_overdue_days: int, written_off: bool = False) -> CollectionStage:
	"""The stage of an account or an invoice by its oldest unpaid term.

	`max_overdue_days` of the policy's service level; 0 is no limit. Bad debt counts where nothing else is overdue.
	"""
	if days_overdue > max_overdue_days > 0:
		return CollectionStage.BEYOND_TERM
	if days_overdue > 0:
		return CollectionStage.IN_TERM
	return CollectionStage.WRITTEN_OFF if written_off else CollectionStage.NOT_DUE


@dataclass(frozen=True)
class Promise:
	"""A customer promised `amount` between the two days, inclusive; `invoice` None: on whatever is open."""

	name: str
	promised_on: date
	promise_date: date
	amount: Decimal
	invoice: str | None = None


@dataclass(frozen=True)
class Received:
	"""Money received, and the invoice that it pays, if any."""

	day: date
	amount: Decimal
	invoice: str | None = None


@dataclass(frozen=True)
class Judged:
	"""How a promise stands; `received` is what came in time for it, at most what was promised."""

	status: PromiseStatus
	received: Decimal


def judge_promises(
	promises: Iterable[Promise], received: Iterable[Received], today: date
) -> dict[str, Judged]:
	"""The promises of one account. The earlier promise is served first; no money serves two."""
	pool = [money for money in sorted(received, key=lambda money: money.day) if money.amount > 0]
	found = {}
	for promise in sorted(promises, key=lambda one: (one.promise_date, one.promised_on, one.name)):
		pool, got = _serve(promise, pool)
		found[promise.name] = Judged(_status(promise, got, today), got)
	return found


def _serve(promise: Promise, pool: list[Received]) -> tuple[list[Received], Decimal]:
	left, rest = promise.amount, []
	for money in pool:
		fits = promise.promised_on <= money.day <= promise.promise_date
		fits = fits and promise.invoice in (None, money.invoice)
		part = min(left, money.amount) if fits else ZERO
		left -= part
		rest.append(replace(money, amount=money.amount - part))
	return rest, promise.amount - left


def _status(promise: Promise, got: Decimal, today: date) -> PromiseStatus:
	if got >= promise.amount:
		return PromiseStatus.KEPT
	return PromiseStatus.BROKEN if promise.promise_date < today else PromiseStatus.OPEN
