"""What a case of the shared table says. Amounts are in company currency, rates in the document's currency and unit."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Good:
	"""An item of the table: `cost` and `list_price` per stock unit, None where no list has it."""

	cost: float | None = None
	list_price: float | None = None
	units: dict[str, int] = field(default_factory=dict)
	parts: dict[str, int] = field(default_factory=dict)


GOODS = {
	"pipe": Good(cost=70, list_price=80),
	"valve": Good(cost=100, list_price=150),
	"motor": Good(cost=170.94, list_price=220),
	"bolt": Good(cost=8, list_price=10, units={"Box": 12}),
	"kit": Good(list_price=400, parts={"valve": 2, "bolt": 5}),  # 2 × 100 + 5 × 8 = 240
	"survey": Good(cost=50),
	"sample": Good(list_price=90),
}

POLICY = {
	"margin_action": "Block",
	"price_action": "Block",
	"unknown_cost_action": "Block",
	"unlisted_item_action": "Block",
	"credit_action": "Off",
}
"""Every case starts from the shipped default policy with these actions; the account is Major A: cap 15 %."""

Row = tuple
"""(good, quantity, rate) or (good, quantity, rate, {more fields}); rate None leaves the price to ERPNext."""


@dataclass(frozen=True)
class Expected:
	"""`broken` is (rule, row number or None for the whole document); `floors` row number → lowest rate."""

	verdict: str
	net: float
	passing_net: float | None = None
	floors: dict[int, float] = field(default_factory=dict)
	broken: tuple[tuple[str, int | None], ...] = ()


@dataclass(frozen=True)
class Case:
	"""One document and what has to come out, with the arithmetic in `why`.

	`given` is what the site holds beforehand: a step of tests/site/case_market.py → its arguments. `source` is a
	document that is submitted first and that this one is mapped from; `rows` are then (number of the mapped row,
	quantity, rate) for what is kept, and (good, quantity, rate) for what is added.
	"""

	name: str
	why: str
	rows: tuple[Row, ...]
	expected: Expected
	doctype: str = "Sales Order"
	policy: dict = field(default_factory=dict)
	account: dict | None = field(default_factory=dict)
	fields: dict = field(default_factory=dict)
	taxes: tuple[str, ...] = ()
	given: dict = field(default_factory=dict)
	source: "Source | None" = None


@dataclass(frozen=True)
class Source:
	"""The earlier, submitted document; `how` is a mapper of tests/site/case_market.py."""

	doctype: str
	how: str
	rows: tuple[Row, ...]
	fields: dict = field(default_factory=dict)
	has_exception: bool = False


def passes(net: float, passing_net: float | None, floors: dict[int, float]) -> Expected:
	return Expected("Pass", net, passing_net, floors)


def blocked(net: float, passing_net: float | None, floors: dict[int, float], *broken) -> Expected:
	return Expected("Blocked", net, passing_net, floors, broken)


def untouched(net: float) -> Expected:
	"""Nothing of the document is judged."""
	return Expected("Not Applicable", net)


MARKUP = ("Markup", None)
CREDIT = ("Credit", None)


def cap(row: int) -> tuple[str, int]:
	return ("Discount Cap", row)
