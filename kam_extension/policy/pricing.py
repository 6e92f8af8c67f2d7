"""The discount cap: no row below the base price less the cap of the account's class and tier (R21)."""

from decimal import Decimal

from kam_extension.policy.facts import LineFacts
from kam_extension.policy.money import HUNDRED, ZERO, Rounding


def cap_floor_rate(line: LineFacts, cap: Decimal, rounding: Rounding) -> Decimal | None:
	"""Lowest net rate (company currency, unit of the document) under a cap of `cap` percent; None when unlisted."""
	if line.list_rate is None:
		return None
	return rounding.money(line.list_rate * (HUNDRED - cap) / HUNDRED)


def earned_rate(line: LineFacts, cap: Decimal, slack: Decimal) -> Decimal:
	"""The row's net rate; what its amount brings per unit where rounding the rate to coins hides a discount.

	A rate of 0.01 less 40 % is 0.01 again, but the row's amount tells. An amount may fall short by `slack`, which
	is what rounding takes of it.
	"""
	if line.list_rate is None or not line.quantity:
		return line.net_rate
	allowed = min(line.list_rate * (HUNDRED - cap) / HUNDRED, line.net_rate)
	is_hidden = line.net_amount + slack < allowed * line.quantity
	return line.net_amount / line.quantity if is_hidden else line.net_rate


def is_capped(line: LineFacts) -> bool:
	"""Free rows count in cost instead; rows checked elsewhere are exempt."""
	return not (line.is_free or line.is_exempt)


def discount_points_over_cap(line: LineFacts, cap: Decimal, net_rate: Decimal | None = None) -> Decimal:
	"""By how many percentage points the discount of `net_rate` (the row's own) off the base list exceeds the cap."""
	net_rate = line.net_rate if net_rate is None else net_rate
	if not line.list_rate:
		return ZERO
	discount = HUNDRED - net_rate * HUNDRED / line.list_rate
	return max(discount - cap, ZERO)
