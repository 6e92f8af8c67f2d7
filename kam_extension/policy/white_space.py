"""White space: item groups that comparable accounts buy and one account does not (R78). Amounts in company currency."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from kam_extension.policy.money import HUNDRED, ZERO

SHARE_DIGITS = Decimal("0.1")
# The middle of one amount would be what that one account spends, which its competitors' sellers may not know.
FEWEST_BUYERS = 2


@dataclass(frozen=True)
class Gap:
	"""One item group that the account doesn't buy: how many of `peers` do (`buyers`), their share in percent, what the
	middle one of the buyers spends, and `potential`: that times the share, what an account like this can be expected to
	buy.
	"""

	item_group: str
	peers: int
	buyers: int
	share: Decimal
	median_spend: Decimal
	potential: Decimal


def gaps(
	own: Collection[str],
	peers: Collection[str],
	spend: Mapping[str, Mapping[str, Decimal]],
	min_peers: int,
	min_share: Decimal,
) -> list[Gap]:
	"""Gaps of an account that buys the item groups `own`, the largest potential first.

	`spend`: item group → {account: net amount}; what isn't above zero is no purchase. Fewer comparable accounts than
	`min_peers` say nothing; neither does a group that less than `min_share` percent of them buy, or only one.
	"""
	if not peers or len(peers) < min_peers:
		return []
	found = (
		_gap(item_group, len(peers), [amounts[peer] for peer in peers if amounts.get(peer, ZERO) > 0])
		for item_group, amounts in spend.items()
		if item_group not in own
	)
	return sorted(
		(gap for gap in found if gap and gap.share >= min_share),
		key=lambda gap: (-gap.potential, gap.item_group),
	)


def bought_groups(account: str, spend: Mapping[str, Mapping[str, Decimal]]) -> set[str]:
	"""Item groups that the account buys."""
	return {item_group for item_group, amounts in spend.items() if amounts.get(account, ZERO) > 0}


def _gap(item_group: str, peers: int, amounts: list[Decimal]) -> Gap | None:
	if len(amounts) < FEWEST_BUYERS:
		return None
	share = (Decimal(len(amounts)) * HUNDRED / peers).quantize(SHARE_DIGITS)
	middle = median(amounts)
	return Gap(item_group, peers, len(amounts), share, middle, middle * len(amounts) / peers)
