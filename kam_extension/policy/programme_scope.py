"""Which money counts for which programme: periods, money paid back, several programmes on one receipt (R72)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_extension.policy.codes import ProgrammePeriod
from kam_extension.policy.money import ZERO
from kam_extension.policy.programme_terms import RebateProgramme
from kam_extension.policy.rhythm import MONTHS_IN_YEAR, same_day

LADDER = ""
"""Code of the rebate by the single order, which stands among the programmes with a priority of its own."""

MONTHS = {
	ProgrammePeriod.MONTH: 1,
	ProgrammePeriod.QUARTER: 3,
	ProgrammePeriod.HALF_YEAR: 6,
	ProgrammePeriod.YEAR: MONTHS_IN_YEAR,
}


@dataclass(frozen=True, order=True)
class Span:
	"""Days from `first` to `last`, both included."""

	first: date
	last: date

	def a_year_before(self) -> "Span":
		"""The same span one year before; what ends with February ends with February."""
		after = same_day(self.last + timedelta(days=1), -MONTHS_IN_YEAR)
		return Span(same_day(self.first, -MONTHS_IN_YEAR), after - timedelta(days=1))


@dataclass(frozen=True)
class Claimant:
	"""A programme, or the ladder, that asks for money of a receipt."""

	code: str
	priority: int
	is_exclusive: bool = False
	item_group: str | None = None


@dataclass(frozen=True)
class Paid:
	"""Money of one receipt on one order, negative when it went back to the customer."""

	receipt: tuple
	on: date
	order: str
	amount: Decimal


def period_of(programme: RebateProgramme, day: date) -> Span | None:
	"""The programme's period that holds `day`, counted from its start; None before it starts."""
	if programme.starts_on is None or day < programme.starts_on:
		return None
	length = MONTHS[ProgrammePeriod(programme.period)]
	start = programme.starts_on
	number = ((day.year - start.year) * MONTHS_IN_YEAR + day.month - start.month) // length
	if same_day(start, number * length) > day:
		number -= 1
	after = same_day(start, (number + 1) * length)
	return Span(same_day(start, number * length), after - timedelta(days=1))


def takers(claimants: Iterable[Claimant], groups: Collection[str]) -> list[str]:
	"""Codes of those who count money for goods of `groups` (an item group and all above it), by priority.

	An exclusive one takes it only if nobody before did, and then nobody after it does. The scope decides, not whether a
	threshold is reached: what belongs to whom must not change with the amount.
	"""
	found: list[str] = []
	for claimant in sorted(claimants, key=lambda one: (one.priority, one.code)):
		if claimant.item_group and claimant.item_group not in groups:
			continue
		if not claimant.is_exclusive:
			found.append(claimant.code)
		elif not found:
			return [claimant.code]
	return found


def shares_of(claimants: Collection[Claimant], mix: Mapping[Collection[str], Decimal]) -> dict[str, Decimal]:
	"""Share (0 to 1) of a receipt that each claimant counts; `mix` is groups → share of the order's goods."""
	shares: dict[str, Decimal] = defaultdict(Decimal)
	for groups, share in mix.items():
		for code in takers(claimants, groups):
			shares[code] += share
	return dict(shares)


def kept(payments: Iterable[Paid]) -> list[Paid]:
	"""What stayed of each receipt: money paid back is taken off the latest money received on the same order.

	So a refund of January takes back what the receipt of December earned, in December's period. Money paid back before
	any came is taken off what comes next.
	"""
	by_order: dict[str, list[Paid]] = defaultdict(list)
	for paid in sorted(payments, key=lambda one: (one.on, one.amount < 0, one.receipt)):
		by_order[paid.order].append(paid)
	return [
		Paid(paid.receipt, paid.on, paid.order, left)
		for rows in by_order.values()
		for paid, left in _kept(rows)
	]


def _kept(rows: list[Paid]) -> list[tuple[Paid, Decimal]]:
	stack: list[tuple[Paid, Decimal]] = []
	debt = ZERO
	for paid in rows:
		left = paid.amount - debt
		debt = ZERO
		while left < 0 and stack:
			before, amount = stack.pop()
			left += amount
			if left > 0:
				stack.append((before, left))
		if left < 0:
			debt = -left
		elif paid.amount > 0 and left > 0:
			stack.append((paid, left))
	return stack
