"""What came true of many accounts in a period; a fixed number of queries, however many accounts (R57)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.integration.agreements.renewals import renewals
from kam_extension.integration.metrics.collected import collected
from kam_extension.integration.metrics.invoices import gross_margin, revenue
from kam_extension.integration.metrics.service import satisfaction
from kam_extension.integration.plans.periods import a_year_before, period_scope
from kam_extension.policy.money import ZERO, decimal, percent_of


@dataclass(frozen=True)
class Figures:
	"""Amounts in the home company's currency, the rest in percent; None where there is nothing to measure."""

	revenue: Decimal
	revenue_before: Decimal
	collected: Decimal
	margin: Decimal | None
	satisfaction: Decimal | None
	renewal: Decimal | None

	@property
	def growth(self) -> Decimal | None:
		"""Revenue against the same period of the year before; None when that had none."""
		if self.revenue_before <= ZERO:
			return None
		return percent_of(self.revenue - self.revenue_before, self.revenue_before)


def figures(company: str, accounts: Mapping[str, str], first_day: date, last_day: date) -> dict[str, Figures]:
	"""{key account: figures} of `accounts` ({customer: key account}) from `first_day` to `last_day`, both included."""
	if not accounts:
		return {}
	scope = period_scope(company, accounts, first_day, last_day)
	sold, before = revenue(scope), revenue(a_year_before(scope))
	paid, margins, ratings = collected(scope), gross_margin(scope), satisfaction(scope)
	renewed = renewals(first_day, last_day, list(accounts.values()))
	return {
		name: Figures(
			revenue=sold[name],
			revenue_before=before[name],
			collected=paid[name],
			margin=margins[name],
			satisfaction=ratings[name],
			renewal=_rate(renewed.get(name)),
		)
		for name in accounts.values()
	}


def _rate(found) -> Decimal | None:
	return decimal(found.rate) if found and found.rate is not None else None
