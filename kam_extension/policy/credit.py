"""Credit before an order or a delivery: status, limits, overdue days, instalments (R31, R32)."""

from collections.abc import Iterator
from decimal import Decimal

from kam_extension.policy.codes import AccountStatus, Action, Rule
from kam_extension.policy.facts import CreditFacts, DocumentFacts
from kam_extension.policy.money import ZERO
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Verdict, Violation, code_for


def judge_account(document: DocumentFacts, terms: PolicyTerms) -> Verdict:
	"""The verdict on status and credit alone: where goods move or an order comes back and no price is set."""
	violations = tuple(
		violation for violation in account_violations(document, terms) if violation.action != Action.OFF
	)
	return Verdict(code=code_for(violations), violations=violations, net=document.net)


def account_violations(document: DocumentFacts, terms: PolicyTerms) -> Iterator[Violation]:
	"""What the account's status and credit forbid; nothing where the document commits to no delivery.

	Amounts with this document included, in company currency with tax. A limit or a number of days of zero is no limit.
	"""
	if not document.commits:
		return
	if document.account.status == AccountStatus.SUSPENDED:
		yield Violation(rule=Rule.CREDIT, reason="suspended", action=Action.BLOCK)
	if document.credit is not None:
		yield from _credit_violations(document.credit, Action(terms.credit_action))


def _credit_violations(credit: CreditFacts, action: Action) -> Iterator[Violation]:
	if _exceeds(credit.exposure, credit.credit_limit):
		yield _violation("credit_limit", action, credit.credit_limit, credit.exposure)
	for group in credit.groups:
		if _exceeds(group.exposure, group.credit_limit):
			yield _violation("group_limit", action, group.credit_limit, group.exposure, group.account)
	if _exceeds(credit.overdue_days, credit.max_overdue_days):
		required, actual = Decimal(credit.max_overdue_days), Decimal(credit.overdue_days)
		yield _violation("overdue", action, required, actual)
	for instalment in credit.instalments:
		if instalment.unpaid > ZERO:
			yield _violation("instalment", action, ZERO, instalment.unpaid, instalment.order)


def _exceeds(actual, limit) -> bool:
	return actual > limit > 0


def _violation(
	reason: str, action: Action, required: Decimal, actual: Decimal, subject: str | None = None
) -> Violation:
	return Violation(
		rule=Rule.CREDIT, reason=reason, action=action, required=required, actual=actual, subject=subject
	)
