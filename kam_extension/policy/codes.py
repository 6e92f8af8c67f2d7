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


class AccountStatus(StrEnum):
	PROSPECT = "Prospect"
	ACTIVE = "Active"
	WATCH = "Watch"
	SUSPENDED = "Suspended"
	TERMINATED = "Terminated"


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
