"""Money as the ledger counts it: Decimal, rounded to the currency's precision."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cached_property

HUNDRED = Decimal(100)
ZERO = Decimal(0)


def decimal(value: object) -> Decimal:
	"""`value` as Decimal by its shortest decimal text, so that the float 85.4 is 85.4; None and '' are 0."""
	if value is None or value == "":
		return ZERO
	return value if isinstance(value, Decimal) else Decimal(str(value))


def optional_decimal(value: object) -> Decimal | None:
	"""As `decimal`, but None and '' stay None: unknown is not zero."""
	return None if value is None or value == "" else decimal(value)


@dataclass(frozen=True)
class Rounding:
	"""How a site rounds money: `precision` decimals, halves to even or away from zero."""

	precision: int = 2
	half_to_even: bool = False

	@cached_property
	def smallest_unit(self) -> Decimal:
		return Decimal(1).scaleb(-self.precision)

	def money(self, amount: Decimal) -> Decimal:
		return amount.quantize(self.smallest_unit, ROUND_HALF_EVEN if self.half_to_even else ROUND_HALF_UP)

	def up(self, amount: Decimal) -> Decimal:
		"""The smallest amount of money that is not below `amount`."""
		return amount.quantize(self.smallest_unit, ROUND_CEILING)

	def down(self, amount: Decimal) -> Decimal:
		return amount.quantize(self.smallest_unit, ROUND_FLOOR)

	def share(self, amount: Decimal, percent: Decimal) -> Decimal:
		"""`percent` of `amount`, as money."""
		return self.money(amount * percent / HUNDRED)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
	"""`part` in percent of `whole`, to six decimals for display; None when `whole` is zero."""
	return (part * HUNDRED / whole).quantize(Decimal("0.000001")) if whole else None
