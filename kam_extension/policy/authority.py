"""Who may approve an exception (R27, S4 article 1.5): the lowest role whose limits cover every violation."""

from collections.abc import Iterable, Sequence

from kam_extension.policy.codes import Rule
from kam_extension.policy.money import HUNDRED
from kam_extension.policy.terms import Authority
from kam_extension.policy.verdict import Violation

ROLES_BY_RANK = ("KAM Manager", "KAM Director", "KAM Executive")
HIGHEST = Authority(ROLES_BY_RANK[-1], HUNDRED, HUNDRED, True)


def approving_roles(violations: Iterable[Violation], authorities: Sequence[Authority]) -> list[str]:
	"""Roles whose limits cover all `violations`, the lowest in rank first.

	KAM Executive has no limit unless a row of the policy sets one; a role without a row may approve nothing.
	"""
	violations = list(violations)
	limits = {HIGHEST.role: HIGHEST} | {authority.role: authority for authority in authorities}
	covering = [role for role, limit in limits.items() if all(_covers(limit, one) for one in violations)]
	return sorted(covering, key=ROLES_BY_RANK.index)


def _covers(authority: Authority, violation: Violation) -> bool:
	if violation.rule == Rule.MARKUP:
		return _within(violation, authority.max_markup_concession)
	if violation.rule == Rule.DISCOUNT_CAP:
		return _within(violation, authority.max_discount)
	if violation.rule == Rule.CREDIT:
		return authority.may_pass_credit
	return authority.max_markup_concession >= HUNDRED and authority.max_discount >= HUNDRED


def _within(violation: Violation, limit) -> bool:
	return limit >= HUNDRED or violation.points <= limit
