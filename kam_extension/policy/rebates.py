"""Rebate rate and rebate money (R23 for R, R37–R39 for receipts)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.bands import band_for
from kam_extension.policy.codes import RateSource, RebateBase
from kam_extension.policy.money import ZERO, Rounding
from kam_extension.policy.terms import PolicyTerms, RebateBand


@dataclass(frozen=True)
class Agreement:
	"""What an approved Rebate Agreement grants: the policy's ladder, or a special rate in percent.

	`priced_in_rate` is the percent that prices have to bear for its programmes; `programmes_only` grants nothing else.
	"""

	name: str = ""
	rate_source: str = RateSource.POLICY_LADDER
	special_rate: Decimal = ZERO
	priced_in_rate: Decimal = ZERO
	programmes_only: bool = False


def ladder_rate(bands: Sequence[RebateBand], net: Decimal, tier: str | None) -> Decimal:
	"""The ladder's reference rate in percent for a document of effective net `net` (R37, S4); 0 without bands."""
	band = band_for(bands, net, tier)
	return band.rebate_rate if band else ZERO


def agreed_rate(
	agreement: Agreement | None, bands: Sequence[RebateBand], net: Decimal, tier: str | None
) -> Decimal:
	"""The rate in percent that an agreement grants on the receipts of a document; nothing is owed without one (R37)."""
	if agreement is None or agreement.programmes_only:
		return ZERO
	if agreement.rate_source == RateSource.SPECIAL:
		return agreement.special_rate
	return ladder_rate(bands, net, tier)


def priced_rate(
	agreement: Agreement | None, bands: Sequence[RebateBand], net: Decimal, tier: str | None
) -> Decimal:
	"""The rate in percent that the price of a document has to bear (r of R23): its own and that of the programmes."""
	if agreement is None:
		return ZERO
	return agreed_rate(agreement, bands, net, tier) + agreement.priced_in_rate


def rebate_on_receipt(
	collected: Decimal, rate: Decimal, net_share: Decimal, terms: PolicyTerms, rounding: Rounding
) -> Decimal:
	"""Rebate in money on `collected` (R38): of the gross receipt, or of its net part.

	`net_share` is net total ÷ grand total of the order behind the receipt, between 0 and 1.
	Negative for a receipt that was taken back.
	"""
	base = collected if terms.rebate_base == RebateBase.GROSS_RECEIPTS else collected * net_share
	return rounding.share(base, rate)
