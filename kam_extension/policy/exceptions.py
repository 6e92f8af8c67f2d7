"""What an approved Price Exception covers: its document and successors, at or above what was approved (R27)."""

from collections.abc import Sequence
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
	name: str
	valid_until: date
	violations: tuple[ApprovedViolation, ...]
	lines: tuple[ApprovedLine, ...]


def apply_exceptions(
	verdict: Verdict, document: DocumentFacts, exceptions: Sequence[ApprovedException], today: date
) -> Verdict:
	"""Mark the violations that a valid exception covers; the verdict's code follows."""
	valid = [exception for exception in exceptions if exception.valid_until >= today]
	if not valid or not verdict.violations:
		return verdict
	covered = tuple(
		replace(violation, exception=_covering(violation, document, valid))
		for violation in verdict.violations
	)
	return verdict.with_violations(covered)


def _covering(
	violation: Violation, document: DocumentFacts, exceptions: Sequence[ApprovedException]
) -> str | None:
	for exception in exceptions:
		if any(_covers(row, violation, document, exception) for row in exception.violations):
			return exception.name
	return None


def _covers(
	approved: ApprovedViolation, violation: Violation, document: DocumentFacts, exception: ApprovedException
) -> bool:
	if violation.is_final or (approved.rule, approved.reason) != (violation.rule, violation.reason):
		return False
	if violation.rule == Rule.MARKUP:
		return violation.shortfall <= approved.shortfall and _lines_hold(document, exception)
	if violation.rule == Rule.CREDIT:
		return (violation.actual or ZERO) <= approved.approved
	if violation.rule == Rule.UNREFERENCED_CREDIT:
		return abs(violation.actual or ZERO) <= abs(approved.approved)
	return approved.item_code == violation.item_code and _item_holds(violation, document, exception)


def _lines_hold(document: DocumentFacts, exception: ApprovedException) -> bool:
	"""No judged row is cheaper, or more of it, than the approver saw."""
	return all(_item_line_holds(line, document, exception) for line in document.lines if not line.is_exempt)


def _item_holds(violation: Violation, document: DocumentFacts, exception: ApprovedException) -> bool:
	lines = [line for line in document.lines if line.row == violation.row]
	return all(_item_line_holds(line, document, exception) for line in lines)


def _item_line_holds(line: LineFacts, document: DocumentFacts, exception: ApprovedException) -> bool:
	"""Not more of the item at this price or below than the approver saw at this price or below."""
	rate = stock_rate(line)
	wanted = [
		other.stock_quantity
		for other in document.lines
		if _same_item(other, line) and stock_rate(other) <= rate
	]
	seen = [
		approved.stock_quantity
		for approved in exception.lines
		if approved.item_code == line.item_code and approved.stock_rate <= rate
	]
	return line.quantity != 0 and sum(wanted, ZERO) <= sum(seen, ZERO)


def _same_item(other: LineFacts, line: LineFacts) -> bool:
	return other.item_code == line.item_code and not other.is_exempt


def stock_rate(line: LineFacts) -> Decimal:
	"""Net rate per stock unit, to nine decimals: what two documents in different units are compared by."""
	if not line.stock_quantity:
		return ZERO
	return (line.net_rate * line.quantity / line.stock_quantity).quantize(Decimal("1e-9"))
