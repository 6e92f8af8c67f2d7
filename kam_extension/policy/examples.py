"""The quotation formula by example: what a unit of one cost has to be sold for in every band (R23, S4 article 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from kam_extension.policy.bands import band_for, edges
from kam_extension.policy.codes import RebateBase, RebateBasis
from kam_extension.policy.margin import unit_price_keeping
from kam_extension.policy.money import HUNDRED, ZERO, Rounding, percent_of
from kam_extension.policy.rebates import ladder_rate
from kam_extension.policy.terms import PolicyTerms

UNIT_COST = Decimal(70)


@dataclass(frozen=True)
class Example:
	"""One stretch of net totals with one markup and one rebate rate, for accounts of `tier` (None: all others).

	`price` passes by the policy's rebate basis, `keeping_price` truly keeps the markup after paying the rebate; None
	where the rebate takes the whole price. Prices per unit without tax, amounts in company currency, shares in percent.
	"""

	tier: str | None
	from_amount: Decimal
	to_amount: Decimal | None
	markup: Decimal
	rebate_rate: Decimal
	price: Decimal | None
	actual_markup: Decimal | None
	net_markup: Decimal | None
	keeping_price: Decimal | None


def worked_examples(
	terms: PolicyTerms,
	rounding: Rounding,
	tax_factor: Decimal = Decimal(1),
	unit_cost: Decimal = UNIT_COST,
) -> list[Example]:
	"""Examples for every stretch of the bands, without other costs, for a customer with an agreement by the ladder.

	S4: cost 70.00, markup 14 %, rebate 8 % give 85.40 on cost; 12.24 % are left after paying 8 % of it, 10.97 % with
	13 % tax (`tax_factor` 1.13) and gross receipts; 86.74 and 87.74 truly keep 14 %.
	"""
	tiers = [
		None,
		*dict.fromkeys(band.tier for band in (*terms.margin_bands, *terms.rebate_bands) if band.tier),
	]
	return [
		_example(terms, tier, low, high, rounding, tax_factor, unit_cost)
		for tier in tiers
		for low, high in _stretches(terms, tier)
	]


def _stretches(terms: PolicyTerms, tier: str | None) -> Iterator[tuple[Decimal, Decimal | None]]:
	points = sorted(edges(terms.margin_bands, tier) | edges(terms.rebate_bands, tier) | {ZERO})
	return pairwise([*points, None])


def _example(
	terms: PolicyTerms,
	tier: str | None,
	low: Decimal,
	high: Decimal | None,
	rounding: Rounding,
	tax_factor: Decimal,
	cost: Decimal,
) -> Example:
	band = band_for(terms.margin_bands, low, tier)
	markup = band.min_markup if band else ZERO
	rate = ladder_rate(terms.rebate_bands, low, tier)
	on_receipts = replace(terms, rebate_basis=RebateBasis.ON_RECEIPTS)
	price = _price(terms, cost, markup, rate, rounding, tax_factor)
	factor = tax_factor if terms.rebate_base == RebateBase.GROSS_RECEIPTS else Decimal(1)
	payable = price * factor * rate / HUNDRED if price else ZERO
	rebate = cost * rate / HUNDRED if terms.rebate_basis == RebateBasis.ON_COST else payable
	return Example(
		tier=tier,
		from_amount=low,
		to_amount=high,
		markup=markup,
		rebate_rate=rate,
		price=price,
		actual_markup=percent_of(price - rebate - cost, cost) if price else None,
		net_markup=percent_of(price - payable - cost, cost) if price else None,
		keeping_price=_price(on_receipts, cost, markup, rate, rounding, tax_factor),
	)


def _price(
	terms: PolicyTerms, cost: Decimal, markup: Decimal, rate: Decimal, rounding: Rounding, tax_factor: Decimal
) -> Decimal | None:
	try:
		return unit_price_keeping(cost, markup, rate, terms, rounding, tax_factor)
	except ValueError:
		return None
