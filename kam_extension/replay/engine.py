"""The whole replay of one book under one policy, and the sums that the report shows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.money import HUNDRED, ZERO, percent_of
from kam_extension.policy.terms import PolicyTerms
from kam_extension.replay.book import Book
from kam_extension.replay.decisions import Decision, decide
from kam_extension.replay.policy_file import Policy
from kam_extension.replay.rebates_owed import OwedRebate, owed_rebates
from kam_extension.replay.tiers import TierMove, propose_tiers

OTHER_ORDERS = """
	SELECT count(*) AS orders FROM orders
	WHERE state = 'Submitted' AND order_date <= $as_of_date AND customer NOT IN (SELECT customer FROM key_accounts)
"""


@dataclass(frozen=True)
class Markup:
	"""Markup over several orders, weighted by cost; percents, None without cost."""

	cost: Decimal
	required: Decimal | None
	kept: Decimal | None


@dataclass(frozen=True)
class Replay:
	book: Book
	terms: PolicyTerms
	decisions: list[Decision]
	rebates: list[OwedRebate]
	tiers: list[TierMove]
	other_orders: int
	policy_title: str

	def counts(self) -> Counter:
		"""Orders by verdict."""
		return Counter(str(decision.verdict.code) for decision in self.decisions)

	def blocked(self) -> list[Decision]:
		"""Orders that the policy blocks, the largest first."""
		found = [decision for decision in self.decisions if decision.verdict.code == VerdictCode.BLOCKED]
		return sorted(found, key=lambda decision: decision.net_total, reverse=True)

	def counts_by_month(self) -> dict[str, Counter]:
		"""{month such as 2026-06: orders by verdict}, in order of time."""
		months = defaultdict(Counter)
		for decision in self.decisions:
			months[f"{decision.order_date:%Y-%m}"][str(decision.verdict.code)] += 1
		return {month: months[month] for month in _months_between(months)}

	def markups(self) -> dict[str, Markup]:
		"""{customer: markup over all its orders}."""
		grouped = defaultdict(list)
		for decision in self.decisions:
			grouped[decision.customer].append(decision)
		return {customer: markup_of(decisions) for customer, decisions in sorted(grouped.items())}

	def rebates_by_month(self) -> dict[str, Decimal]:
		months = defaultdict(Decimal)
		for owed in self.rebates:
			months[owed.month] += owed.rebate
		return {month: months[month] for month in _months_between(months)}

	def rebates_by_customer_and_month(self) -> dict[str, dict[str, Decimal]]:
		grouped: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
		for owed in self.rebates:
			grouped[owed.customer][owed.month] += owed.rebate
		return {customer: dict(months) for customer, months in sorted(grouped.items())}


def _months_between(months: Iterable[str]) -> list[str]:
	"""Every month from the first to the last of `months`, those without anything too."""
	numbers = [int(month[:4]) * 12 + int(month[5:]) - 1 for month in months]
	if not numbers:
		return []
	return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(min(numbers), max(numbers) + 1)]


def replay(book: Book, policy: Policy) -> Replay:
	"""Judge, score and compute everything that the policy has to say about the book."""
	terms = policy.terms
	return Replay(
		book=book,
		terms=terms,
		decisions=decide(book, terms),
		rebates=owed_rebates(book, terms),
		tiers=propose_tiers(book, terms),
		other_orders=book.rows(OTHER_ORDERS)[0]["orders"],
		policy_title=policy.title,
	)


def markup_of(decisions: list[Decision]) -> Markup:
	"""Σ of what was kept and required, on Σ of cost; orders without a known cost are left out."""
	figures = [decision.verdict.margin for decision in decisions if decision.verdict.margin]
	cost = sum((figure.cost for figure in figures), ZERO)
	required = sum((figure.cost * figure.required_markup / HUNDRED for figure in figures), ZERO)
	kept = sum((figure.cost * (figure.actual_markup or ZERO) / HUNDRED for figure in figures), ZERO)
	return Markup(cost, percent_of(required, cost), percent_of(kept, cost))
