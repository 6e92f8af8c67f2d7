"""Sums over verdicts as they are given, one order at a time: nothing but the sums is kept (R62)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.money import HUNDRED, ZERO, percent_of
from kam_extension.policy.verdict import Verdict

STEP, LOWEST_STEP, HIGHEST_STEP = 5, 0, 60
"""Markup is shown in steps of so many percent of cost; the first and the last step are open."""


@dataclass(frozen=True)
class Markup:
	"""Markup over several orders, weighted by cost; percents, None without cost."""

	cost: Decimal
	required: Decimal | None
	kept: Decimal | None


def markup_of(cost: Decimal, required: Decimal, kept: Decimal) -> Markup:
	"""Σ cost · markup required and kept, on Σ of cost; orders without a known cost are left out of all three."""
	if not cost:
		return Markup(ZERO, None, None)
	return Markup(cost, percent_of(required / HUNDRED, cost), percent_of(kept / HUNDRED, cost))


def step_of(markup: Decimal) -> int:
	"""Lower edge of the step that an actual markup lies in."""
	edge = int(markup // STEP) * STEP - (STEP if markup < 0 and markup % STEP else 0)
	return max(LOWEST_STEP - STEP, min(HIGHEST_STEP, edge))


@dataclass
class MarkupSums:
	cost: Decimal = ZERO
	required: Decimal = ZERO
	kept: Decimal = ZERO

	def add(self, verdict: Verdict) -> None:
		margin = verdict.margin
		if margin is not None:
			self.cost += margin.cost
			self.required += margin.cost * margin.required_markup
			self.kept += margin.cost * (margin.actual_markup or ZERO)

	def markup(self) -> Markup:
		return markup_of(self.cost, self.required, self.kept)


@dataclass
class Tally:
	"""What one policy has to say about all orders."""

	verdicts: Counter = field(default_factory=Counter)
	net: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
	months: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
	rules: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
	steps: dict[int, Counter] = field(default_factory=lambda: defaultdict(Counter))
	sums: MarkupSums = field(default_factory=MarkupSums)

	def add(self, day: date, verdict: Verdict) -> None:
		code = verdict.code.value
		self.verdicts[code] += 1
		self.net[code] += verdict.net
		self.months[f"{day:%Y-%m}"][code] += 1
		for rule in {violation.rule.value for violation in verdict.violations}:
			self.rules[rule][code] += 1
		if verdict.margin is not None and verdict.margin.actual_markup is not None:
			self.steps[step_of(verdict.margin.actual_markup)][code] += 1
		self.sums.add(verdict)


@dataclass
class AccountTally:
	"""What one policy has to say about the orders of one account."""

	orders: int = 0
	blocked: int = 0
	net: Decimal = ZERO
	sums: MarkupSums = field(default_factory=MarkupSums)

	def add(self, verdict: Verdict) -> None:
		self.orders += 1
		self.blocked += verdict.code == VerdictCode.BLOCKED
		self.net += verdict.net
		self.sums.add(verdict)
