"""What a rebate programme earns in one period, and on which receipts (R72, R73). One evaluator for desk and tests.

Money in company currency, percents as 14 for 14 %. Nothing here depends on the order of its input.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import ProgrammeCalculation, ProgrammeKind
from kam_extension.policy.money import HUNDRED, ZERO, Rounding
from kam_extension.policy.programme_terms import ProgrammeBand, RebateProgramme
from kam_extension.policy.shares import rounded_parts


@dataclass(frozen=True)
class Slice:
	"""The part of a receipt that counts for a programme; `order_net` is N of the order behind it.

	`receipt` is what the caller knows the receipt by: any tuple of text. `base` is with or without tax, by policy.
	"""

	receipt: tuple
	on: date
	order: str
	base: Decimal
	order_net: Decimal


@dataclass(frozen=True)
class Earned:
	"""What a programme earned: `amount`, on `base`; the highest `band` reached; `parts` by receipt add up to it.

	`lacks_last_year`: growth can't be told, because nothing was received a year before.
	"""

	base: Decimal
	amount: Decimal
	parts: dict[tuple, Decimal]
	band: ProgrammeBand | None = None
	lacks_last_year: bool = False

	@property
	def rate(self) -> Decimal:
		"""Earned in percent of the base, to six decimals; 0 without a base."""
		return (self.amount * HUNDRED / self.base).quantize(Decimal("0.000001")) if self.base > 0 else ZERO


def earned(
	programme: RebateProgramme,
	bands: Sequence[ProgrammeBand],
	slices: Iterable[Slice],
	last_year: Decimal,
	rounding: Rounding,
) -> Earned:
	"""What the programme earns on the `slices` of one period.

	`last_year` is what was received in the same period a year before; only growth asks for it. Amounts below the lowest
	band, and totals that aren't above zero, earn nothing.
	"""
	ordered = sorted(slices, key=lambda part: (part.on, part.receipt))
	bands = sorted(bands, key=lambda band: band.from_value)
	if programme.kind == ProgrammeKind.ORDER_AMOUNT:
		return _by_order(programme, bands, ordered, rounding)
	total = sum((part.base for part in ordered), ZERO)
	lacks = programme.kind == ProgrammeKind.GROWTH and last_year <= 0
	amount, band = ZERO, None
	if total > 0 and not lacks:
		steps = _steps(programme, bands, last_year)
		band = _highest(steps, total)
		amount = rounding.money(_amount(programme, steps, total, last_year))
	return Earned(total, amount, _spread(amount, ordered, rounding), band, lacks)


def _by_order(
	programme: RebateProgramme, bands: Sequence[ProgrammeBand], slices: Sequence[Slice], rounding: Rounding
) -> Earned:
	"""Each order by its own N; what was received of it earns the rate of the order."""
	by_order: dict[str, list[Slice]] = defaultdict(list)
	for part in slices:
		by_order[part.order].append(part)
	steps = _steps(programme, bands, ZERO)
	parts, best = {}, None
	for rows in by_order.values():
		net, base = rows[0].order_net, sum((part.base for part in rows), ZERO)
		rate = _amount(programme, steps, net, ZERO) / net if net > 0 else ZERO
		parts |= _spread(rounding.money(base * rate) if base > 0 else ZERO, rows, rounding)
		reached = _highest(steps, net)
		if reached and (best is None or reached.from_value > best.from_value):
			best = reached
	base = sum((part.base for part in slices), ZERO)
	return Earned(base, sum(parts.values(), ZERO), parts, best)


def _steps(
	programme: RebateProgramme, bands: Sequence[ProgrammeBand], last_year: Decimal
) -> list[tuple[Decimal, ProgrammeBand]]:
	"""(amount from which it holds, band); growth of 10 % over 500.00 begins at 550.00."""
	if programme.kind != ProgrammeKind.GROWTH:
		return [(band.from_value, band) for band in bands]
	return [(last_year + last_year * band.from_value / HUNDRED, band) for band in bands]


def _highest(steps: Sequence[tuple[Decimal, ProgrammeBand]], total: Decimal) -> ProgrammeBand | None:
	reached = [band for start, band in steps if start <= total]
	return reached[-1] if reached else None


def _amount(
	programme: RebateProgramme,
	steps: Sequence[tuple[Decimal, ProgrammeBand]],
	total: Decimal,
	last_year: Decimal,
) -> Decimal:
	"""Exact, not rounded. Fixed amounts add up when marginal; a rate holds for all, or for the slice of its band."""
	reached = [(start, band) for start, band in steps if start <= total]
	if not reached:
		return ZERO
	is_marginal = programme.calculation == ProgrammeCalculation.MARGINAL
	if programme.kind == ProgrammeKind.FIXED_AMOUNT:
		counted = reached if is_marginal else reached[-1:]
		return sum((band.fixed_amount for _start, band in counted), ZERO)
	if not is_marginal:
		return total * reached[-1][1].rebate_rate / HUNDRED
	ends = [*(start for start, _band in reached[1:]), total]
	return (
		sum(
			((end - start) * band.rebate_rate for (start, band), end in zip(reached, ends, strict=True)), ZERO
		)
		/ HUNDRED
	)


def _spread(amount: Decimal, slices: Sequence[Slice], rounding: Rounding) -> dict[tuple, Decimal]:
	"""`amount` over the receipts by their base, to the cent: what rounding down leaves goes where it took most."""
	weights = [max(part.base, ZERO) for part in slices]
	whole = sum(weights, ZERO)
	if not whole:
		return {part.receipt: ZERO for part in slices}
	shares = rounded_parts([amount * weight / whole for weight in weights], rounding)
	return {part.receipt: share for part, share in zip(slices, shares, strict=True)}
