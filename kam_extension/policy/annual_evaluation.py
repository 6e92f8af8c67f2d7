"""What the figures of a year suggest about an account: strengthen, maintain or end (R58; S3 art. 10).

A suggestion only: a person judges, a director approves.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from kam_extension.policy.codes import AnnualJudgement, RiskLevel
from kam_extension.policy.money import ZERO, percent_of


class SuggestionReason(Enum):
	"""Why, for a sentence in the reader's language."""

	CRITICAL_RISK = "critical_risk"
	NO_REVENUE = "no_revenue"
	GROWTH = "growth"
	GROWTH_BUT_OVERDUE = "growth_but_overdue"
	STEADY = "steady"


@dataclass(frozen=True)
class YearOfAccount:
	"""Revenue of the year and of the one before, in company currency; longest overdue in days."""

	revenue: Decimal
	revenue_last_year: Decimal
	overdue_days: int
	risk_level: str | None

	@property
	def growth(self) -> Decimal | None:
		"""In percent; None when there was no revenue a year before."""
		if self.revenue_last_year <= ZERO:
			return None
		return percent_of(self.revenue - self.revenue_last_year, self.revenue_last_year)


def suggest(
	year: YearOfAccount, strengthen_growth: Decimal, overdue_limit: int
) -> tuple[AnnualJudgement, SuggestionReason]:
	"""End at a critical risk or without revenue in both years; strengthen from a growth on (percent) while nothing is
	overdue longer than the limit (days); else maintain.
	"""
	if year.risk_level == RiskLevel.CRITICAL:
		return AnnualJudgement.END, SuggestionReason.CRITICAL_RISK
	if year.revenue <= ZERO and year.revenue_last_year <= ZERO:
		return AnnualJudgement.END, SuggestionReason.NO_REVENUE
	if year.growth is None or year.growth < strengthen_growth:
		return AnnualJudgement.MAINTAIN, SuggestionReason.STEADY
	if year.overdue_days > overdue_limit:
		return AnnualJudgement.MAINTAIN, SuggestionReason.GROWTH_BUT_OVERDUE
	return AnnualJudgement.STRENGTHEN, SuggestionReason.GROWTH
