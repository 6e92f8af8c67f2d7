"""What somebody may try: plain data, drawn by Hypothesis and printed when it breaks a rule."""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from hypothesis import strategies as some

from tests.site.fuzz.world import AGREED, CAPS, GOODS, UNITS

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
	"""`rate` is in company currency; the document's currency and tax basis follow. `more` may hold forged fields."""

	good: str
	quantity: int
	rate: Decimal
	unit: str = "Nos"
	more: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Deal:
	"""A document as a client sends it."""

	doctype: str
	account: str
	lines: tuple[Line, ...]
	currency: str = "CNY"
	exchange_rate: float | None = None
	tax: str | None = None
	charge: int = 0
	discount: dict = field(default_factory=dict)
	early: bool = False
	other_costs: int = 0
	forged: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
	"""What is done next with the last submitted document; of each row the rate and quantity change."""

	kind: str
	way: int
	cents: int
	factor: int
	added: Line | None = None
	charge: int = 0


@dataclass(frozen=True)
class Plan:
	deal: Deal
	way: int
	basis: str
	excepted: bool
	worsening: int
	"""Cents by which every rate falls after the exception was approved."""
	steps: tuple[Step, ...]


def rate_of(chance: Random, good: str, account: str) -> Decimal:
	"""A rate per piece: one that surely passes, one at the edge of passing, or one that hardly can."""
	offer = GOODS[good]
	dear = max(offer.list_price, offer.cost * Decimal("1.25"))
	edge = max(offer.list_price * (100 - CAPS[account]) / 100, offer.cost * Decimal("1.20"))
	other_edges = [edge, offer.cost * Decimal("1.17"), offer.cost * Decimal("1.25"), offer.list_price]
	kind = chance.choice(["dear", "dear", "dear", "edge", "edge", "cheap"])
	if kind == "dear":
		return dear * chance.choice([Decimal(1), Decimal("1.1"), Decimal("1.4")])
	if kind == "edge":
		return chance.choice(other_edges) + chance.choice([0, 0, -1, 1]) * CENT
	return offer.cost * chance.choice([Decimal("0.5"), Decimal("1.1"), Decimal("1.14")])


FORGED_IN_ROW = (
	{},
	{},
	{},
	{},
	{},
	{"base_net_rate": 9999, "net_rate": 9999, "base_rate": 9999},
	{"price_list_rate": 1},
	{"kam_floor_rate": 1, "kam_unit_cost": 1},
	{"discount_percentage": 20},
)
FORGED_IN_BOX = ({"conversion_factor": 1}, {}, {"conversion_factor": 24})
FORGED = (
	{},
	{},
	{},
	{},
	{},
	{"kam_verdict": "Pass", "kam_key_account": None},
	{"is_consolidated": 1},
	{"is_internal_customer": 1},
	{"ignore_pricing_rule": 1, "base_net_total": 99999, "base_grand_total": 99999},
	{"kam_policy": None, "kam_effective_net": 99999, "kam_tier": "A"},
)
DISCOUNTS = (
	{},
	{},
	{},
	{"apply_discount_on": "Net Total", "additional_discount_percentage": 3},
	{"apply_discount_on": "Grand Total", "additional_discount_percentage": 12},
	{"apply_discount_on": "Net Total", "discount_amount": 20},
	{"apply_discount_on": "Grand Total", "discount_amount": 20},
)


def line(chance: Random, account: str = "A") -> Line:
	good = chance.choice(sorted(GOODS))
	unit = chance.choice(["Box", "Nos"]) if good == "bolt" else "Nos"
	quantity = chance.choice([1, 3, 10, 12, 1200, 4000])
	rate = rate_of(chance, good, account) * UNITS.get(unit, 1)
	forged = FORGED_IN_ROW if unit == "Nos" else FORGED_IN_BOX
	return Line(good, quantity, rate.quantize(CENT), unit, chance.choice(forged))


GIFT = Line("bolt", 1, CENT, more={"is_free_item": 1})
"""What a client calls a free item; no rule of the house gives it away."""


def deal(chance: Random, doctype: str, currency: str) -> Deal:
	account = chance.choice(["A", "A", AGREED, "B", "none"])
	rows = tuple(line(chance, account) for _ in range(chance.randint(1, 3)))
	rows += chance.choice([(), (GIFT,), ()])
	if doctype == "POS Invoice":
		return Deal(doctype, account, rows)
	return Deal(
		doctype,
		account,
		rows,
		currency=currency,
		exchange_rate=None if currency == "CNY" else chance.choice([50, None, 7, 7.5, 6.5]),
		tax=chance.choice([None, None, "VAT", "VAT included"]),
		charge=chance.choice([0, 0, 0, -10, -200, 50]),
		discount=chance.choice(DISCOUNTS),
		early=doctype != "Delivery Note" and chance.choice([False, False, True]),
		other_costs=chance.choice([0, 0, 0, 1, 300]),
		forged=chance.choice(FORGED),
	)


STEPS = ("map", "map", "update items", "update items", "amend", "reopen")


def step(chance: Random) -> Step:
	return Step(
		kind=chance.choice(STEPS),
		way=chance.randrange(100),
		cents=chance.choice([0, 0, -1, 1, -500, -2000, 300]),
		factor=chance.choice([1, 1, 1, 2]),
		added=chance.choice([None, None, line(chance)]),
		charge=chance.choice([0, 0, 0, -50]),
	)


@some.composite
def plans(draw, doctype: str, currency: str) -> Plan:
	# One draw for the whole plan: drawn piece by piece, Hypothesis repeats pieces, and few plans differ in much.
	chance = draw(some.randoms(use_true_random=True))
	return Plan(
		deal=deal(chance, doctype, currency),
		way=chance.randrange(100),
		basis=chance.choice(["On Cost", "On Cost", "On Receipts"]),
		excepted=chance.choice([True, False]),
		worsening=chance.choice([0, 300, 1]),
		steps=tuple(step(chance) for _ in range(chance.randint(2, 3))),
	)
