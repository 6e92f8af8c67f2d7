"""The sums of a replay as the document keeps them: JSON for cards and charts, and figures for lists (R62)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kam_extension.integration.replay.rebates_owed import Rebates
from kam_extension.integration.replay.sides import Policies
from kam_extension.integration.replay.tiers_earned import EarnedTier
from kam_extension.integration.replay.verdicts import Compared, Judged
from kam_extension.policy.codes import VerdictCode
from kam_extension.replay.frozen import freeze
from kam_extension.replay.tally import HIGHEST_STEP, LOWEST_STEP, STEP, AccountTally, Tally

_OF_ACCOUNT = ("customer", "customer_name", "account_class", "tier")


@dataclass
class SideSums:
	orders: Tally = field(default_factory=Tally)
	accounts: dict[str, AccountTally] = field(default_factory=lambda: defaultdict(AccountTally))
	tiers: dict[str, EarnedTier] = field(default_factory=dict)

	def add(self, one: Compared, judged: Judged | None) -> None:
		if judged is not None:
			self.orders.add(one.order.day, judged.verdict)
			self.accounts[one.order.head.key_account].add(judged.verdict)


@dataclass
class Sums:
	"""What is counted while orders are judged, and what is added in the end."""

	tried: SideSums = field(default_factory=SideSums)
	before: SideSums = field(default_factory=SideSums)
	rebates: Rebates = field(default_factory=Rebates)
	changes: Counter = field(default_factory=Counter)
	verdict_changes: Counter = field(default_factory=Counter)
	not_replayed: Counter = field(default_factory=Counter)
	without_policy: int = 0
	partly_replayed: int = 0
	heads: dict[str, dict] = field(default_factory=dict)

	def add(self, one: Compared) -> None:
		self.tried.add(one, one.tried)
		self.before.add(one, one.before)
		self.changes[one.change] += 1
		self.without_policy += one.before is None
		if one.before:
			self.verdict_changes[(one.before.verdict.code.value, one.tried.verdict.code.value)] += 1
		left_out = one.order.not_replayed(one.tried.terms) if one.tried.facts else ()
		self.partly_replayed += bool(left_out)
		self.not_replayed.update(left_out)
		head = one.order.head
		if head.key_account not in self.heads:
			self.heads[head.key_account] = {field: head[field] for field in _OF_ACCOUNT}


def headline(sums: Sums) -> dict:
	"""Figures of the document itself, by its fields."""
	return {"not_replayed": sums.partly_replayed} | {
		prefix + name: value
		for prefix, side, rebates in (
			("", sums.tried, sums.rebates.tried),
			("before_", sums.before, sums.rebates.before),
		)
		for name, value in {
			"orders_blocked": side.orders.verdicts[VerdictCode.BLOCKED],
			"markup_kept": float(side.orders.sums.markup().kept or 0),
			"rebate_cost": float(rebates.total()),
			"accounts_moved": sum(bool(tier.move) for tier in side.tiers.values()),
		}.items()
	}


def summary_of(sums: Sums, policies: Policies, currency: str) -> dict:
	"""Everything that cards, charts and the pages of orders need, for good: policies too, as they were that day.

	Money as text in company currency, markups in percent; steps of markup by their lower edge.
	"""
	used = {policies.tried.name: policies.tried} | policies.known
	return {
		"currency": currency,
		"steps": {"width": STEP, "lowest": LOWEST_STEP, "highest": HIGHEST_STEP},
		"tried": _side(sums.tried, sums.rebates.tried),
		"before": _side(sums.before, sums.rebates.before) if sums.before.orders.verdicts else None,
		"changes": dict(sums.changes),
		"verdict_changes": [[*pair, count] for pair, count in sorted(sums.verdict_changes.items())],
		"not_replayed": dict(sums.not_replayed),
		"without_policy": sums.without_policy,
		"has_programmes": bool(policies.tried.rebate_programmes),
		"policies": {name: freeze(terms) for name, terms in used.items()},
	}


def _side(side: SideSums, rebates) -> dict:
	orders, markup = side.orders, side.orders.sums.markup()
	return {
		"verdicts": dict(orders.verdicts),
		"net": _texts(orders.net),
		"months": {month: dict(counts) for month, counts in sorted(orders.months.items())},
		"rules": {rule: dict(counts) for rule, counts in orders.rules.items()},
		"steps": {str(step): dict(counts) for step, counts in sorted(orders.steps.items())},
		"markup": {"cost": str(markup.cost), "required": _text(markup.required), "kept": _text(markup.kept)},
		"rebates": _texts(dict(sorted(rebates.months.items()))),
		"moves": Counter(tier.move for tier in side.tiers.values() if tier.move),
		"scored": len(side.tiers),
	}


def account_rows(sums: Sums, accounts: Mapping[str, Mapping]) -> Iterator[dict]:
	"""A row for each account that was scored, had orders or earned a rebate; `accounts` are those scored, by name."""
	names = {*accounts, *sums.tried.accounts, *sums.rebates.tried.accounts, *sums.rebates.before.accounts}
	for name in sorted(names):
		head = accounts.get(name) or sums.heads.get(name) or {}
		orders = sums.tried.accounts.get(name, AccountTally())
		row = {
			"key_account": name,
			"customer": head.get("customer"),
			"customer_name": head.get("customer_name"),
			"account_class": head.get("account_class"),
			"current_tier": head.get("tier") or None,
			"orders": orders.orders,
			"net_total": float(orders.net),
		}
		row |= _account_side("", sums.tried, sums.rebates.tried, name)
		row |= _account_side("before_", sums.before, sums.rebates.before, name)
		yield row


def _account_side(prefix: str, side: SideSums, rebates, name: str) -> dict:
	tier, orders = side.tiers.get(name), side.accounts.get(name, AccountTally())
	markup = orders.sums.markup()
	values = {
		"earned_tier": tier.tier if tier else None,
		"points": float(tier.points) if tier else 0,
		"move": tier.move if tier else "",
		"blocked": orders.blocked,
		"required_markup": float(markup.required or 0),
		"markup_kept": float(markup.kept or 0),
		"rebate": float(rebates.accounts.get(name, 0)),
	}
	return {prefix + field: value for field, value in values.items()}


def tier_flows(sums: Sums, accounts: Mapping[str, Mapping]) -> list[list]:
	"""[tier today, tier earned under the other policy, tier earned under the tried one, accounts]; None is no tier."""
	counts: Counter = Counter()
	for name, tier in sums.tried.tiers.items():
		before = sums.before.tiers.get(name)
		counts[(accounts[name].tier or None, before.tier if before else None, tier.tier)] += 1
	return [[*key, count] for key, count in sorted(counts.items(), key=lambda entry: str(entry))]


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
	return {key: str(amount) for key, amount in amounts.items()}


def _text(value: Decimal | None) -> str | None:
	return None if value is None else str(value)
