"""Levels of key accounts by their single contracts and strategic agreements (R16; S0 article 4, S3 article 12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import AccountLevel, LevelBasis
from kam_extension.policy.money import ZERO
from kam_extension.policy.terms import LevelRule

BEST_FIRST = tuple(AccountLevel)


@dataclass(frozen=True)
class Contract:
	"""One contract: its date, and what it counts for in company currency, without tax."""

	signed_on: date
	amount: Decimal


@dataclass(frozen=True)
class LevelProposal:
	"""A better level than the account has, by `rule`: `contracts` of its contracts, `amount` together, reach it; where the
	rule counts strategic agreements, `contracts` of those.

	`needs_judgement`: it holds only if a person also judges the prospects as long-term; if not, `otherwise` is the best
	level above the present one that holds without judgement, None when the present one stays.
	"""

	level: str
	contracts: int
	amount: Decimal
	rule: LevelRule
	needs_judgement: bool
	otherwise: str | None = None


def propose_level(
	rules: Sequence[LevelRule],
	contracts: Sequence[Contract],
	current_level: str | None,
	as_of_date: date,
	strategic_agreements: int = 0,
) -> LevelProposal | None:
	"""The best level above `current_level` that the contracts earn, or the number of signed `strategic_agreements` in
	force; None when there is none: rules never lower.

	Bounds are inclusive: a contract of exactly the amount counts, and one signed on the day `lookback_years` before
	the as-of date (0 years: whenever). `contracts` are to be complete for follow-up rules, because the first one ever
	is not a follow-up.
	"""
	reached = [
		proposal
		for rule in sorted(rules, key=lambda rule: (_rank(rule.account_level), rule.needs_judgement))
		if is_higher(rule.account_level, current_level)
		and (proposal := _reach(rule, contracts, as_of_date, strategic_agreements))
	]
	if not reached:
		return None
	certain = [proposal.level for proposal in reached if not proposal.needs_judgement]
	best = reached[0]
	if not best.needs_judgement or not certain:
		return best
	return LevelProposal(best.level, best.contracts, best.amount, best.rule, True, certain[0])


def is_higher(level: str | None, other: str | None) -> bool:
	"""Whether `level` is better than `other`; no level is the lowest."""
	return _rank(level) < _rank(other)


def counts_contracts(rule: LevelRule) -> bool:
	"""A rule that asks for no contract is judged by people alone, or asks for agreements."""
	return rule.min_contracts > 0 and not counts_agreements(rule)


def counts_agreements(rule: LevelRule) -> bool:
	"""Whether signed strategic agreements earn the level (S0 article 4)."""
	return rule.counts == LevelBasis.STRATEGIC_AGREEMENT


def counted_since(rule: LevelRule, as_of_date: date) -> date:
	"""The first day whose contracts the rule counts; from 29 February back to the 28th where there is none."""
	if not rule.lookback_years:
		return date.min
	year = as_of_date.year - rule.lookback_years
	try:
		return as_of_date.replace(year=year)
	except ValueError:
		return as_of_date.replace(year=year, day=28)


def _reach(
	rule: LevelRule, contracts: Sequence[Contract], as_of_date: date, agreements: int
) -> LevelProposal | None:
	if counts_agreements(rule):
		is_reached = agreements >= max(rule.min_contracts, 1)
		return _proposal(rule, agreements, ZERO) if is_reached else None
	if not counts_contracts(rule):
		return None
	counted = _counted(rule, contracts, as_of_date)
	total = sum((contract.amount for contract in counted), ZERO)
	is_total = rule.counts == LevelBasis.FOLLOW_UP_TOTAL
	if len(counted) < rule.min_contracts or (is_total and total < rule.min_contract_amount):
		return None
	return _proposal(rule, len(counted), total)


def _proposal(rule: LevelRule, number: int, amount: Decimal) -> LevelProposal:
	return LevelProposal(rule.account_level, number, amount, rule, rule.needs_judgement)


def _counted(rule: LevelRule, contracts: Sequence[Contract], as_of_date: date) -> list[Contract]:
	since = counted_since(rule, as_of_date)
	if rule.counts == LevelBasis.FOLLOW_UP_TOTAL:
		follow_ups = sorted(contracts, key=lambda contract: contract.signed_on)[1:]
		return [contract for contract in follow_ups if since <= contract.signed_on <= as_of_date]
	return [
		contract
		for contract in contracts
		if since <= contract.signed_on <= as_of_date and contract.amount >= rule.min_contract_amount
	]


def _rank(level: str | None) -> int:
	"""0 is best; no level, or one unheard of, comes last."""
	return BEST_FIRST.index(level) if level in BEST_FIRST else len(BEST_FIRST)
