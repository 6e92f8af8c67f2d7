"""Orders of key accounts as the policy core's facts, read in ranges and ordered by day (R21–R24, R28, R62)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from kam_extension.policy.facts import AccountFacts, DocumentFacts, LineFacts
from kam_extension.policy.money import ZERO, Rounding
from kam_extension.policy.rebates import Agreement
from kam_extension.replay.prices import Pricing

ONE = Decimal(1)
# An agreement that names the order beats one for all orders, the youngest wins among equals.
JUDGED_ORDERS = """
	CREATE TABLE judged_orders AS
	WITH agreed AS (
		SELECT o."order", a.agreement, a.rate_source, coalesce(a.special_rate, 0) AS special_rate
		FROM orders o JOIN rebate_agreements a ON a.customer = o.customer
			AND o.order_date BETWEEN a.valid_from AND a.valid_to
		LEFT JOIN covered_orders c ON c.agreement = a.agreement AND c."order" = o."order"
		WHERE c."order" IS NOT NULL OR a.agreement NOT IN (SELECT agreement FROM covered_orders)
		QUALIFY row_number() OVER (
			PARTITION BY o."order" ORDER BY c."order" IS NULL, a.agreement DESC
		) = 1
	)
	SELECT CAST(row_number() OVER (ORDER BY o.order_date, o."order") - 1 AS INTEGER) AS place,
		o."order", o.order_date, o.customer, c.customer_name, k.account_class, t.tier,
		o.net_total, o.grand_total, coalesce(o.other_costs, 0) AS other_costs,
		coalesce(o.sales_partner = k.sales_partner, false) AS is_dealer_led,
		a.agreement, a.rate_source, a.special_rate
	FROM orders o JOIN key_accounts k USING (customer) JOIN customers c USING (customer)
	JOIN order_tiers t USING ("order") LEFT JOIN agreed a USING ("order")
	WHERE o.state = 'Submitted' AND o.order_date <= $as_of_date
	ORDER BY place
"""
JUDGED_LINES = """
	CREATE TABLE judged_lines AS
	SELECT j.place, l."row", l.item_code, l.uom, l.quantity, l.conversion_factor, l.rate, l.amount,
		coalesce(l.is_free = '1', l.rate = 0) AS is_free
	FROM order_lines l JOIN judged_orders j USING ("order")
	ORDER BY j.place, l."row"
"""
# Text is read faster than decimal numbers are.
ORDERS = """
	SELECT place, order_date, customer, account_class, tier, net_total::VARCHAR, grand_total::VARCHAR,
		other_costs::VARCHAR, is_dealer_led, agreement, rate_source, special_rate::VARCHAR
	FROM judged_orders WHERE place >= $first AND place < $end ORDER BY place
"""
LINES = """
	SELECT place, "row", item_code, uom, quantity::VARCHAR, conversion_factor::VARCHAR, rate::VARCHAR, amount::VARCHAR,
		is_free
	FROM judged_lines WHERE place >= $first AND place < $end ORDER BY place, "row"
"""


@dataclass(frozen=True)
class Line:
	"""A row of an order before a policy says what it costs and lists at."""

	row: int
	item_code: str
	uom: str | None
	quantity: Decimal
	factor: Decimal
	rate: Decimal
	amount: Decimal
	is_free: bool


@dataclass(frozen=True)
class Order:
	"""`document` has no lines yet: their cost and list price are the policy's."""

	place: int
	order_date: date
	document: DocumentFacts
	lines: tuple[Line, ...]

	def facts(self, pricing: Pricing) -> DocumentFacts:
		return replace(self.document, lines=tuple(self._line(line, pricing) for line in self.lines))

	def _line(self, line: Line, pricing: Pricing) -> LineFacts:
		factor = line.factor
		return LineFacts(
			row=line.row,
			item_code=line.item_code,
			quantity=line.quantity,
			stock_quantity=line.quantity if factor == ONE else line.quantity * factor,
			net_rate=line.rate,
			net_amount=line.amount,
			list_rate=pricing.list_rate(line.item_code, line.uom, factor, self.order_date),
			unit_cost=pricing.unit_cost(line.item_code, self.order_date),
			is_free=line.is_free,
		)


def number_orders(database, as_of_date: date) -> int:
	"""Put the orders to be judged, and their rows, into tables sorted by `place`; returns how many orders there are."""
	database.execute(JUDGED_ORDERS, {"as_of_date": as_of_date})
	database.execute(JUDGED_LINES)
	return database.execute("SELECT count(*) FROM judged_orders").fetchone()[0]


def read_orders(database, first: int, end: int, rounding: Rounding) -> Iterator[Order]:
	"""The orders with `first` <= place < `end`."""
	places = {"first": first, "end": end}
	lines = {
		place: tuple(_line(row) for row in rows)
		for place, rows in groupby(database.execute(LINES, places).fetchall(), key=itemgetter(0))
	}
	for row in database.execute(ORDERS, places).fetchall():
		yield _order(row, lines.get(row[0], ()), rounding)


def _line(row: tuple) -> Line:
	_place, number, item_code, uom, quantity, factor, rate, amount, is_free = row
	return Line(
		number, item_code, uom, Decimal(quantity), Decimal(factor), Decimal(rate), Decimal(amount), is_free
	)


def _order(row: tuple, lines: tuple[Line, ...], rounding: Rounding) -> Order:
	(
		place,
		day,
		customer,
		account_class,
		tier,
		net,
		gross,
		other,
		is_dealer_led,
		agreement,
		source,
		special,
	) = row
	document = DocumentFacts(
		account=AccountFacts(customer=customer, account_class=account_class, tier=tier),
		lines=(),
		net=Decimal(net),
		gross=Decimal(gross),
		other_costs=Decimal(other) if other else ZERO,
		agreement=Agreement(agreement, source, Decimal(special)) if agreement else None,
		is_dealer_led=is_dealer_led,
		rounding=rounding,
	)
	return Order(place, day, document, lines)
