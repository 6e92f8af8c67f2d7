"""Days without a policy, and days that are over already (R13)."""

from collections.abc import Iterator
from datetime import date, timedelta

from kam_extension.policy.gaps.findings import Gap, Period, Surroundings
from kam_extension.policy.terms import PolicyTerms

ONE_DAY = timedelta(days=1)


def find_date_gaps(terms: PolicyTerms, around: Surroundings) -> Iterator[Gap]:
	"""A beginning or an end in the past, and days before or after the policy on which none is in force."""
	if around.today:
		yield from _find_past_days(terms, around.today, around.is_draft)
	if terms.valid_from:
		yield from _find_days_before(terms.valid_from, around.periods)
	if terms.valid_to:
		yield from _find_days_after(terms.valid_to, around.periods)


def _find_past_days(terms: PolicyTerms, today: date, is_draft: bool) -> Iterator[Gap]:
	if not is_draft:
		return
	if terms.valid_to and terms.valid_to < today:
		yield Gap("valid_to", "never_in_force", values={"day": terms.valid_to})
	elif terms.valid_from and terms.valid_from < today:
		yield Gap("valid_from", "begins_in_past", values={"day": terms.valid_from, "today": today})


def _find_days_before(first: date, periods: tuple[Period, ...]) -> Iterator[Gap]:
	"""Only where a policy was in force earlier: the first policy of a company leaves no gap."""
	earlier = [period for period in periods if period.valid_from < first]
	ends = [period.valid_to for period in earlier]
	if earlier and None not in ends and max(ends) < first - ONE_DAY:
		yield Gap("valid_from", "days_before", values={"start": max(ends) + ONE_DAY, "end": first - ONE_DAY})


def _find_days_after(last: date, periods: tuple[Period, ...]) -> Iterator[Gap]:
	day = last + ONE_DAY
	if any(
		period.valid_from <= day and (not period.valid_to or period.valid_to >= day) for period in periods
	):
		return
	later = [period.valid_from for period in periods if period.valid_from > day]
	if later:
		yield Gap("valid_to", "days_after", values={"start": day, "end": min(later) - ONE_DAY})
	else:
		yield Gap("valid_to", "nothing_follows", values={"start": day})
