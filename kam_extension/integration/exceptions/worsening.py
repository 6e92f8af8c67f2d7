"""What an approved exception covered before the document got worse: only that is asked for again (R75)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from frappe import _
from frappe.utils import getdate

from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.exceptions.price_exceptions import approved_exceptions
from kam_extension.policy.codes import Rule
from kam_extension.policy.exceptions import ApprovedException, ApprovedViolation
from kam_extension.policy.verdict import Violation

PER_ITEM = {Rule.DISCOUNT_CAP, Rule.UNKNOWN_COST, Rule.UNLISTED_ITEM}


@dataclass(frozen=True)
class Worsening:
	"""A violation that the exception named `exception` approved in a milder form."""

	exception: str
	approved: ApprovedViolation
	violation: Violation

	def sentence(self, money: Callable[[Decimal], str]) -> str:
		if self.violation.rule in (Rule.MARKUP, Rule.DISCOUNT_CAP) and self._is_cheaper:
			return _("Price Exception {0} approved {1}.").format(
				self.exception, money(self.approved.approved)
			)
		return _("Price Exception {0} approved less than this.").format(self.exception)

	@property
	def _is_cheaper(self) -> bool:
		return self.violation.actual < self.approved.approved


def worsenings(doc, judgement: Judgement) -> list[Worsening | None]:
	"""Per violation of the judgement: what a valid exception approved of it, where it doesn't cover it any more."""
	violations = judgement.verdict.violations
	if not any(violation.awaits_exception for violation in violations):
		return [None] * len(violations)
	valid = [exception for exception in approved_exceptions(doc) if exception.valid_until >= getdate()]
	return [_worsening(violation, valid) if violation.awaits_exception else None for violation in violations]


def _worsening(violation: Violation, exceptions: Iterable[ApprovedException]) -> Worsening | None:
	for exception in exceptions:
		for approved in exception.violations:
			if _is_same(approved, violation):
				return Worsening(exception.name, approved, violation)
	return None


def _is_same(approved: ApprovedViolation, violation: Violation) -> bool:
	same = (approved.rule, approved.reason, approved.subject or None)
	if same != (violation.rule, violation.reason, violation.subject):
		return False
	return violation.rule not in PER_ITEM or approved.item_code == violation.item_code
