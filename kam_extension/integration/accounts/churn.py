"""What the churn watch finds: accounts whose orders break with their own past (R56)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import GroupConcat, Sum

from kam_extension.integration.metrics.orders import counted_amount, orders_of
from kam_extension.integration.metrics.scope import SCORED_STATUSES, Scope
from kam_extension.policy.codes import AccountStatus, RiskLevel
from kam_extension.policy.money import decimal
from kam_extension.policy.rhythm import (
	LOOKBACK_MONTHS,
	Drop,
	Rhythm,
	compared_months,
	highest,
	months_a_year_earlier,
	order_drop,
	order_rhythm,
	same_day,
)
from kam_extension.policy.terms import PolicyTerms

WATCHED_STATUSES = (AccountStatus.ACTIVE, AccountStatus.WATCH)
ACCOUNT_FIELDS = ("name", "customer", "customer_name", "company", "status", "account_manager", "risk_level")


@dataclass(frozen=True)
class OrderFacts:
	"""One customer's orders: the days on which it ordered, and amounts of the compared months in company currency."""

	days: tuple[date, ...] = ()
	amount: Decimal = Decimal(0)
	amount_before: Decimal = Decimal(0)


@dataclass(frozen=True)
class Finding:
	"""One watched account on one day; `rhythm` and `drop` are None where its past says nothing.

	`warning` is the KAM Churn Warning that stands for it, if any.
	"""

	account: Mapping
	as_of: date
	rhythm: Rhythm | None
	drop: Drop | None
	warning: Mapping | None

	@property
	def silence_level(self) -> RiskLevel | None:
		"""A standing warning about silence outlives the history on which it was founded."""
		if self.rhythm is None:
			return RiskLevel(self.warning.silence_level) if self._warned("silence_level") else None
		return self.rhythm.level

	@property
	def drop_level(self) -> RiskLevel | None:
		return self.drop.level if self.drop else None

	@property
	def level(self) -> RiskLevel | None:
		return highest((self.silence_level, self.drop_level))

	@property
	def is_over(self) -> bool:
		return self.level is None and self.warning is not None

	@property
	def is_new(self) -> bool:
		return self.level is not None and self.warning is None

	@property
	def is_changed(self) -> bool:
		"""A standing warning whose levels moved, or whose silence is another one than before."""
		if not self.warning or not self.level:
			return False
		moved = (self.silence_level, self.drop_level) != (
			self.warning.silence_level or None,
			self.warning.drop_level or None,
		)
		return moved or self._is_another_silence

	@property
	def is_news(self) -> bool:
		"""Whether people have to be told: something new, or worse than what they were told."""
		before = {} if self.warning is None else self.warning
		silence = None if self._is_another_silence else before.get("silence_level")
		return _rank(self.silence_level) > _rank(silence) or _rank(self.drop_level) > _rank(
			before.get("drop_level")
		)

	@property
	def _is_another_silence(self) -> bool:
		if not self.rhythm or not self.rhythm.level or not self._warned("silence_level"):
			return False
		return self.rhythm.last_order != self.warning.last_order_date

	def _warned(self, fieldname: str) -> bool:
		return bool(self.warning and self.warning.get(fieldname))


def findings(company: str, terms: PolicyTerms, as_of: date) -> list[Finding]:
	"""Accounts of a home company that are found, or for which a warning stands; four queries for any number.

	Active accounts and those on watch; suspended and terminated ones are left as they are. Orders count as in the
	scorecard: submitted, of the home company, not between own companies.
	"""
	accounts = _accounts(company)
	if not accounts:
		return []
	scope = Scope(company, as_of, {row.customer: row.name for row in accounts}, is_whole_company=True)
	facts = order_facts(scope)
	warnings = _warnings()
	watched = (row for row in accounts if row.status in WATCHED_STATUSES)
	assessed = (
		_assess(row, facts.get(row.customer, OrderFacts()), terms, as_of, warnings) for row in watched
	)
	return [finding for finding in assessed if finding.level or finding.warning]


def order_facts(scope: Scope) -> dict[str, OrderFacts]:
	"""{customer: facts} of the scope's customers that ordered within the last 24 months; two queries."""
	amounts = _amounts(scope)
	return {
		customer: OrderFacts(days, *amounts.get(customer, (Decimal(0), Decimal(0))))
		for customer, days in _days(scope)
	}


def _assess(account, facts: OrderFacts, terms: PolicyTerms, as_of: date, warnings: Mapping) -> Finding:
	return Finding(
		account=account,
		as_of=as_of,
		rhythm=order_rhythm(facts.days, as_of, terms),
		drop=order_drop(facts.amount, facts.amount_before, terms),
		warning=warnings.get(account.name),
	)


def _days(scope: Scope) -> Iterable[tuple[str, tuple[date, ...]]]:
	"""Customer and the days on which it ordered; one row a customer, so that a million orders fit the memory."""
	order = DocType("Sales Order")
	query = (
		orders_of(order, scope)
		.select(GroupConcat(order.transaction_date).distinct())
		.where(order.transaction_date > same_day(scope.as_of_date, -LOOKBACK_MONTHS))
	)
	for customer, days in query.run():
		yield customer, tuple(date.fromisoformat(day) for day in days.split(","))


def _amounts(scope: Scope) -> dict[str, tuple[Decimal, Decimal]]:
	order = DocType("Sales Order")
	months, before = compared_months(scope.as_of_date), months_a_year_earlier(scope.as_of_date)
	query = (
		orders_of(order, scope)
		.select(*(_amount_in(order, period) for period in (months, before)))
		.where(order.transaction_date[before[0] : months[1]])
	)
	return {customer: (decimal(amount), decimal(earlier)) for customer, amount, earlier in query.run()}


def _amount_in(order, period: tuple[date, date]):
	start, end = period
	return Sum(Case().when(order.transaction_date[start:end], counted_amount(order)).else_(0))


def _accounts(company: str) -> list:
	filters = {"company": company, "status": ("in", SCORED_STATUSES)}
	return frappe.get_all("Key Account", filters=filters, fields=ACCOUNT_FIELDS, order_by="name")


def _warnings() -> dict[str, Mapping]:
	fields = (
		"name", "key_account", "silence_level", "drop_level", "last_order_date", "usual_gap_days", "risk_report",
	)  # fmt: skip
	return {row.key_account: row for row in frappe.get_all("KAM Churn Warning", fields=fields)}


def _rank(level: str | None) -> int:
	return list(RiskLevel).index(RiskLevel(level)) + 1 if level else 0
