"""Early warning: an account's orders against its own past (R53, R56). Dates and amounts in, findings out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from kam_extension.policy.codes import RiskLevel
from kam_extension.policy.money import HUNDRED, ZERO, percent_of
from kam_extension.policy.terms import PolicyTerms

LOOKBACK_MONTHS = 24
COMPARED_MONTHS = 3
MONTHS_IN_YEAR = 12
RATIO_DIGITS = Decimal("0.01")


@dataclass(frozen=True)
class Rhythm:
	"""An account's usual gap between two days with orders, and how long it has been silent.

	`silent_days` since `last_order`; `counted_days` of them don't belong to a break that it made last year as well.
	`ratio` is counted days ÷ usual gap, to two decimals for display; `level` None means nothing unusual.
	"""

	usual_gap_days: Decimal
	last_order: date
	silent_days: int
	counted_days: int
	ratio: Decimal
	level: RiskLevel | None


@dataclass(frozen=True)
class Drop:
	"""Orders of some months against the same months of last year; `percent` below zero for less, for display."""

	amount: Decimal
	amount_before: Decimal
	percent: Decimal
	level: RiskLevel | None


def order_rhythm(days: Iterable[date], as_of: date, terms: PolicyTerms) -> Rhythm | None:
	"""The rhythm of an account that ordered on `days` (any order, repeated days count once), judged on `as_of`.

	Days after `as_of` or older than 24 months are left out. The usual gap is the median. None for fewer days than the
	policy's `rhythm_min_orders`: such an account has no rhythm that could break.
	"""
	start = same_day(as_of, -LOOKBACK_MONTHS)
	ordered = sorted({day for day in days if start < day <= as_of})
	if len(ordered) < max(terms.rhythm_min_orders, 2):
		return None
	gap = _median([(later - earlier).days for earlier, later in pairwise(ordered)])
	last = ordered[-1]
	counted = (as_of - max(last, _end_of_last_years_break(ordered, gap, as_of, terms))).days
	return Rhythm(
		usual_gap_days=gap,
		last_order=last,
		silent_days=(as_of - last).days,
		counted_days=max(counted, 0),
		ratio=(max(counted, 0) / gap).quantize(RATIO_DIGITS),
		level=_level(Decimal(max(counted, 0)), gap * terms.silence_medium, gap * terms.silence_high),
	)


def order_drop(amount: Decimal, amount_before: Decimal, terms: PolicyTerms) -> Drop | None:
	"""How far `amount` lies below `amount_before`, the same months a year earlier (company currency).

	None where nothing was ordered then: an account in its first year has nothing to be compared with.
	"""
	if amount_before <= 0:
		return None
	lost = (amount_before - amount) * HUNDRED
	medium, high = amount_before * terms.order_drop_medium, amount_before * terms.order_drop_high
	percent = percent_of(amount - amount_before, amount_before) or ZERO
	return Drop(amount, amount_before, percent, _level(lost, medium, high))


def compared_months(as_of: date) -> tuple[date, date]:
	"""First and last day of the three full months before the month of `as_of`."""
	end = as_of.replace(day=1) - timedelta(days=1)
	return same_day(end.replace(day=1), 1 - COMPARED_MONTHS), end


def months_a_year_earlier(as_of: date) -> tuple[date, date]:
	"""First and last day of the months that `compared_months` are compared with."""
	start, _end = compared_months(as_of)
	first = same_day(start, -MONTHS_IN_YEAR)
	return first, same_day(first, COMPARED_MONTHS) - timedelta(days=1)


def same_day(day: date, months: int) -> date:
	"""`day` moved by `months`; the last day of a shorter month where it has no such day (29 February)."""
	month = day.year * MONTHS_IN_YEAR + day.month - 1 + months
	first = date(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1)
	last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
	return first.replace(day=min(day.day, last.day))


def highest(levels: Iterable[str | None]) -> RiskLevel | None:
	"""The highest of some levels; None when there is none."""
	order = list(RiskLevel)
	known = [RiskLevel(level) for level in levels if level]
	return max(known, key=order.index, default=None)


def _end_of_last_years_break(days: Sequence[date], gap: Decimal, as_of: date, terms: PolicyTerms) -> date:
	"""The day, a year later, on which a break of last year ended that lay over the days of the present silence.

	Silence during a season's break is no news; it counts from the day on which the account was back last year.
	"""
	steps = [step for step in (terms.silence_medium, terms.silence_high) if step > 0]
	long = gap * min(steps) if steps else None
	ends = [
		same_day(later, MONTHS_IN_YEAR)
		for earlier, later in pairwise(days)
		if long and (later - earlier).days >= long and _lies_over(earlier, later, as_of)
	]
	return max(ends, default=date.min)


def _lies_over(break_start: date, break_end: date, as_of: date) -> bool:
	"""Whether a break had begun by this day a year before; what lasts a year is no season's break."""
	return break_end < same_day(break_start, MONTHS_IN_YEAR) < as_of


def _median(gaps: Sequence[int]) -> Decimal:
	ordered = sorted(gaps)
	return Decimal(ordered[(len(gaps) - 1) // 2] + ordered[len(gaps) // 2]) / 2


def _level(value: Decimal, medium: Decimal, high: Decimal) -> RiskLevel | None:
	"""The highest level whose threshold is reached; a threshold of 0 is off."""
	if ZERO < high <= value:
		return RiskLevel.HIGH
	return RiskLevel.MEDIUM if ZERO < medium <= value else None
