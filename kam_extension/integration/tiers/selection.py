"""Which of the scorecards that differ a recompute proposes (R17)."""

from collections.abc import Callable, Sequence

from kam_extension.integration.tiers.scorecards import Scorecard
from kam_extension.integration.tiers.tier_proposals import without_review_this_month
from kam_extension.policy.codes import RunProposals
from kam_extension.policy.terms import PolicyTerms

Select = Callable[[Sequence[Scorecard], PolicyTerms], Sequence[Scorecard]]


def propose_always(scorecards: Sequence[Scorecard], terms: PolicyTerms) -> Sequence[Scorecard]:
	"""On demand: whatever differs is proposed."""
	return scorecards


def propose_in_review_months(scorecards: Sequence[Scorecard], terms: PolicyTerms) -> Sequence[Scorecard]:
	"""Nightly: only in the policy's review months, and once a month for an account."""
	is_due = bool(scorecards) and scorecards[0].as_of_date.month in review_months(terms)
	return without_review_this_month(scorecards) if is_due else ()


def review_months(terms: PolicyTerms) -> set[int]:
	return {int(month) for month in terms.tier_review_months.split(",") if month.strip()}


SELECTIONS: dict[str, Select] = {
	RunProposals.ALL_DIFFERENCES: propose_always,
	RunProposals.REVIEW_MONTHS: propose_in_review_months,
}
