"""A policy's terms as plain data (R13, R14, R21–R24, R27, R37); one reader for documents, presets and replay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from kam_extension.policy.codes import AccountClass, Action, LevelBasis, RebateBase, RebateBasis
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.programme_terms import ProgrammeBand, RebateProgramme


@dataclass(frozen=True)
class TierTerms:
	"""Service level of one account class and tier; `tier` None is the row for accounts without a tier."""

	account_class: str = AccountClass.ORDINARY
	tier: str | None = None
	min_score: Decimal = ZERO
	price_list: str | None = None
	discount_percentage: Decimal = ZERO
	max_discount_percentage: Decimal = ZERO
	shipping_priority: int = 0
	visit_interval_months: int = 0
	visitor_role: str | None = None
	credit_limit: Decimal = ZERO
	max_overdue_days: int = 0
	report_months: str = ""


@dataclass(frozen=True)
class MarginBand:
	"""From `from_amount` (inclusive, company currency) on, `min_markup` percent on cost is required (R22)."""

	from_amount: Decimal = ZERO
	min_markup: Decimal = ZERO
	tier: str | None = None


@dataclass(frozen=True)
class RebateBand:
	"""From `from_amount` (inclusive, company currency) on, `rebate_rate` percent is the reference (R37)."""

	from_amount: Decimal = ZERO
	rebate_rate: Decimal = ZERO
	tier: str | None = None


@dataclass(frozen=True)
class Criterion:
	"""One scorecard row: thresholds for 4, 3 and 2 points on a metric (R14)."""

	metric: str = ""
	higher_is_better: bool = True
	points_4: Decimal = ZERO
	points_3: Decimal = ZERO
	points_2: Decimal = ZERO
	weight: Decimal = Decimal(1)


@dataclass(frozen=True)
class LevelRule:
	"""How many contracts of which size within `lookback_years` make an account of this level (R16).

	`min_contracts` 0: no number of contracts does, people judge. `lookback_years` 0: however long ago.
	"""

	account_level: str = ""
	min_contracts: int = 0
	min_contract_amount: Decimal = ZERO
	lookback_years: int = 0
	needs_judgement: bool = False
	counts: str = LevelBasis.SINGLE_CONTRACTS


@dataclass(frozen=True)
class Authority:
	"""How far a role may approve exceptions (R27); limits in percentage points, 100 is no limit."""

	role: str = ""
	max_markup_concession: Decimal = ZERO
	max_discount: Decimal = ZERO
	may_pass_credit: bool = False


@dataclass(frozen=True)
class PolicyTerms:
	"""Everything that a policy says and the core needs; amounts in company currency, percents as 14 for 14 %."""

	name: str = ""
	company: str | None = None
	valid_from: date | None = None
	valid_to: date | None = None
	base_price_list: str | None = None
	cost_price_list: str | None = None
	rebate_basis: str = RebateBasis.ON_COST
	rebate_base: str = RebateBase.GROSS_RECEIPTS
	unknown_cost_action: str = Action.WARN
	unlisted_item_action: str = Action.WARN
	unknown_exchange_rate_action: str = Action.WARN
	price_action: str = Action.WARN
	margin_action: str = Action.WARN
	credit_action: str = Action.WARN
	new_customer_months: int = 12
	arrears_penalty: Decimal = Decimal(1)
	grace_days: int = 15
	tier_review_months: str = "1"
	credit_review_months: str = "1,7"
	exclude_dealer_led: bool = True
	show_cost_to_sales: bool = False
	automatic_tier_changes: str = "None"
	ladder_priority: int = 1
	ladder_exclusive: bool = False
	silence_medium: Decimal = Decimal(2)
	silence_high: Decimal = Decimal(3)
	rhythm_min_orders: int = 4
	order_drop_medium: Decimal = Decimal(20)
	order_drop_high: Decimal = Decimal(40)
	commission_rate: Decimal = Decimal(2)
	tiers: tuple[TierTerms, ...] = ()
	margin_bands: tuple[MarginBand, ...] = ()
	rebate_bands: tuple[RebateBand, ...] = ()
	rebate_programmes: tuple[RebateProgramme, ...] = ()
	programme_bands: tuple[ProgrammeBand, ...] = ()
	criteria: tuple[Criterion, ...] = ()
	levels: tuple[LevelRule, ...] = ()
	authorities: tuple[Authority, ...] = ()
	cost_sources: tuple[str, ...] = ()

	def service_level(self, account_class: str, tier: str | None) -> TierTerms:
		"""The row of the class and tier; without one, the row for no tier, then empty terms (cap 0, R21)."""
		rows = {(row.account_class, row.tier): row for row in self.tiers}
		fallback = TierTerms(account_class=account_class, tier=tier)
		return rows.get((account_class, tier)) or rows.get((account_class, None)) or fallback

	def programme(self, code: str) -> RebateProgramme | None:
		"""The rebate programme of this code, if the policy has it (R72)."""
		return next((row for row in self.rebate_programmes if row.programme == code), None)

	def bands_of(self, code: str) -> tuple[ProgrammeBand, ...]:
		"""Bands of a rebate programme, the lowest first."""
		rows = (band for band in self.programme_bands if band.programme == code)
		return tuple(sorted(rows, key=lambda band: band.from_value))


NO_RULES = PolicyTerms(
	price_action=Action.OFF,
	margin_action=Action.OFF,
	credit_action=Action.OFF,
	unknown_cost_action=Action.OFF,
	unlisted_item_action=Action.OFF,
	unknown_exchange_rate_action=Action.OFF,
)
"""What holds without a policy: nothing but what the status of an account forbids (R32)."""


def terms_from(source: Mapping) -> PolicyTerms:
	"""Read a KAM Policy document's dict, or a preset's JSON, into `PolicyTerms`.

	`cost_sources` may hold rows with `source` or plain names. Unknown keys are passed over.
	Raises `decimal.InvalidOperation` or `ValueError` for values that are no numbers or dates.
	"""
	values = _read(PolicyTerms, source)
	for fieldname, row_type in _TABLES.items():
		values[fieldname] = tuple(row_type(**_read(row_type, row)) for row in source.get(fieldname) or ())
	values["cost_sources"] = tuple(_cost_sources(source.get("cost_sources") or ()))
	return PolicyTerms(**values)


_TABLES = {
	"tiers": TierTerms,
	"margin_bands": MarginBand,
	"rebate_bands": RebateBand,
	"rebate_programmes": RebateProgramme,
	"programme_bands": ProgrammeBand,
	"criteria": Criterion,
	"levels": LevelRule,
	"authorities": Authority,
}


def _cost_sources(rows: Iterable) -> Iterable[str]:
	return (row if isinstance(row, str) else row.get("source") for row in rows)


def _read(row_type: type, source: Mapping) -> dict:
	return {
		field.name: _convert(field.type, source[field.name])
		for field in fields(row_type)
		if field.name not in _TABLES and field.name != "cost_sources" and source.get(field.name) is not None
	}


def _convert(kind: object, value: object) -> object:
	if kind is Decimal:
		return decimal(value)
	if kind is int:
		return int(value or 0)
	if kind is bool:
		return bool(int(value or 0))
	if kind == (date | None):
		return date.fromisoformat(str(value)[:10]) if value else None
	return str(value).strip() or None if kind == (str | None) else str(value)
