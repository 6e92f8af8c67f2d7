"""Money shared out so that the shares add up to the cent."""

from collections.abc import Sequence
from decimal import Decimal

from kam_extension.policy.money import ZERO, Rounding

# Losses that differ by less only differ by how an exact quotient was cut off.
_SAME_LOSS = Decimal("1e-12")


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


def rounded_parts(parts: Sequence[Decimal], rounding: Rounding) -> list[Decimal]:
	"""Parts of one sign as money that adds up to their rounded total.

	All are cut, then the smallest units that are missing go where most was cut, the first one of equals. A
	refund is split exactly as the receipt of the same amount.
	"""
	total = sum(parts, ZERO)
	direction = Decimal(1).copy_sign(total)
	sizes = [part * direction for part in parts]
	cents = [rounding.down(size + _SAME_LOSS) for size in sizes]
	missing = int((rounding.money(abs(total)) - sum(cents, ZERO)) / rounding.smallest_unit)
	losses = [(size - cent).quantize(_SAME_LOSS) for size, cent in zip(sizes, cents, strict=True)]
	by_loss = sorted(range(len(sizes)), key=lambda index: -losses[index])
	for index in by_loss[:missing]:
		cents[index] += rounding.smallest_unit
	return [cent * direction for cent in cents]
