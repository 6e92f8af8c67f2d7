"""What an approved Price Exception covers: its document and successors, at or above what was approved (R27)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import Rule
from kam_extension.policy.facts import DocumentFacts, LineFacts
from kam_extension.policy.money import ZERO
from kam_extension.policy.verdict import Verdict, Violation


@dataclass(frozen=True)
class ApprovedViolation:
	"""A row of an approved exception: money in company currency as in `Violation`."""

	rule: str
	reason: str
	item_code: str | None = None
	required: Decimal = ZERO
	approved: Decimal = ZERO
	subject: str | None = None

	@property
	def shortfall(self) -> Decimal:
		return abs(self.required - self.approved)


@dataclass(frozen=True)
class ApprovedLine:
	"""What the approver saw of an item: net rate per stock unit (company currency) and stock quantity."""

	item_code: str
	stock_rate: Decimal
	stock_quantity: Decimal


@dataclass(frozen=True)
class ApprovedException:
	"""`lines` is what the approver saw, `used` what other submitted documents took of it, both per item and price.

	`asked_on` is the day of the figures: what is overdue gets older every day without anybody making it worse.
	"""

	name: str
	valid_until: date
	violations: tuple[ApprovedViolation, ...]
	lines: tuple[ApprovedLine, ...]
	used: tuple[ApprovedLine, ...] = ()
	asked_on: date | None = None


def apply_exceptions(
	verdict: Verdict, document: DocumentFacts, exceptions: Sequence[ApprovedException], today: date
) -> Verdict:
	"""Mark the violations that a valid exception covers; the verdict's code follows.

	Each broken rule is looked at by itself, so that only what got worse asks again (R75).
	"""
	valid = [exception for exception in exceptions if exception.valid_until >= today]
	if not valid or not verdict.violations:
		return verdict
	cover = _Cover(document, verdict.floor_rates, valid, today)
	return verdict.with_violations(
		tuple(replace(violation, exception=cover.find(violation)) for violation in verdict.violations)
	)


@dataclass(frozen=True)
class _Cover:
	"""The valid exceptions of one document, and what they allow it."""

	document: DocumentFacts
	floor_rates: dict[int, Decimal]
	exceptions: Sequence[ApprovedException]
	today: date

	def find(self, violation: Violation) -> str | None:
		"""Name of the exception that covers the violation."""
		if violation.is_final:
			return None
		for exception in self.exceptions:
			if any(self._covers(row, violation, exception) for row in exception.violations):
				return exception.name
		return None

	def _covers(
		self, approved: ApprovedViolation, violation: Violation, exception: ApprovedException
	) -> bool:
		if (approved.rule, approved.reason) != (violation.rule, violation.reason):
			return False
		if violation.rule == Rule.MARKUP:
			return violation.shortfall <= approved.shortfall and self._rows_hold()
		if violation.rule in (Rule.CREDIT, Rule.EXCHANGE_RATE):
			same_subject = (approved.subject or None) == (violation.subject or None)
			return same_subject and self._actual(violation, exception) <= approved.approved
		if violation.rule == Rule.UNREFERENCED_CREDIT:
			return abs(violation.actual or ZERO) <= abs(approved.approved)
		return approved.item_code == violation.item_code and self._row_was_seen(violation.row, exception)

	def _actual(self, violation: Violation, exception: ApprovedException) -> Decimal:
		"""The figure as on the day of the request: days that passed since are not held against it."""
		actual = violation.actual or ZERO
		if violation.reason == "overdue" and exception.asked_on:
			return actual - (self.today - exception.asked_on).days
		return actual

	def _rows_hold(self) -> bool:
		"""Every judged row brings in its share, or an approver saw as much of it at this price or a lower one."""
		return all(self._row_holds(line) for line in self.document.lines if not line.is_exempt)

	def _row_holds(self, line: LineFacts) -> bool:
		floor = self.floor_rates.get(line.row)
		brings_its_share = floor is not None and line.net_rate >= floor
		return brings_its_share or any(self._was_seen(line, exception) for exception in self.exceptions)

	def _row_was_seen(self, row: int | None, exception: ApprovedException) -> bool:
		return all(self._was_seen(line, exception) for line in self.document.lines if line.row == row)

	def _was_seen(self, line: LineFacts, exception: ApprovedException) -> bool:
		"""Not more of the item at this price or below than the approver saw and nobody else has used up."""
		rate = stock_rate(line)
		own = (
			ApprovedLine(other.item_code, stock_rate(other), other.stock_quantity)
			for other in self.document.lines
			if not other.is_exempt
		)
		wanted = _quantity_at(own, line.item_code, rate) + _quantity_at(exception.used, line.item_code, rate)
		return line.quantity != 0 and wanted <= _quantity_at(exception.lines, line.item_code, rate)


def _quantity_at(lines: Iterable[ApprovedLine], item_code: str, rate: Decimal) -> Decimal:
	"""How much of the item `lines` hold at `rate` or below."""
	fitting = (line for line in lines if line.item_code == item_code and line.stock_rate <= rate)
	return sum((line.stock_quantity for line in fitting), ZERO)


def stock_rate(line: LineFacts) -> Decimal:
	"""Net rate of a row per stock unit."""
	return rate_per_stock_unit(line.net_rate, line.quantity, line.stock_quantity)


def rate_per_stock_unit(net_rate: Decimal, quantity: Decimal, stock_quantity: Decimal) -> Decimal:
	"""To nine decimals: what two documents in different units are compared by. Zero without a quantity."""
	if not stock_quantity:
		return ZERO
	return (net_rate * quantity / stock_quantity).quantize(Decimal("1e-9"))
