"""What the core answers: a verdict with its figures and every broken rule (R26, R29)."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from kam_extension.policy.codes import Action, Rule, VerdictCode
from kam_extension.policy.margin import MarginFigures
from kam_extension.policy.money import ZERO


@dataclass(frozen=True)
class Violation:
	"""One broken rule; `required` and `actual` are money in company currency (days for overdue credit).

	`reason` names the sentence in `explain.SENTENCES`. `points` says how far beyond the rule, in percentage points:
	what an approver's authority is measured against. `row` is the 1-based row, None for the whole document.
	`exception` names the approved Price Exception that covers it. `subject` is the group account or the sales order that
	a broken credit rule is about.
	"""

	rule: Rule
	reason: str
	action: Action
	required: Decimal | None = None
	actual: Decimal | None = None
	points: Decimal = ZERO
	row: int | None = None
	item_code: str | None = None
	exception: str | None = None
	item_name: str | None = None
	subject: str | None = None

	@property
	def shortfall(self) -> Decimal:
		if self.required is None or self.actual is None:
			return ZERO
		return abs(self.required - self.actual)

	@property
	def is_final(self) -> bool:
		"""A suspension is lifted on the account, never passed over for one document (R32)."""
		return self.reason == "suspended"

	@property
	def awaits_exception(self) -> bool:
		"""Whether a Price Exception is still missing that could cover it."""
		return not (self.exception or self.is_final)

	@property
	def blocks(self) -> bool:
		return self.action == Action.BLOCK and not self.exception


@dataclass(frozen=True)
class Verdict:
	"""Outcome of judging one document under one policy.

	`floor_rates` maps row → lowest net rate (company currency, unit of the document); `unit_costs` maps row → cost per
	stock unit; `margin` is None where the formula does not apply.
	"""

	code: VerdictCode
	violations: tuple[Violation, ...] = ()
	margin: MarginFigures | None = None
	net: Decimal = ZERO
	passing_net: Decimal | None = None
	floor_rates: dict[int, Decimal] = field(default_factory=dict)
	unit_costs: dict[int, Decimal] = field(default_factory=dict)
	rebate_rate: Decimal = ZERO

	@property
	def is_blocked(self) -> bool:
		return self.code == VerdictCode.BLOCKED

	def with_violations(self, violations: tuple[Violation, ...]) -> "Verdict":
		"""The same figures with the violations replaced and the code following from them."""
		return replace(self, violations=violations, code=code_for(violations))


def code_for(violations: tuple[Violation, ...]) -> VerdictCode:
	"""Pass without violations; Blocked when an uncovered one blocks; Warned when an uncovered one is left."""
	if not violations:
		return VerdictCode.PASS
	if any(violation.blocks for violation in violations):
		return VerdictCode.BLOCKED
	if any(not violation.exception for violation in violations):
		return VerdictCode.WARNED
	return VerdictCode.EXCEPTED
