"""Who may approve an exception (R27, S4 article 1.5): the lowest role whose limits cover every violation."""

from collections.abc import Iterable, Sequence

from kam_extension.policy.codes import Rule
from kam_extension.policy.money import HUNDRED
from kam_extension.policy.terms import Authority
from kam_extension.policy.verdict import Violation

DEFAULT_AUTHORITIES = (Authority("KAM Executive", HUNDRED, HUNDRED, True),)


def approving_roles(violations: Iterable[Violation], authorities: Sequence[Authority]) -> list[str]:
	"""Roles whose limits cover all `violations`, the lowest first; KAM Executive alone when a policy names none."""
	violations = list(violations)
	covering = [
		authority
		for authority in (authorities or DEFAULT_AUTHORITIES)
		if all(_covers(authority, violation) for violation in violations)
	]
	return [authority.role for authority in sorted(covering, key=_reach)]


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


def _reach(authority: Authority) -> tuple:
	return (authority.max_markup_concession + authority.max_discount, authority.may_pass_credit)
