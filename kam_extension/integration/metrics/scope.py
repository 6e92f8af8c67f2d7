"""Whom and when a metric measures: one company's key accounts, as of one day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from frappe.utils import add_days, add_months, getdate

from kam_extension.policy.money import optional_decimal

Measures = dict[str, Decimal | None]


@dataclass(frozen=True)
class Scope:
	"""`accounts` maps customer to key account; all of them have `company` as home company (R3).

	The year is the twelve months that end with `as_of_date`, both bounds inclusive.
	"""

	company: str
	as_of_date: date
	accounts: Mapping[str, str]
	base_price_list: str | None = None

	@property
	def customers(self) -> list[str]:
		return list(self.accounts)

	@property
	def year_start(self) -> date:
		return getdate(add_days(add_months(self.as_of_date, -12), 1))

	@property
	def previous_year_start(self) -> date:
		return getdate(add_days(add_months(self.as_of_date, -24), 1))

	def is_in_year(self, field):
		"""Query criterion: the date field lies in the year."""
		return field[self.year_start : self.as_of_date]

	def by_account(self, rows: Iterable[tuple], default: Decimal | None = None) -> Measures:
		"""Rows of (customer, value) as {key account: value}; accounts without a row get `default`."""
		measures = dict.fromkeys(self.accounts.values(), default)
		for customer, value in rows:
			measures[self.accounts[customer]] = optional_decimal(value)
		return measures
