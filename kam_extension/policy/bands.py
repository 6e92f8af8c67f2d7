"""Amount bands: lower bound inclusive, a row that names the tier beats one that doesn't (R22, R37)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from kam_extension.policy.terms import MarginBand, RebateBand

Band = TypeVar("Band", MarginBand, RebateBand)


def band_for(bands: Sequence[Band], amount: Decimal, tier: str | None) -> Band | None:
	"""The band of `amount` (company currency): the highest reached one of the tier, else of the general rows.

	An amount below every band gets the lowest general one. None without bands.
	"""
	for wanted in (tier, None) if tier else (None,):
		reached = [band for band in bands if band.tier == wanted and band.from_amount <= amount]
		if reached:
			return max(reached, key=lambda band: band.from_amount)
	general = [band for band in bands if band.tier is None]
	return min(general, key=lambda band: band.from_amount) if general else None


def edges(bands: Sequence[Band], tier: str | None) -> set[Decimal]:
	"""Amounts at which the band of an account of this tier can change."""
	return {band.from_amount for band in bands if band.tier in (None, tier)}
