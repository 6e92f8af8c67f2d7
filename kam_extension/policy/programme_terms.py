"""Rebate programmes as a policy states them: the kinds besides the ladder of the single order (R72)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import ProgrammeCalculation, ProgrammeKind, ProgrammePeriod
from kam_extension.policy.money import ZERO


@dataclass(frozen=True)
class RebateProgramme:
	"""One programme; `programme` is its code. Periods are counted from `starts_on`.

	`item_group` (with the groups below it) says which money counts, `account_class` and `tier` whom it may be granted.
	`priority` 1 comes first. `priced_in_rate` is the percent that the quotation formula counts for it (R23).
	"""

	programme: str = ""
	title: str = ""
	kind: str = ProgrammeKind.CUMULATIVE_RECEIPTS
	calculation: str = ProgrammeCalculation.WHOLE_AMOUNT
	period: str = ProgrammePeriod.YEAR
	starts_on: date | None = None
	item_group: str | None = None
	account_class: str | None = None
	tier: str | None = None
	priority: int = 0
	is_exclusive: bool = False
	priced_in_rate: Decimal = ZERO


@dataclass(frozen=True)
class ProgrammeBand:
	"""From `from_value` (inclusive) on, a rate in percent or a fixed amount in company currency.

	`from_value` is an amount in company currency; for growth, percent over the same period a year before.
	"""

	programme: str = ""
	from_value: Decimal = ZERO
	rebate_rate: Decimal = ZERO
	fixed_amount: Decimal = ZERO
