"""Codes that documents, the policy core and tests share: the values of Select fields and registries."""

try:
	from enum import StrEnum
except ImportError:  # Python 3.10
	from enum import Enum

	class StrEnum(str, Enum):
		def __str__(self) -> str:
			return str(self.value)


class AccountClass(StrEnum):
	MAJOR = "Major"
	ORDINARY = "Ordinary"


class AccountLevel(StrEnum):
	GROUP = "Group"
	SUBSIDIARY = "Subsidiary"
	PROJECT = "Project"


class LevelBasis(StrEnum):
	"""What a level rule counts: single contracts of an amount, or all after the first one together (R16)."""

	SINGLE_CONTRACTS = "Single Contracts"
	FOLLOW_UP_TOTAL = "Follow-up Total"


class AccountStatus(StrEnum):
	PROSPECT = "Prospect"
	ACTIVE = "Active"
	WATCH = "Watch"
	SUSPENDED = "Suspended"
	TERMINATED = "Terminated"


class RiskLevel(StrEnum):
	"""Levels of a risk report and its indicators, the lowest first (R53)."""

	LOW = "Low"
	MEDIUM = "Medium"
	HIGH = "High"
	CRITICAL = "Critical"


class Action(StrEnum):
	"""What a policy does about a broken rule (R26)."""

	OFF = "Off"
	WARN = "Warn"
	BLOCK = "Block"


class Rule(StrEnum):
	"""The rules a document can break; the options of a Price Exception's violation (R27)."""

	MARKUP = "Markup"
	DISCOUNT_CAP = "Discount Cap"
	CREDIT = "Credit"
	UNREFERENCED_CREDIT = "Unreferenced Credit"
	UNKNOWN_COST = "Unknown Cost"
	UNLISTED_ITEM = "Unlisted Item"
	EXCHANGE_RATE = "Exchange Rate"


class VerdictCode(StrEnum):
	"""Outcome of one check of one document (R29)."""

	PASS = "Pass"
	WARNED = "Warned"
	BLOCKED = "Blocked"
	EXCEPTED = "Excepted"
	NOT_APPLICABLE = "Not Applicable"


class RebateBasis(StrEnum):
	ON_COST = "On Cost"
	ON_RECEIPTS = "On Receipts"


class RebateBase(StrEnum):
	GROSS_RECEIPTS = "Gross Receipts"
	NET_RECEIPTS = "Net Receipts"


class RateSource(StrEnum):
	POLICY_LADDER = "Policy Ladder"
	SPECIAL = "Special"


class ProgrammeKind(StrEnum):
	"""What a rebate programme rewards (R72)."""

	ORDER_AMOUNT = "Order Amount"
	CUMULATIVE_RECEIPTS = "Cumulative Receipts"
	GROWTH = "Growth"
	FIXED_AMOUNT = "Fixed Amount"


class ProgrammeCalculation(StrEnum):
	"""Whether the band reached holds for everything, or each band for its own slice (R72)."""

	WHOLE_AMOUNT = "Whole Amount"
	MARGINAL = "Marginal"


class ProgrammePeriod(StrEnum):
	"""How long a programme collects before it begins anew."""

	MONTH = "Month"
	QUARTER = "Quarter"
	HALF_YEAR = "Half Year"
	YEAR = "Year"


class CostSource(StrEnum):
	COST_PRICE_LIST = "Cost Price List"
	VALUATION_RATE = "Valuation Rate"
	LAST_PURCHASE_RATE = "Last Purchase Rate"
	BOM = "BOM"


class Metric(StrEnum):
	"""Measures a scorecard criterion can use (R14)."""

	CONTRACT_AMOUNT = "contract_amount"
	COLLECTED = "collected"
	REVENUE = "revenue"
	REVENUE_GROWTH = "revenue_growth"
	GROSS_MARGIN = "gross_margin"
	RECEIVABLE_BALANCE = "receivable_balance"
	OVERDUE_DAYS_MAX = "overdue_days_max"
	ON_TIME_PAYMENT_SHARE = "on_time_payment_share"
	PRICE_PREMIUM = "price_premium"
	ORDER_COUNT = "order_count"
	TENURE_MONTHS = "tenure_months"
	COMPLAINT_COUNT = "complaint_count"
	SATISFACTION = "satisfaction"
	STRATEGIC_INFLUENCE = "strategic_influence"


# Metrics that tell of cost: for readers entitled to it (R82).
COST_METRICS = (Metric.GROSS_MARGIN,)


class ReviewType(StrEnum):
	"""What a Tier Review decides: the tier and all that follows, or credit limit and overdue days alone (R17)."""

	TIER = "Tier"
	CREDIT = "Credit"


class Judgement(StrEnum):
	"""What the approver says of the prospects that a level rule asks for (R16)."""

	CONFIRMED = "Confirmed"
	NOT_CONFIRMED = "Not Confirmed"


class Service(StrEnum):
	"""What class and tier give a customer; the rows of a Tier Review's comparison (R18)."""

	PRICE_LIST = "Price List"
	TIER_DISCOUNT = "Tier Discount"
	DISCOUNT_CAP = "Discount Cap"
	CREDIT_LIMIT = "Credit Limit"
	OVERDUE_DAYS = "Overdue Days Allowed"
	SHIPPING_PRIORITY = "Shipping Priority"
	VISIT_INTERVAL = "Visit Every (Months)"
	VISITOR = "Visited By"


class TierChangeCause(StrEnum):
	"""Why an account's tier or level changed (R19)."""

	REVIEW = "Review"
	AUTOMATIC = "Automatic"
	REVIEW_CANCELLED = "Review Cancelled"
	MANUAL = "Manual"
	OVERRIDE = "Override"
	OVERRIDE_ENDED = "Override Ended"


class RunStatus(StrEnum):
	"""How far a recompute is (R17)."""

	QUEUED = "Queued"
	RUNNING = "Running"
	COMPLETED = "Completed"
	FAILED = "Failed"


class RunProposals(StrEnum):
	"""What a recompute of all accounts proposes: whatever differs, or what the policy's review months ask for."""

	ALL_DIFFERENCES = "All Differences"
	REVIEW_MONTHS = "Review Months"


class UnitStep(StrEnum):
	"""What a part of a recompute does: measure one metric of a company, or score a range of its accounts."""

	MEASURE = "Measure"
	SCORE = "Score"


class UnitStatus(StrEnum):
	"""State of a part of a recompute. One that is being worked is pending and locked."""

	PENDING = "Pending"
	DONE = "Done"
	FAILED = "Failed"
	SKIPPED = "Skipped"


class CommissionKind(StrEnum):
	"""Why a receipt stands in a month: it is of the month before, was verified late, or changed after it was paid (R60)."""

	RECEIPT = "Receipt"
	LATE = "Late"
	CORRECTION = "Correction"


class PromiseStatus(StrEnum):
	"""Whether a customer paid what it promised by the day it promised (R34, R53)."""

	OPEN = "Open"
	KEPT = "Kept"
	BROKEN = "Broken"
