"""Agreements with an account by the date: what holds, what ends soon, what was renewed (R9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_extension.policy.codes import AgreementStatus
from kam_extension.policy.money import HUNDRED
from kam_extension.policy.rhythm import same_day

RATE_DIGITS = Decimal("0.01")


@dataclass(frozen=True)
class Renewals:
	"""Agreements that ended or would have ended in a period: `due`, and how many of them were `renewed`."""

	due: int = 0
	renewed: int = 0

	@property
	def rate(self) -> Decimal | None:
		"""Percent to two decimals; None when nothing was due."""
		return (Decimal(self.renewed) * HUNDRED / self.due).quantize(RATE_DIGITS) if self.due else None


def status_of(
	valid_from: date, valid_to: date | None, terminated_on: date | None, today: date, expiring_days: int
) -> AgreementStatus:
	"""Status of a signed agreement on `today`. The last day still counts; from the day of termination it is over.

	Expiring is the last day and the `expiring_days` before it.
	"""
	if terminated_on and terminated_on <= today:
		return AgreementStatus.TERMINATED
	if today < valid_from:
		return AgreementStatus.UPCOMING
	if valid_to is None:
		return AgreementStatus.IN_FORCE
	if today > valid_to:
		return AgreementStatus.EXPIRED
	is_ending = valid_to - today <= timedelta(days=expiring_days)
	return AgreementStatus.EXPIRING if is_ending else AgreementStatus.IN_FORCE


def next_term(valid_to: date, months: int) -> tuple[date, date]:
	"""First and last day of the term that follows `valid_to`: full months, the end of a month to the end of one."""
	first = valid_to + timedelta(days=1)
	return first, same_day(first, months) - timedelta(days=1)


def renewals_by_account(rows: Iterable[tuple[str, bool]]) -> dict[str, Renewals]:
	"""Account → its renewals, of one row (account, whether renewed) for each agreement that was due."""
	counted: dict[str, list[bool]] = {}
	for account, is_renewed in rows:
		counted.setdefault(account, []).append(bool(is_renewed))
	return {account: Renewals(len(found), sum(found)) for account, found in counted.items()}
