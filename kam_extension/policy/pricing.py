"""The discount cap: no row below the base price less the cap of the account's class and tier (R21)."""

from decimal import Decimal

from kam_extension.policy.facts import LineFacts
from kam_extension.policy.money import HUNDRED, ZERO, Rounding


def cap_floor_rate(line: LineFacts, cap: Decimal, rounding: Rounding) -> Decimal | None:
	"""Lowest net rate (company currency, unit of the document) under a cap of `cap` percent; None when unlisted."""
	if line.list_rate is None:
		return None
	return rounding.money(line.list_rate * (HUNDRED - cap) / HUNDRED)


def is_capped(line: LineFacts) -> bool:
	"""Free rows count in cost instead; rows checked elsewhere are exempt."""
	return not (line.is_free or line.is_exempt)


def discount_points_over_cap(line: LineFacts, cap: Decimal) -> Decimal:
	"""By how many percentage points the row's discount off the base list exceeds the cap; 0 within it."""
	if not line.list_rate:
		return ZERO
	discount = HUNDRED - line.net_rate * HUNDRED / line.list_rate
	return max(discount - cap, ZERO)
