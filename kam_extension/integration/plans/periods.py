"""The metrics of the scorecard (R14) over any period, not only the twelve months to a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import add_years, getdate

from kam_extension.integration.metrics.scope import Scope


@dataclass(frozen=True)
class PeriodScope(Scope):
	"""A scope whose "year" is the period from `first_day` to `as_of_date`, both inclusive."""

	first_day: date | None = None

	@property
	def year_start(self) -> date:
		return self.first_day

	@property
	def previous_year_start(self) -> date:
		return getdate(add_years(self.first_day, -1))


def period_scope(company: str, accounts: Mapping[str, str], first_day: date, last_day: date) -> PeriodScope:
	"""Scope of `accounts` ({customer: key account}) of a home company over a period."""
	return PeriodScope(company, getdate(last_day), accounts, first_day=getdate(first_day))


def a_year_before(scope: PeriodScope) -> PeriodScope:
	"""The same accounts over the same period of the year before."""
	return period_scope(
		scope.company,
		scope.accounts,
		getdate(add_years(scope.first_day, -1)),
		getdate(add_years(scope.as_of_date, -1)),
	)


def accounts_by_company(names: list[str] | None = None) -> dict[str, dict[str, str]]:
	"""{home company: {customer: key account}} of the accounts named, or of all. One query."""
	filters = {"name": ("in", names)} if names is not None else {}
	found: dict[str, dict[str, str]] = {}
	for row in frappe.get_all("Key Account", filters=filters, fields=["name", "customer", "company"]):
		found.setdefault(row.company, {})[row.customer] = row.name
	return found
