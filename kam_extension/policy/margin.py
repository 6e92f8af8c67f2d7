"""Minimum markup and the quotation formula with both rebate bases (R22, R23; S4 article 3).

A document passes when N ≥ C + C·m + R + O. Each product is rounded to money, money is compared with money.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.bands import band_for, edges
from kam_extension.policy.codes import RebateBase, RebateBasis
from kam_extension.policy.money import HUNDRED, ZERO, Rounding, percent_of
from kam_extension.policy.rebates import Agreement, priced_rate
from kam_extension.policy.terms import PolicyTerms


@dataclass(frozen=True)
class Position:
	"""The part of a document that the formula judges.

	`net` N, `cost` C, `other_costs` O in company currency; `tax_factor` is grand total ÷ net total; `banding_net` is
	what the rest of the document (rows checked elsewhere) adds to N when the band is looked up.
	"""

	net: Decimal
	cost: Decimal
	other_costs: Decimal = ZERO
	tax_factor: Decimal = Decimal(1)
	banding_net: Decimal = ZERO
	tier: str | None = None
	agreement: Agreement | None = None


@dataclass(frozen=True)
class MarginFigures:
	"""The formula's terms at one N; percents as 14 for 14 %, money in company currency."""

	net: Decimal
	cost: Decimal
	required_markup: Decimal
	rebate_rate: Decimal
	rebate_base_amount: Decimal
	rebate: Decimal
	required_net: Decimal
	actual_markup: Decimal | None
	net_markup: Decimal | None

	@property
	def passes(self) -> bool:
		return self.net >= self.required_net

	@property
	def shortfall(self) -> Decimal:
		return max(self.required_net - self.net, ZERO)


def figures_at(position: Position, net: Decimal, terms: PolicyTerms, rounding: Rounding) -> MarginFigures:
	"""All terms of the formula for the position if its effective net were `net`."""
	banded = net + position.banding_net
	band = band_for(terms.margin_bands, banded, position.tier)
	markup = band.min_markup if band else ZERO
	rate = priced_rate(position.agreement, terms.rebate_bands, banded, position.tier)
	base = _rebate_base(position, net, terms, rounding)
	payable = rounding.share(base, rate)
	rebate = rounding.share(position.cost, rate) if terms.rebate_basis == RebateBasis.ON_COST else payable
	cost, other = position.cost, position.other_costs
	return MarginFigures(
		net=net,
		cost=cost,
		required_markup=markup,
		rebate_rate=rate,
		rebate_base_amount=base,
		rebate=rebate,
		required_net=cost + rounding.share(cost, markup) + rebate + other,
		actual_markup=percent_of(net - rebate - other - cost, cost),
		net_markup=percent_of(net - payable - other - cost, cost),
	)


def passing_net(position: Position, terms: PolicyTerms, rounding: Rounding) -> Decimal | None:
	"""The lowest N not below the present one that passes, bands re-evaluated; None when no price can pass (R23)."""
	for low, high in _segments(position, terms):
		if high is not None and high <= position.net:
			continue
		found = _lowest_passing(position, max(low, position.net), high, terms, rounding)
		if found is not None:
			return found
	return None


def floor_net(position: Position, terms: PolicyTerms, rounding: Rounding) -> Decimal | None:
	"""How low N may go: down from a passing N without a gap, or up to `passing_net` from one that fails."""
	if not figures_at(position, position.net, terms, rounding).passes:
		return passing_net(position, terms, rounding)
	floor = position.net
	for low, high in reversed(list(_segments(position, terms))):
		if low > position.net:
			continue
		found = _lowest_passing(position, low, high, terms, rounding)
		if found is None:
			break
		floor = min(floor, found)
		if found > low:
			break
	return floor


def _rebate_base(position: Position, net: Decimal, terms: PolicyTerms, rounding: Rounding) -> Decimal:
	if terms.rebate_base == RebateBase.GROSS_RECEIPTS:
		return rounding.money(net * position.tax_factor)
	return net


def _segments(position: Position, terms: PolicyTerms) -> Iterator[tuple[Decimal, Decimal | None]]:
	"""Stretches of N with one markup and one rebate rate: [low, high), the last one open."""
	points = edges(terms.margin_bands, position.tier) | edges(terms.rebate_bands, position.tier)
	lows = sorted({max(point - position.banding_net, ZERO) for point in points} | {ZERO})
	return zip(lows, [*lows[1:], None], strict=True)


def _lowest_passing(
	position: Position, low: Decimal, high: Decimal | None, terms: PolicyTerms, rounding: Rounding
) -> Decimal | None:
	"""The lowest N in [low, high) that passes; within a segment markup and rate are constant."""
	at_low = figures_at(position, low, terms, rounding)
	if at_low.passes:
		return low
	candidate = at_low.required_net
	if terms.rebate_basis == RebateBasis.ON_RECEIPTS:
		candidate = _solve_on_receipts(position, at_low, terms, rounding)
	return candidate if candidate is not None and (high is None or candidate < high) else None


def _solve_on_receipts(
	position: Position, at_low: MarginFigures, terms: PolicyTerms, rounding: Rounding
) -> Decimal | None:
	"""Lowest N with N − B(N)·r ≥ K; the estimate is a cent off at the most, rounding decides which."""
	factor = position.tax_factor if terms.rebate_base == RebateBase.GROSS_RECEIPTS else Decimal(1)
	kept = 1 - factor * at_low.rebate_rate / HUNDRED
	if kept <= 0:
		return None
	constant = at_low.required_net - at_low.rebate

	def passes(net: Decimal) -> bool:
		payable = rounding.share(_rebate_base(position, net, terms, rounding), at_low.rebate_rate)
		return net - payable >= constant

	net = rounding.up(constant / kept)
	while not passes(net):
		net += rounding.smallest_unit
	while net - rounding.smallest_unit >= at_low.net and passes(net - rounding.smallest_unit):
		net -= rounding.smallest_unit
	return net


def unit_price_keeping(
	unit_cost: Decimal,
	markup: Decimal,
	rate: Decimal,
	terms: PolicyTerms,
	rounding: Rounding,
	tax_factor: Decimal = Decimal(1),
) -> Decimal:
	"""The unit price, rounded up to the cent, that keeps `markup` percent after paying the rebate in full (R23).

	70.00 at 14 % and 8 % is 86.74 on receipts; with 13 % tax (`tax_factor` 1.13) and gross receipts 87.74.
	Raises ValueError when the rebate eats the whole price.
	"""
	target = unit_cost + unit_cost * markup / HUNDRED
	if terms.rebate_basis == RebateBasis.ON_COST:
		return rounding.up(target + unit_cost * rate / HUNDRED)
	factor = tax_factor if terms.rebate_base == RebateBase.GROSS_RECEIPTS else Decimal(1)
	kept = 1 - factor * rate / HUNDRED
	if kept <= 0:
		raise ValueError("The rebate takes the whole price: no price keeps the markup.")
	return rounding.up(target / kept)
