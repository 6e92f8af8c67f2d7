"""Money shared out so that the shares add up to the cent."""

from collections.abc import Sequence
from decimal import Decimal

from kam_extension.policy.money import ZERO, Rounding


def share_out(total: Decimal, weights: Sequence[Decimal], rounding: Rounding) -> list[Decimal]:
	"""`total` in proportion to `weights`, which may be negative; what rounding leaves goes to the largest share.

	Weights that add up to nothing give all of it to the first one.
	"""
	whole = sum(weights, ZERO)
	if not whole:
		return [total, *(ZERO for _weight in weights[1:])]
	shares = [rounding.money(total * weight / whole) for weight in weights]
	largest = max(range(len(shares)), key=lambda index: abs(shares[index]))
	shares[largest] += total - sum(shares, ZERO)
	return shares
