"""What a search for gaps is told, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Gap:
	"""`field` (of the policy or table), `code` of the message, 1-based `row` or None, `values` to show in it.

	Among the values, `column` names a field of the row; numbers are Decimal, for the caller to format.
	"""

	field: str
	code: str
	row: int | None = None
	values: dict[str, str | Decimal | date] = field(default_factory=dict)


@dataclass(frozen=True)
class Period:
	"""Days, both included, on which a submitted policy is in force; None is an open end or all companies."""

	valid_from: date
	valid_to: date | None = None
	company: str | None = None


@dataclass(frozen=True)
class Surroundings:
	"""What the policy itself doesn't say.

	`ranks`: tier → rank, 1 is best. `periods`: other submitted policies that hold for the policy's company, the
	superseded one up to the day before. `tax_factor`: grand total ÷ net total of an ordinary document.
	"""

	today: date | None = None
	is_draft: bool = False
	ranks: Mapping[str, int] = field(default_factory=dict)
	periods: tuple[Period, ...] = ()
	tax_factor: Decimal = Decimal(1)
