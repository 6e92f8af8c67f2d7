"""The tier that each key account would earn today, beside the one that it has (R14, R15, R62)."""

from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.codes import Metric
from kam_extension.policy.scoring import TierProposal, is_upgrade, propose_tier
from kam_extension.policy.terms import PolicyTerms
from kam_extension.replay.book import Book
from kam_extension.replay.metrics import measure
from kam_extension.replay.prices import Pricing

ACCOUNTS = """
	SELECT k.customer, c.customer_name, k.account_class, k.tier
	FROM key_accounts k JOIN customers c USING (customer) ORDER BY k.customer
"""


@dataclass(frozen=True)
class TierMove:
	"""`move` is 1 for a better tier, −1 for a worse one, 0 for the same."""

	customer: str
	customer_name: str
	account_class: str
	current_tier: str | None
	proposal: TierProposal
	overdue_days: Decimal
	move: int


def propose_tiers(book: Book, pricing: Pricing) -> list[TierMove]:
	"""One row per key account, under the pricing's policy."""
	measures = measure(book, pricing)
	return [
		_propose(account, measures.pop(account["customer"]), pricing.terms) for account in book.rows(ACCOUNTS)
	]


def _propose(account: dict, values: dict, terms: PolicyTerms) -> TierMove:
	tenure, overdue = values[Metric.TENURE_MONTHS], values[Metric.OVERDUE_DAYS_MAX]
	proposal = propose_tier(
		terms,
		account["account_class"],
		values,
		months_since_first_order=None if tenure is None else int(tenure),
		is_in_arrears=overdue > terms.grace_days,
		current_tier=account["tier"],
	)
	return TierMove(
		customer=account["customer"],
		customer_name=account["customer_name"],
		account_class=account["account_class"],
		current_tier=account["tier"],
		proposal=proposal,
		overdue_days=overdue,
		move=_move(terms, account["account_class"], account["tier"], proposal.tier),
	)


def _move(terms: PolicyTerms, account_class: str, current: str | None, proposed: str | None) -> int:
	if current == proposed:
		return 0
	return 1 if is_upgrade(terms, account_class, current, proposed) else -1
