"""The tier that each account would earn at the end of the period, under each policy (R14, R15, R62)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import frappe

from kam_extension.integration.metrics import measure
from kam_extension.integration.metrics.scope import SCORED_STATUSES
from kam_extension.integration.replay.order_rows import Selection
from kam_extension.integration.tiers.scorecards import (
	ACCOUNT_FIELDS,
	metrics_of,
	scope_of,
	scorecards_from,
)
from kam_extension.policy.codes import Metric
from kam_extension.policy.scoring import is_upgrade
from kam_extension.policy.terms import PolicyTerms


@dataclass(frozen=True)
class EarnedTier:
	"""`move` is Up, Down or empty, seen from the tier of the file."""

	tier: str | None
	points: Decimal
	move: str


def scored_accounts(selection: Selection) -> list:
	"""The accounts of the selection that a recompute scores, those of the company as their home."""
	columns = ", ".join(f"account.`{field}`" for field in ACCOUNT_FIELDS)
	return frappe.db.sql(
		f"""select {columns} from `tabKey Account` account where account.company = %(company)s
			and account.status in %(statuses)s and {selection.condition()} order by account.name""",
		selection.values() | {"statuses": tuple(SCORED_STATUSES)},
		as_dict=True,
	)


def earned_tiers(
	accounts: Sequence, sides: Sequence[PolicyTerms | None], as_of_date: date, is_whole_company: bool
) -> list[dict[str, EarnedTier]]:
	"""For each of `sides`, {key account: the tier it earns}; empty without a policy. Measured once for all of them."""
	policies = [terms for terms in sides if terms]
	if not accounts or not policies:
		return [{} for _side in sides]
	metrics = sorted(set().union(*map(metrics_of, policies)))
	scope = scope_of(accounts, policies[0], as_of_date, is_whole_company)
	measures = measure(metrics, scope)
	found = []
	for terms in sides:
		if terms is None:
			found.append({})
			continue
		own = measures
		if terms.base_price_list != scope.base_price_list and Metric.PRICE_PREMIUM in metrics:
			own = measures | measure(
				[Metric.PRICE_PREMIUM], replace(scope, base_price_list=terms.base_price_list)
			)
		found.append(_earned(accounts, terms, as_of_date, own))
	return found


def _earned(accounts: Sequence, terms: PolicyTerms, as_of_date: date, measures) -> dict[str, EarnedTier]:
	cards = scorecards_from(accounts, terms, as_of_date, measures, levels={})
	return {
		card.key_account: EarnedTier(
			card.proposal.tier,
			card.proposal.total_points,
			_move(terms, card.account_class, card.current_tier, card.proposal.tier),
		)
		for card in cards
	}


def _move(terms: PolicyTerms, account_class: str, current: str | None, earned: str | None) -> str:
	if current == earned:
		return ""
	return "Up" if is_upgrade(terms, account_class, current, earned) else "Down"
