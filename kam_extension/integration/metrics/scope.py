"""Whom and when a metric measures: one company's key accounts, as of one day.

Named accounts are asked for by a list of their customers. For all accounts of a company (`is_whole_company`) the list
is a subquery, so that one pass of a metric serves twenty thousand accounts as it serves one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.utils import add_days, add_months, getdate

from kam_extension.policy.codes import AccountStatus
from kam_extension.policy.money import optional_decimal

Measures = dict[str, Decimal | None]
SCORED_STATUSES = (AccountStatus.ACTIVE, AccountStatus.WATCH, AccountStatus.SUSPENDED)


@dataclass(frozen=True)
class Scope:
	"""`accounts` maps customer to key account; all of them have `company` as home company (R3).

	The year is the twelve months that end with `as_of_date`, both bounds inclusive. `is_whole_company` says that
	`accounts` are all of the company's that are scored.
	"""

	company: str
	as_of_date: date
	accounts: Mapping[str, str]
	base_price_list: str | None = None
	is_whole_company: bool = False

	def covers(self, customer):
		"""Query criterion: the field `customer` names a customer of the accounts."""
		if not self.is_whole_company:
			return customer.isin(list(self.accounts))
		account = DocType("Key Account")
		return customer.isin(
			frappe.qb.from_(account)
			.select(account.customer)
			.where(account.company == self.company)
			.where(account.status.isin(SCORED_STATUSES))
		)

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
		"""Rows of (customer, value) as {key account: value}; accounts without a row get `default`.

		Rows of other customers are passed over: an account may have been made since the accounts were listed.
		"""
		measures = dict.fromkeys(self.accounts.values(), default)
		for customer, value in rows:
			if customer in self.accounts:
				measures[self.accounts[customer]] = optional_decimal(value)
		return measures
