"""Monthly, quarterly and annual assessment of accounts: one row each, or summed up by manager, unit or tier (R61).

A fixed number of queries, however many accounts. Sums are sums; rates of a group are those of its accounts together,
satisfaction is the mean of its accounts that have one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kam_extension.integration.agreements.renewals import renewals
from kam_extension.integration.metrics.invoices import revenue
from kam_extension.integration.metrics.orders import order_count, tenure_months
from kam_extension.integration.plans.periods import a_year_before, period_scope
from kam_extension.integration.service.complaint_figures import complaint_figures
from kam_extension.integration.service.survey_figures import satisfaction_figures
from kam_extension.integration.visits.figures import VisitFigures, visit_figures
from kam_extension.policy.money import HUNDRED, ZERO, decimal, percent_of

GROUPS = {"Account": "name", "Manager": "account_manager", "Unit": "responsible_unit", "Tier": "tier"}


@dataclass
class Assessment:
	"""Figures of one account, or of a group of them. Amounts in `currency` of the home company."""

	accounts: int = 0
	revenue: Decimal = ZERO
	revenue_before: Decimal = ZERO
	orders: int = 0
	repeat_buyers: int = 0
	tenures: list[Decimal] = field(default_factory=list)
	satisfactions: list[Decimal] = field(default_factory=list)
	promoters: list[tuple[Decimal, int]] = field(default_factory=list)
	"""(NPS, number of answers) by account."""
	complaints: int = 0
	solved: int = 0
	repeated: int = 0
	responses: list[tuple[Decimal, int]] = field(default_factory=list)
	"""(mean hours until the first response, number of complaints) by account."""
	renewals_due: int = 0
	renewed: int = 0
	visits_held: int = 0
	visits_missed: int = 0

	@property
	def growth(self) -> Decimal | None:
		if self.revenue_before <= ZERO:
			return None
		return percent_of(self.revenue - self.revenue_before, self.revenue_before)

	@property
	def satisfaction(self) -> Decimal | None:
		return _mean(self.satisfactions)

	@property
	def tenure_months(self) -> Decimal | None:
		return _mean(self.tenures)

	@property
	def nps(self) -> Decimal | None:
		return _weighted(self.promoters)

	@property
	def response_hours(self) -> Decimal | None:
		return _weighted(self.responses)

	@property
	def resolution_rate(self) -> Decimal | None:
		return percent_of(Decimal(self.solved), Decimal(self.complaints))

	@property
	def repeat_complaint_rate(self) -> Decimal | None:
		return percent_of(Decimal(self.repeated), Decimal(self.complaints))

	@property
	def repeat_purchase_rate(self) -> Decimal | None:
		"""Share of the accounts with two or more orders in the period."""
		return percent_of(Decimal(self.repeat_buyers), Decimal(self.accounts))

	@property
	def renewal_rate(self) -> Decimal | None:
		return percent_of(Decimal(self.renewed), Decimal(self.renewals_due))

	@property
	def visits_kept(self) -> Decimal | None:
		"""Visits held in percent of those that were to be held."""
		return percent_of(Decimal(self.visits_held), Decimal(self.visits_held + self.visits_missed))


def assess(
	accounts: Sequence[Mapping], company: str, first_day: date, last_day: date, group_by: str, today: date
) -> dict[str, Assessment]:
	"""{group: figures} of `accounts` (rows with name, customer and the fields of GROUPS) of one home company.

	`group_by` is a key of GROUPS; accounts without manager, unit or tier are the group "".
	"""
	names = [row["name"] for row in accounts]
	if not names:
		return {}
	sources = _Sources(accounts, company, first_day, last_day, today)
	grouped: dict[str, Assessment] = defaultdict(Assessment)
	for row in accounts:
		sources.add(row["name"], grouped[row[GROUPS[group_by]] or ""])
	return dict(grouped)


class _Sources:
	"""What the tables say of all accounts, read once."""

	def __init__(
		self, accounts: Sequence[Mapping], company: str, first_day: date, last_day: date, today: date
	):
		names = [row["name"] for row in accounts]
		scope = period_scope(company, {row["customer"]: row["name"] for row in accounts}, first_day, last_day)
		self.revenue, self.revenue_before = revenue(scope), revenue(a_year_before(scope))
		self.orders, self.tenure = order_count(scope), tenure_months(scope)
		self.satisfaction = satisfaction_figures(names, first_day, last_day)
		self.complaints = complaint_figures(names, first_day, last_day)
		self.renewals = renewals(first_day, last_day, names)
		self.visits = visit_figures(names, first_day, last_day, today)

	def add(self, name: str, total: Assessment) -> None:
		orders = int(self.orders[name] or 0)
		total.accounts += 1
		total.revenue += self.revenue[name] or ZERO
		total.revenue_before += self.revenue_before[name] or ZERO
		total.orders += orders
		total.repeat_buyers += orders > 1
		if self.tenure[name] is not None:
			total.tenures.append(self.tenure[name])
		self._add_service(name, total)
		self._add_relations(name, total)

	def _add_service(self, name: str, total: Assessment) -> None:
		rated, complained = self.satisfaction.get(name), self.complaints.get(name)
		if rated and rated.satisfaction is not None:
			total.satisfactions.append(decimal(rated.satisfaction))
		if rated and rated.nps is not None:
			total.promoters.append((decimal(rated.nps), rated.answers))
		if complained:
			total.complaints += complained.complaints
			total.solved += complained.solved
			total.repeated += complained.repeats
			if complained.response_hours is not None:
				total.responses.append((decimal(complained.response_hours), complained.complaints))

	def _add_relations(self, name: str, total: Assessment) -> None:
		renewed = self.renewals.get(name)
		if renewed:
			total.renewals_due += renewed.due
			total.renewed += renewed.renewed
		visits = self.visits.get(name) or VisitFigures()
		total.visits_held += visits.held
		total.visits_missed += visits.missed + visits.overdue


def _mean(values: Sequence[Decimal]) -> Decimal | None:
	return sum(values, ZERO) / len(values) if values else None


def _weighted(values: Iterable[tuple[Decimal, int]]) -> Decimal | None:
	pairs = list(values)
	weight = sum(count for _value, count in pairs)
	total = sum((value * count for value, count in pairs), ZERO)
	return (total * HUNDRED / weight) / HUNDRED if weight else None
