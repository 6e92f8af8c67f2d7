"""Taxes that a document's prices include; list prices are compared on the same basis (R21)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.money import HUNDRED, ZERO

ONE = Decimal(1)


@dataclass(frozen=True)
class Charge:
	"""A row of a document's taxes and charges; `rate` is percent, or money per unit in the document's currency.

	`row` is the 1-based earlier row that a charge on another one refers to, 0 for none.
	"""

	account: str
	charge_type: str
	rate: Decimal
	row: int = 0
	is_included: bool = False


class InclusiveTax:
	"""What of a price is tax, by the charge rows that say they are included in it."""

	def __init__(self, charges: Iterable[Charge], exchange_rate: Decimal):
		self._charges = tuple(charges)
		self._is_any = any(charge.is_included for charge in self._charges)
		self._exchange_rate = exchange_rate or ONE

	def __bool__(self) -> bool:
		return self._is_any

	def net_of(self, price: Decimal, own_rates: Mapping[str, Decimal]) -> Decimal:
		"""The price (company currency, unit of the row) without the tax that the document's prices of the row include.

		`own_rates` are the rates of the item's own tax template, by account.
		"""
		if not self._is_any:
			return price
		share, per_unit = self._included(own_rates)
		return (price - per_unit * self._exchange_rate) / (ONE + share)

	def _included(self, own_rates: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
		"""Tax as a share of the net price, and tax per unit in the document's currency."""
		shares: list[Decimal] = []
		total_shares: list[Decimal] = []
		per_unit = ZERO
		for charge in self._charges:
			rate = own_rates.get(charge.account, charge.rate) if charge.is_included else ZERO
			if charge.charge_type == "On Item Quantity":
				per_unit += rate
			shares.append(_share(charge, rate / HUNDRED, shares, total_shares))
			total_shares.append(shares[-1] + (total_shares[-1] if total_shares else ONE))
		return sum(shares, ZERO), per_unit


def _share(charge: Charge, rate: Decimal, shares: list[Decimal], total_shares: list[Decimal]) -> Decimal:
	if charge.charge_type == "On Net Total":
		return rate
	if charge.charge_type == "On Previous Row Amount":
		return rate * shares[charge.row - 1]
	if charge.charge_type == "On Previous Row Total":
		return rate * total_shares[charge.row - 1]
	return ZERO
