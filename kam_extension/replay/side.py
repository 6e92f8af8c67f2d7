"""What one policy has to say about a book: verdicts, markup, rebates and tiers, summed up by SQL."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from kam_extension.policy.money import ZERO
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Verdict
from kam_extension.replay.book import Book
from kam_extension.replay.decisions import judge_order
from kam_extension.replay.facts import read_orders
from kam_extension.replay.prices import Pricing
from kam_extension.replay.tally import Markup, markup_of
from kam_extension.replay.tiers import TierMove, propose_tiers
from kam_extension.replay.work import DECISIONS, REBATES

_MARKUP_SUMS = """
	coalesce(sum(cost), 0) AS cost,
	sum(CAST(cost AS DECIMAL(20, 4)) * required_markup) AS required,
	sum(CAST(cost AS DECIMAL(20, 4)) * coalesce(actual_markup, 0)) AS kept
"""


@dataclass(frozen=True)
class ShownOrder:
	"""An order with its verdict, for a table that a person reads; the tier is the one of its day, where known."""

	order: str
	order_date: date
	customer: str
	customer_name: str
	tier: str | None
	net_total: Decimal
	verdict: Verdict


@dataclass(frozen=True)
class Side:
	"""What one policy has to say; `number` 0 is the policy that is tried, 1 the one that it is compared with."""

	book: Book
	number: int
	title: str
	pricing: Pricing

	@property
	def terms(self) -> PolicyTerms:
		return self.pricing.terms

	@cached_property
	def tiers(self) -> list[TierMove]:
		"""What each key account earns, scored when it is first asked for."""
		return propose_tiers(self.book, self.pricing)

	@property
	def decisions(self) -> str:
		"""Name of the table of verdicts, by the `place` of an order in `judged_orders`."""
		return f"{DECISIONS}_{self.number}"

	@property
	def rebates(self) -> str:
		"""Name of the table of rebates, by the `place` of a receipt in `receipts`."""
		return f"{REBATES}_{self.number}"

	@cached_property
	def _counts(self) -> Counter:
		rows = self.book.rows(f"SELECT verdict, count(*) AS orders FROM {self.decisions} GROUP BY ALL")
		return Counter({row["verdict"]: row["orders"] for row in rows})

	def counts(self) -> Counter:
		"""Orders by verdict."""
		return self._counts

	def counts_by_month(self) -> dict[str, Counter]:
		"""{month such as 2026-06: orders by verdict}, in order of time."""
		months: dict[str, Counter] = defaultdict(Counter)
		for row in self.book.rows(
			f"""SELECT strftime(order_date, '%Y-%m') AS month, verdict, count(*) AS orders
			FROM {self.decisions} JOIN judged_orders USING (place) GROUP BY ALL"""
		):
			months[row["month"]][row["verdict"]] = row["orders"]
		return {month: months[month] for month in _months_between(months)}

	def counts_by_rule(self) -> dict[str, Counter]:
		"""{rule: orders that break it by verdict}, the rule that most orders break first."""
		rules: dict[str, Counter] = defaultdict(Counter)
		for row in self.book.rows(
			f"""SELECT rule, verdict, count(*) AS orders FROM (
				SELECT unnest(string_split(rules, '; ')) AS rule, verdict FROM {self.decisions} WHERE rules <> ''
			) GROUP BY ALL ORDER BY rule"""
		):
			rules[row["rule"]][row["verdict"]] = row["orders"]
		return dict(sorted(rules.items(), key=lambda entry: -entry[1].total()))

	def gaps(self) -> Counter:
		"""Orders by what is not replayed of them; an order may count several times."""
		rows = self.book.rows(
			f"""SELECT gap, count(*) AS orders FROM (
				SELECT unnest(string_split(not_replayed, '; ')) AS gap FROM {self.decisions} WHERE not_replayed <> ''
			) GROUP BY ALL ORDER BY gap"""
		)
		return Counter({row["gap"]: row["orders"] for row in rows})

	def net_of(self, verdict: str) -> Decimal:
		"""Net total of the orders with this verdict."""
		[row] = self.book.rows(
			f"""SELECT coalesce(sum(net_total), 0) AS net FROM {self.decisions} JOIN judged_orders USING (place)
			WHERE verdict = $verdict""",
			verdict=verdict,
		)
		return row["net"]

	@cached_property
	def _markup_of_all(self) -> Markup:
		[row] = self.book.rows(f"SELECT {_MARKUP_SUMS} FROM {self.decisions}")
		return markup_of(**row)

	def markup(self) -> Markup:
		"""Over all orders."""
		return self._markup_of_all

	def markups(self, limit: int | None = None) -> dict[str, Markup]:
		"""{customer: markup over all its orders}; with `limit`, of the customers with the highest cost."""
		rows = self.book.rows(
			f"""SELECT customer, {_MARKUP_SUMS} FROM {self.decisions} JOIN judged_orders USING (place)
			GROUP BY customer ORDER BY cost DESC, customer LIMIT {limit if limit is not None else "ALL"}"""
		)
		return {
			row.pop("customer"): markup_of(**row) for row in sorted(rows, key=lambda row: row["customer"])
		}

	def markup_distribution(self, width: int, lowest: int, highest: int) -> dict[int, Counter]:
		"""{lower edge of a step of `width` percent: orders by verdict}; the first and the last step are open."""
		step = f"CAST(floor(actual_markup / {width}) * {width} AS INTEGER)"
		rows = self.book.rows(
			f"""SELECT greatest({lowest - width}, least({highest}, {step})) AS edge, verdict, count(*) AS orders
			FROM {self.decisions} WHERE actual_markup IS NOT NULL GROUP BY ALL"""
		)
		steps: dict[int, Counter] = {edge: Counter() for edge in range(lowest - width, highest + 1, width)}
		for row in rows:
			steps[row["edge"]][row["verdict"]] = row["orders"]
		return steps

	def rebates_by_month(self) -> dict[str, Decimal]:
		return self._rebates_by_month

	@cached_property
	def _rebates_by_month(self) -> dict[str, Decimal]:
		rows = self.book.rows(
			f"""SELECT strftime(posting_date, '%Y-%m') AS month, sum(rebate) AS rebate
			FROM {self.rebates} JOIN receipts USING (place) GROUP BY ALL"""
		)
		months = {row["month"]: row["rebate"] for row in rows}
		return {month: months.get(month, ZERO) for month in _months_between(months)}

	def rebates_by_customer_and_month(self, limit: int | None = None) -> dict[str, dict[str, Decimal]]:
		"""With `limit`, those of the customers with the highest rebates."""
		grouped: dict[str, dict[str, Decimal]] = defaultdict(dict)
		for row in self.book.rows(
			f"""WITH owed AS (
				SELECT customer, strftime(posting_date, '%Y-%m') AS month, sum(rebate) AS rebate
				FROM {self.rebates} JOIN receipts USING (place) GROUP BY ALL
			), largest AS (
				SELECT customer FROM owed GROUP BY customer ORDER BY sum(rebate) DESC, customer
				LIMIT {limit if limit is not None else "ALL"}
			) SELECT * FROM owed SEMI JOIN largest USING (customer) ORDER BY customer, month"""
		):
			grouped[row["customer"]][row["month"]] = row["rebate"]
		return dict(grouped)

	def rebates_on_blocked(self) -> Decimal:
		"""Rebates on receipts for orders that the policy blocks."""
		[row] = self.book.rows(
			f"""SELECT coalesce(sum(r.rebate), 0) AS rebate FROM {self.rebates} r JOIN receipts c USING (place)
			JOIN {self.decisions} d ON d.place = c.order_place WHERE d.verdict = 'Blocked'"""
		)
		return row["rebate"]

	def tier_flows(self) -> Counter:
		"""{(tier today, tier earned): accounts}; None is no tier."""
		return Counter((tier.current_tier, tier.proposal.tier) for tier in self.tiers)

	def moves(self) -> tuple[int, int]:
		"""How many accounts earn a better tier, and how many a worse one."""
		return sum(1 for tier in self.tiers if tier.move > 0), sum(1 for tier in self.tiers if tier.move < 0)

	def orders(self, condition: str, limit: int) -> list[ShownOrder]:
		"""The largest orders that fulfil an SQL condition on this side's `d` and the other side's `a`, judged once more."""
		other = f"LEFT JOIN {DECISIONS}_{1 - self.number} a USING (place)" if " a." in f" {condition}" else ""
		rows = self.book.rows(
			f"""SELECT place, "order", order_date, customer, customer_name, tier, net_total
			FROM {self.decisions} d JOIN judged_orders USING (place) {other} WHERE {condition}
			ORDER BY net_total DESC, place LIMIT {limit}"""
		)
		return [ShownOrder(verdict=self._verdict(row.pop("place")), **row) for row in rows]

	def blocked(self, limit: int = 100) -> list[ShownOrder]:
		"""Orders that the policy blocks, the largest first."""
		return self.orders("d.verdict = 'Blocked'", limit)

	def _verdict(self, place: int) -> Verdict:
		[order] = read_orders(self.book.store.database, place, place + 1, self.book.rounding)
		return judge_order(order, self.pricing)


def _months_between(months: Iterable[str]) -> list[str]:
	"""Every month from the first to the last of `months`, those without anything too."""
	numbers = [int(month[:4]) * 12 + int(month[5:]) - 1 for month in months]
	if not numbers:
		return []
	return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(min(numbers), max(numbers) + 1)]
