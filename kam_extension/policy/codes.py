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
	"""What a level rule counts: single contracts of an amount, all after the first one together, or signed strategic
	agreements (R16)."""

	SINGLE_CONTRACTS = "Single Contracts"
	FOLLOW_UP_TOTAL = "Follow-up Total"
	STRATEGIC_AGREEMENT = "Strategic Agreement"


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


class AgreementType(StrEnum):
	"""What is agreed with an account besides its contracts (R9)."""

	STRATEGIC = "Strategic Cooperation"
	SERVICE = "Service"
	NON_DISCLOSURE = "Non-disclosure"


class AgreementStatus(StrEnum):
	"""Where an agreement stands by the date (R9)."""

	DRAFT = "Draft"
	UPCOMING = "Upcoming"
	IN_FORCE = "In Force"
	EXPIRING = "Expiring"
	EXPIRED = "Expired"
	TERMINATED = "Terminated"
	CANCELLED = "Cancelled"


class AgreementRenewal(StrEnum):
	NONE = "None"
	NEW_AGREEMENT = "By New Agreement"
	AUTOMATIC = "Automatic"


class HealthPart(StrEnum):
	"""What an account's health score is made of (R77)."""

	PAYMENT = "Payment"
	REVENUE = "Revenue"
	ORDERS = "Orders"
	VISITS = "Visits"
	COMPLAINTS = "Complaints"
	SATISFACTION = "Satisfaction"
	RELATIONSHIP = "Relationship"


class HealthBand(StrEnum):
	"""How well an account does by its score, the best first (R77)."""

	GOOD = "Good"
	FAIR = "Fair"
	POOR = "Poor"


class HealthAction(StrEnum):
	"""What starts when an account's health falls below a threshold (R77)."""

	NONE = "None"
	ALERT = "Alert"
	VISIT = "Planned Visit"
	RISK_REPORT = "Risk Report"


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


class ReplayStatus(StrEnum):
	"""Where a Policy Replay is (R62)."""

	DRAFT = "Draft"
	QUEUED = "Queued"
	RUNNING = "Running"
	COMPLETED = "Completed"
	FAILED = "Failed"
	CANCELLED = "Cancelled"


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


class TeamResult(StrEnum):
	"""What a unit reached of its monthly targets (R59)."""

	MISSED = "Target Missed"
	MET = "Target Met"
	CHALLENGE = "Challenge Target Met"


class SalesBasis(StrEnum):
	"""What counts as the sales result of a scorecard (R59)."""

	ORDERS = "Orders"
	INVOICES = "Invoices"
	RECEIPTS = "Receipts"


class TargetLight(StrEnum):
	"""Traffic light of a target: reached, nearly reached, missed (R57)."""

	GREEN = "Green"
	YELLOW = "Yellow"
	RED = "Red"


class AnnualJudgement(StrEnum):
	"""Outcome of the annual evaluation of an account (R58; S3 art. 10)."""

	STRENGTHEN = "Strengthen"
	MAINTAIN = "Maintain"
	END = "End"


class VisitStatus(StrEnum):
	"""What became of a contact with an account (R45)."""

	PLANNED = "Planned"
	COMPLETED = "Completed"
	MISSED = "Missed"
	CANCELLED = "Cancelled"


class Feasibility(StrEnum):
	"""Whether a customer's need can be met (R47)."""

	TO_BE_JUDGED = "To Be Judged"
	FEASIBLE = "Feasible"
	PARTLY_FEASIBLE = "Partly Feasible"
	NOT_FEASIBLE = "Not Feasible"


class NeedStatus(StrEnum):
	"""How far a need is on its way from being heard to being answered (R47)."""

	IDENTIFIED = "Identified"
	JUDGED = "Judged"
	RESPONDED = "Responded"
	IN_PROGRESS = "In Progress"
	CLOSED = "Closed"


class ActionStatus(StrEnum):
	"""State of a follow-up action (R48)."""

	OPEN = "Open"
	DONE = "Done"
	CANCELLED = "Cancelled"


class CareType(StrEnum):
	"""Why an account is shown attention (R49)."""

	BIRTHDAY = "Birthday"
	FESTIVAL = "Festival"
	ANNIVERSARY = "Anniversary"
	APPRECIATION = "Appreciation"
	TRAINING = "Training"


class CareStatus(StrEnum):
	"""Whether it was done (R49)."""

	PLANNED = "Planned"
	DONE = "Done"
	SKIPPED = "Skipped"


class ReportStage(StrEnum):
	"""Who has a periodic account report, in the order in which it is handed on (R50)."""

	DRAFT = "Draft"
	WITH_SUPERVISOR = "With Supervisor"
	WITH_MANAGER = "With Manager"
	WITH_DEPUTY = "With Deputy General Manager"
	READ = "Read"


class IssueKind(StrEnum):
	"""What an Issue of a key account is; one without a kind counts as a complaint (R51)."""

	COMPLAINT = "Complaint"
	QUESTION = "Question"
	REQUEST = "Request"


class Escalation(StrEnum):
	"""What is late about an escalated Issue, the weightiest last (R51)."""

	RESPONSE = "First Response Late"
	PLAN = "Plan Late"
	RESOLUTION = "Resolution Late"


class SurveyStatus(StrEnum):
	"""Of a Satisfaction Survey (R52)."""

	DRAFT = "Draft"
	SENT = "Sent"
	ANSWERED = "Answered"
	EXPIRED = "Expired"
	REVOKED = "Revoked"


class SatisfactionScale(StrEnum):
	"""How stars become percent (R52)."""

	SHARE_OF_FIVE = "Share of Five"
	ONE_IS_ZERO = "One Star Is Zero"


class FollowUp(StrEnum):
	"""What a low answer starts besides the notice (R52)."""

	NONE = "None"
	TODO = "ToDo"
	ISSUE = "Issue"


class RiskIndicator(StrEnum):
	"""What a Risk Report looks at; the last five are judged or reported by people (R53)."""

	OVERDUE_SHARE = "Overdue Share"
	REVENUE_CHANGE = "Revenue Change"
	ORDER_SILENCE = "Order Silence"
	COMPLAINTS = "Complaints"
	SATISFACTION = "Satisfaction"
	VISIT_OVERDUE = "Visit Overdue"
	LEADERSHIP_CHANGE = "Leadership Change"
	BROKEN_PROMISE = "Broken Payment Promise"
	LAWSUIT = "Lawsuit or Financing Trouble"
	BANKRUPTCY = "Bankruptcy Sign"
	OTHER = "Other"


class IndicatorSource(StrEnum):
	"""Where a row of a Risk Report comes from; people may change their own only (R53)."""

	PERSON = "Person"
	FIGURES = "Periodic Figures"
	CHURN_WATCH = "Churn Watch"
	HEALTH = "Health Score"


class RiskStatus(StrEnum):
	"""How far the follow-up of a Risk Report is (R55)."""

	DRAFT = "Draft"
	OPEN = "Open"
	CLOSED = "Closed"
	CANCELLED = "Cancelled"


class EscalationLevel(StrEnum):
	"""Who has to deal with an open report, the first one first (R55)."""

	ACCOUNT_MANAGER = "Account Manager"
	MANAGER = "KAM Manager"
	DIRECTOR = "KAM Director"
	EXECUTIVE = "KAM Executive"


class MeasureStatus(StrEnum):
	"""State of a measure against a risk; who carries it out reports, evidence makes it done (R55)."""

	OPEN = "Open"
	REPORTED = "Reported Done"
	DONE = "Done"
	CANCELLED = "Cancelled"


class AccessStatus(StrEnum):
	"""What became of a unit's request to sell to an account (R11)."""

	OPEN = "Open"
	GRANTED = "Granted"
	DECLINED = "Declined"
	WITHDRAWN = "Withdrawn"
	REVOKED = "Revoked"


class CaseStatus(StrEnum):
	"""How far an accountability case is (R80)."""

	DRAFT = "Draft"
	HEARING = "Hearing"
	HEARD = "Heard"
	APPROVED = "Approved"
	REJECTED = "Rejected"
	REVOKED = "Revoked"
