"""What is to be collected of each account, at which stage, and by whom (R34, S2 6.2.3).

In term the account manager collects, beyond the policy's days planning, bad debt finance. Who planning and finance are
is said in KAM Settings, for each company.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import frappe
from frappe import _

from kam_extension.integration.accounts.account_file import credit_tier_of
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.receivables.open_items import OpenItem, open_items
from kam_extension.integration.receivables.written_off import WrittenOff, written_off
from kam_extension.policy.collections import CollectionStage, collection_stage
from kam_extension.policy.money import ZERO

ACCOUNT_FIELDS = (
	"name", "customer", "customer_name", "account_class", "tier", "tier_override", "tier_override_until",
	"credit_tier", "credit_review", "account_manager", "responsible_unit", "status",
)  # fmt: skip


@dataclass
class Collection:
	"""One account in one company, amounts in company currency.

	`overdue` is the unpaid terms past their due date; `unapplied` the credits that nobody matched with an invoice.
	"""

	account: Mapping
	company: str
	max_overdue_days: int
	items: list[OpenItem] = field(default_factory=list)
	bad_debts: list[WrittenOff] = field(default_factory=list)
	overdue: Decimal = ZERO
	unapplied: Decimal = ZERO
	outstanding: Decimal = ZERO
	days_overdue: int = 0

	@property
	def written_off(self) -> Decimal:
		return sum((one.amount for one in self.bad_debts), ZERO)

	@property
	def stage(self) -> CollectionStage:
		return collection_stage(self.days_overdue, self.max_overdue_days, bool(self.bad_debts))

	def add(self, item: OpenItem, as_of: date) -> None:
		self.items.append(item)
		self.outstanding += item.outstanding
		self.overdue += item.overdue(as_of)
		self.unapplied += max(-item.outstanding, ZERO)
		self.days_overdue = max(self.days_overdue, item.days_overdue(as_of))

	def stage_of(self, item: OpenItem, as_of: date) -> CollectionStage:
		return collection_stage(item.days_overdue(as_of), self.max_overdue_days)


def collections(
	company: str, accounts: Mapping[str, Mapping], as_of: date, written_off_since: date | None = None
) -> list[Collection]:
	"""Of `accounts` ({name: row with ACCOUNT_FIELDS}) those that owe something or whose debt was written off.

	A fixed number of queries. Bad debts only from `written_off_since` on; None: none.
	"""
	of_customer = {account["customer"]: account for account in accounts.values()}
	found = _Found(company, of_customer, as_of)
	for item in open_items(company, list(of_customer), as_of):
		found[item.customer].add(item, as_of)
	if written_off_since:
		for one in written_off(company, list(of_customer), written_off_since, as_of):
			found[one.customer].bad_debts.append(one)
	return list(found.values())


class _Found(defaultdict):
	"""{customer: Collection}, made when it is first asked for."""

	def __init__(self, company: str, accounts: Mapping[str, Mapping], as_of: date):
		super().__init__()
		self.company, self.accounts = company, accounts
		self.terms = policy_in_force(company, as_of)

	def __missing__(self, customer: str) -> Collection:
		account, days = self.accounts[customer], 0
		if self.terms:
			level = self.terms.service_level(account["account_class"], credit_tier_of(account))
			days = level.max_overdue_days
		self[customer] = Collection(account, self.company, days)
		return self[customer]


@dataclass(frozen=True)
class Collectors:
	"""The people of one company who collect beyond the policy's days, and bad debt; None: nobody is named."""

	planning: str | None = None
	finance: str | None = None

	def responsible(self, stage: CollectionStage, account: Mapping) -> str | None:
		"""Who collects at this stage; the account manager goes on where nobody is named for planning."""
		if stage == CollectionStage.BEYOND_TERM:
			return self.planning or account["account_manager"]
		if stage == CollectionStage.WRITTEN_OFF:
			return self.finance
		return account["account_manager"]


def collectors_of(company: str) -> Collectors:
	rows = frappe.get_cached_doc("KAM Settings").companies
	row = next((row for row in rows if row.company == company), None)
	if row is None:
		return Collectors()
	return Collectors(row.planning_collector or None, row.bad_debt_collector or None)


def stage_name(stage: CollectionStage) -> str:
	"""The stage in the reader's language."""
	names = {
		CollectionStage.NOT_DUE: _("Not Due", context="Collection"),
		CollectionStage.IN_TERM: _("In Term", context="Collection"),
		CollectionStage.BEYOND_TERM: _("Beyond Policy Days", context="Collection"),
		CollectionStage.WRITTEN_OFF: _("Written Off", context="Collection"),
	}
	return names[stage]
