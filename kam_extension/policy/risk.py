"""Risk of an account from its figures and from what people saw (R53; S0 article 8). Figures in, levels out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import RiskIndicator, RiskLevel
from kam_extension.policy.money import HUNDRED, ZERO
from kam_extension.policy.rhythm import Drop, Rhythm, same_day
from kam_extension.policy.terms import PolicyTerms

LEVELS = tuple(RiskLevel)
SHOWN_DIGITS = Decimal("0.01")


@dataclass(frozen=True)
class Threshold:
	"""From which value on (or, for satisfaction, below which) an indicator is Medium and High; 0 is off."""

	medium: Decimal = ZERO
	high: Decimal = ZERO

	def level_from(self, value: Decimal) -> RiskLevel:
		"""The level of a value that is the worse the higher it is."""
		if ZERO < self.high <= value:
			return RiskLevel.HIGH
		return RiskLevel.MEDIUM if ZERO < self.medium <= value else RiskLevel.LOW

	def level_below(self, value: Decimal) -> RiskLevel:
		"""The level of a value that is the worse the lower it is."""
		if value < self.high:
			return RiskLevel.HIGH
		return RiskLevel.MEDIUM if value < self.medium else RiskLevel.LOW


@dataclass(frozen=True)
class RiskRules:
	"""Thresholds by indicator, and the least level of judged events."""

	thresholds: Mapping[RiskIndicator, Threshold] = field(default_factory=dict)
	events: Mapping[RiskIndicator, RiskLevel] = field(default_factory=dict)

	def threshold(self, indicator: RiskIndicator) -> Threshold:
		return self.thresholds.get(indicator, Threshold())


@dataclass(frozen=True)
class RiskFigures:
	"""One account on one day; amounts in company currency with tax. None: nothing to measure.

	`owed` is its open debts, credits that nobody matched left out, `overdue` the part past its due date. `drop` is the
	revenue of the period against the same days a year earlier.
	"""

	owed: Decimal = ZERO
	overdue: Decimal = ZERO
	drop: Drop | None = None
	rhythm: Rhythm | None = None
	complaints: int = 0
	satisfaction: Decimal | None = None
	visit_due: date | None = None
	visit_interval_months: int = 0
	broken_promises: int = 0


@dataclass(frozen=True)
class Assessed:
	"""One indicator: `value` in percent, days, intervals or pieces, as the indicator says."""

	indicator: RiskIndicator
	value: Decimal
	level: RiskLevel
	threshold: Threshold | None = None


def assess(figures: RiskFigures, rules: RiskRules, terms: PolicyTerms, as_of: date) -> tuple[Assessed, ...]:
	"""Every indicator that there is something to say about, in the order of the form (R53)."""
	return tuple(_assessed(figures, rules, terms, as_of))


def _assessed(figures: RiskFigures, rules: RiskRules, terms: PolicyTerms, as_of: date) -> Iterator[Assessed]:
	yield _from(RiskIndicator.OVERDUE_SHARE, overdue_share(figures.overdue, figures.owed), rules)
	if figures.drop:
		yield _drop(figures.drop, terms)
	if figures.rhythm:
		yield _silence(figures.rhythm, terms)
	yield _from(RiskIndicator.COMPLAINTS, Decimal(figures.complaints), rules)
	if figures.satisfaction is not None:
		threshold = rules.threshold(RiskIndicator.SATISFACTION)
		value = figures.satisfaction.quantize(SHOWN_DIGITS)
		level = threshold.level_below(figures.satisfaction)
		yield Assessed(RiskIndicator.SATISFACTION, value, level, threshold)
	if figures.visit_due and figures.visit_interval_months:
		intervals = intervals_overdue(figures.visit_due, figures.visit_interval_months, as_of)
		yield _from(RiskIndicator.VISIT_OVERDUE, intervals, rules)
	if figures.broken_promises:
		level = rules.events.get(RiskIndicator.BROKEN_PROMISE, RiskLevel.HIGH)
		yield Assessed(RiskIndicator.BROKEN_PROMISE, Decimal(figures.broken_promises), level)


def overdue_share(overdue: Decimal, owed: Decimal) -> Decimal:
	"""Percent of what is owed that is overdue, exact; 0 where nothing is owed."""
	return overdue * HUNDRED / owed if owed > 0 else ZERO


def intervals_overdue(due: date, interval_months: int, as_of: date) -> Decimal:
	"""By how many visit intervals a visit is overdue: 1 on the same day of the month one interval after `due`.

	Whole intervals count by the calendar, the rest by days.
	"""
	if as_of <= due:
		return ZERO
	whole = 0
	while same_day(due, interval_months * (whole + 1)) <= as_of:
		whole += 1
	start, end = same_day(due, interval_months * whole), same_day(due, interval_months * (whole + 1))
	return whole + Decimal((as_of - start).days) / (end - start).days


def event_level(indicator: RiskIndicator, is_over: bool, rules: RiskRules) -> RiskLevel:
	"""The least level of an event that a person reported; Low for what is no judged event or is over."""
	return RiskLevel.LOW if is_over else rules.events.get(indicator, RiskLevel.LOW)


def rank(level: str | None) -> int:
	"""Position from 0 (none) to 4 (Critical)."""
	return LEVELS.index(RiskLevel(level)) + 1 if level else 0


def worse_than(before: Mapping[str, str], now: Iterable[Assessed]) -> Sequence[Assessed]:
	"""The indicators above Low whose level is higher than it was ({indicator: level})."""
	return [
		one for one in now if one.level != RiskLevel.LOW and rank(one.level) > rank(before.get(one.indicator))
	]


def _from(indicator: RiskIndicator, value: Decimal, rules: RiskRules) -> Assessed:
	threshold = rules.threshold(indicator)
	return Assessed(indicator, value.quantize(SHOWN_DIGITS), threshold.level_from(value), threshold)


def _drop(drop: Drop, terms: PolicyTerms) -> Assessed:
	threshold = Threshold(-terms.order_drop_medium, -terms.order_drop_high)
	level = drop.level or RiskLevel.LOW
	return Assessed(RiskIndicator.REVENUE_CHANGE, drop.percent.quantize(SHOWN_DIGITS), level, threshold)


def _silence(rhythm: Rhythm, terms: PolicyTerms) -> Assessed:
	gap = rhythm.usual_gap_days
	threshold = Threshold(gap * terms.silence_medium, gap * terms.silence_high)
	level = rhythm.level or RiskLevel.LOW
	return Assessed(RiskIndicator.ORDER_SILENCE, Decimal(rhythm.counted_days), level, threshold)
