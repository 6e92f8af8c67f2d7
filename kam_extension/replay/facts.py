"""Orders of key accounts as the policy core's facts, read in ranges and ordered by day (R21–R24, R28, R62)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from kam_extension.policy.facts import AccountFacts, DocumentFacts, LineFacts
from kam_extension.policy.inclusive_tax import Charge, InclusiveTax
from kam_extension.policy.money import Rounding, decimal
from kam_extension.policy.rebates import Agreement
from kam_extension.replay.errors import BadInput
from kam_extension.replay.gaps import Gap
from kam_extension.replay.prices import Pricing

ONE = Decimal(1)
# Text is read faster than decimal numbers are.
ORDERS = """
	SELECT place, order_date, customer, account_class, tier, net_total::VARCHAR, grand_total::VARCHAR,
		other_costs::VARCHAR, is_dealer_led, agreement, rate_source, special_rate::VARCHAR, priced_in_rate::VARCHAR,
		programmes_only, conversion_rate::VARCHAR, judged_rate::VARCHAR, gaps, is_internal
	FROM judged_orders WHERE place >= $first AND place < $end ORDER BY place
"""
LINES = """
	SELECT place, "row", item_code, uom, warehouse, quantity::VARCHAR, conversion_factor::VARCHAR, rate::VARCHAR,
		amount::VARCHAR, is_free, item_tax_rate
	FROM judged_lines WHERE place >= $first AND place < $end ORDER BY place, "row"
"""
TAXES = """
	SELECT place, account, charge_type, rate::VARCHAR, earlier_row, is_included
	FROM judged_taxes WHERE place >= $first AND place < $end ORDER BY place, "row"
"""
PACKAGES = """
	SELECT place, bundle_item, item_code, warehouse
	FROM judged_packages WHERE place >= $first AND place < $end ORDER BY place
"""


@dataclass(frozen=True)
class Line:
	"""A row of an order before a policy says what it costs and lists at."""

	row: int
	item_code: str
	uom: str | None
	warehouse: str | None
	quantity: Decimal
	factor: Decimal
	rate: Decimal
	amount: Decimal
	is_free: bool
	own_tax_rates: Mapping[str, Decimal]


@dataclass(frozen=True)
class Order:
	"""`document` has no lines yet: their cost and list price are the policy's. `gaps` are what the book can't tell."""

	place: int
	order_date: date
	document: DocumentFacts
	lines: tuple[Line, ...]
	tax: InclusiveTax
	share: Decimal = ONE
	"""What the exchange rate that the order was judged by leaves of its rows' amounts."""
	gaps: frozenset[Gap] = frozenset()
	is_internal: bool = False
	"""Sold between own companies: outside of the rules."""
	packed: tuple[tuple[str, str, str], ...] = ()
	"""(bundle, part, warehouse that the part is sent from)."""

	def facts(self, pricing: Pricing) -> DocumentFacts:
		return replace(self.document, lines=tuple(self._line(line, pricing) for line in self.lines))

	def _line(self, line: Line, pricing: Pricing) -> LineFacts:
		factor = pricing.catalogue.factor(line.item_code, line.uom, line.factor)
		list_rate = pricing.list_rate(line.item_code, line.uom, factor, self.order_date)
		if list_rate is not None and self.tax:
			list_rate = self.tax.net_of(list_rate, line.own_tax_rates)
		is_own = self.share == ONE
		return LineFacts(
			row=line.row,
			item_code=line.item_code,
			quantity=line.quantity,
			stock_quantity=line.quantity if factor == ONE else line.quantity * factor,
			net_rate=line.rate if is_own else line.rate * self.share,
			net_amount=line.amount if is_own else line.amount * self.share,
			list_rate=list_rate,
			unit_cost=pricing.unit_cost(
				line.item_code, self.order_date, line.warehouse, self._parts_from(line)
			),
			is_free=line.is_free,
		)

	def _parts_from(self, line: Line) -> Mapping[str, str]:
		return {part: warehouse for bundle, part, warehouse in self.packed if bundle == line.item_code}


def read_orders(database, first: int, end: int, rounding: Rounding) -> Iterator[Order]:
	"""The orders with `first` <= place < `end`."""
	places = {"first": first, "end": end}
	lines, taxes, packages = (
		{
			place: tuple(read(row) for row in rows)
			for place, rows in groupby(database.execute(query, places).fetchall(), key=itemgetter(0))
		}
		for query, read in ((LINES, _line), (TAXES, _charge), (PACKAGES, itemgetter(1, 2, 3)))
	)
	for row in database.execute(ORDERS, places).fetchall():
		place = row[0]
		order = _order(_Row(*row), lines.get(place, ()), taxes.get(place, ()), rounding)
		yield replace(order, packed=packages[place]) if place in packages else order


class _Row(NamedTuple):
	"""The columns of `ORDERS`."""

	place: int
	order_date: date
	customer: str
	account_class: str
	tier: str | None
	net_total: str
	grand_total: str
	other_costs: str
	is_dealer_led: bool
	agreement: str | None
	rate_source: str | None
	special_rate: str | None
	priced_in_rate: str | None
	programmes_only: str | None
	conversion_rate: str | None
	judged_rate: str | None
	gaps: str
	is_internal: bool


def _line(row: tuple) -> Line:
	_place, number, item_code, uom, warehouse, *numbers, is_free, tax_rates = row
	return Line(number, item_code, uom, warehouse, *map(Decimal, numbers), is_free, _tax_rates(tax_rates))


def _tax_rates(text: str | None) -> Mapping[str, Decimal]:
	"""ERPNext keeps the rates of an item's tax template as JSON."""
	if not text or text == "{}":
		return {}
	try:
		return {account: decimal(rate) for account, rate in json.loads(text).items()}
	except (ValueError, AttributeError, ArithmeticError) as error:
		raise BadInput(
			"order_lines", f"{text} is no JSON object of tax rates.", column="item_tax_rate"
		) from error


def _charge(row: tuple) -> Charge:
	_place, account, charge_type, rate, earlier_row, is_included = row
	return Charge(account, charge_type, Decimal(rate), earlier_row, is_included)


def _order(row: _Row, lines: tuple[Line, ...], taxes: tuple[Charge, ...], rounding: Rounding) -> Order:
	own, judged = decimal(row.conversion_rate), decimal(row.judged_rate)
	share = min(judged / own, ONE) if own and judged else ONE
	gross = Decimal(row.grand_total)
	document = DocumentFacts(
		account=AccountFacts(customer=row.customer, account_class=row.account_class, tier=row.tier),
		lines=(),
		net=Decimal(row.net_total),
		gross=gross if share == ONE else rounding.money(gross * share),
		other_costs=Decimal(row.other_costs),
		agreement=_agreement(row),
		is_dealer_led=row.is_dealer_led,
		rounding=rounding,
		exchange_rate=judged or own or ONE,
	)
	return Order(
		place=row.place,
		order_date=row.order_date,
		document=document,
		lines=lines,
		tax=InclusiveTax(taxes, own),
		share=share,
		gaps=frozenset(map(Gap, row.gaps.split(";"))) if row.gaps else frozenset(),
		is_internal=row.is_internal,
	)


def _agreement(row: _Row) -> Agreement | None:
	if not row.agreement:
		return None
	return Agreement(
		row.agreement,
		row.rate_source,
		Decimal(row.special_rate),
		Decimal(row.priced_in_rate),
		row.programmes_only == "1",
	)
