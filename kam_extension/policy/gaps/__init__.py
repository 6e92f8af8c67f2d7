"""What a policy leaves open (R13–R16, R21–R23, R27, R31): possible, but seldom meant. Contradictions are in `checks`.

`find_gaps` is the way in; `tiers`, `scorecard`, `rules`, `programmes` and `dates` hold the searches, `findings` what they find.
"""

from collections.abc import Callable, Iterator

from kam_extension.policy.gaps.dates import find_date_gaps
from kam_extension.policy.gaps.findings import Gap, Period, Surroundings
from kam_extension.policy.gaps.programmes import find_programme_gaps
from kam_extension.policy.gaps.rules import find_rule_gaps
from kam_extension.policy.gaps.scorecard import find_scorecard_gaps
from kam_extension.policy.gaps.tiers import find_tier_gaps
from kam_extension.policy.terms import PolicyTerms

__all__ = ["Gap", "Period", "Surroundings", "find_gaps"]

_SEARCHES: tuple[Callable[[PolicyTerms, Surroundings], Iterator[Gap]], ...] = (
	find_date_gaps,
	find_scorecard_gaps,
	find_tier_gaps,
	find_rule_gaps,
	find_programme_gaps,
)


def find_gaps(terms: PolicyTerms, surroundings: Surroundings | None = None) -> list[Gap]:
	"""Everything in `terms` that a director may have overlooked, in the order of the form's tabs.

	Meant for terms without contradictions. Without `surroundings` dates, ranks and taxes are left out of it.
	"""
	around = surroundings or Surroundings()
	return [gap for search in _SEARCHES for gap in search(terms, around)]
