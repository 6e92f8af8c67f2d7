"""Which accounts are visited how often, and what is planned for them: a fixed number of queries for all (R46)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.cadence import visit_due
from kam_extension.policy.codes import AccountLevel, AccountStatus, VisitStatus
from kam_extension.policy.terms import TierTerms

VISITED_STATUSES = (AccountStatus.ACTIVE, AccountStatus.WATCH)
ACCOUNT_FIELDS = (
	"name", "creation", "customer_name", "company", "account_class", "account_level", "tier", "tier_override",
	"tier_override_until", "account_manager", "executive_sponsor", "last_visit_date", "next_visit_due",
)  # fmt: skip
PLAN_FIELDS = (
	"name", "key_account", "visit_date", "due_date", "visited_by", "is_executive_visit", "planned_automatically",
	"is_touched", "visit_type",
)  # fmt: skip


@dataclass(frozen=True)
class Visited:
	"""An account that is visited: its row, the terms of its class and tier, and when its next visit is due."""

	account: frappe._dict
	level: TierTerms
	due: date | None

	@property
	def is_group(self) -> bool:
		return self.account.account_level == AccountLevel.GROUP


def visited_accounts(today: date, names: Collection[str] | None = None) -> Iterator[Visited]:
	"""The active and watched accounts (of `names`) whose home company has a policy in force."""
	filters: dict = {"status": ("in", VISITED_STATUSES)}
	if names is not None:
		filters["name"] = ("in", list(names))
	rows = frappe.get_all("Key Account", filters=filters, fields=list(ACCOUNT_FIELDS))
	terms = {company: policy_in_force(company, today) for company in {row.company for row in rows}}
	for account in rows:
		if terms[account.company]:
			level = terms[account.company].service_level(account.account_class, effective_tier(account))
			opened = getdate(account.creation)
			due = visit_due(account.last_visit_date, opened, level.visit_interval_months)
			yield Visited(account, level, due)


def planned_visits(names: Collection[str] | None = None) -> dict[str, list[frappe._dict]]:
	"""{account: its planned visits, the earliest first}."""
	filters: dict = {"status": VisitStatus.PLANNED}
	if names is not None:
		filters["key_account"] = ("in", list(names))
	found = defaultdict(list)
	for row in frappe.get_all("Visit Log", filters=filters, fields=list(PLAN_FIELDS), order_by="visit_date"):
		found[row.key_account].append(row)
	return found


def executive_contacts(year: int, names: Collection[str] | None = None) -> dict[str, int]:
	"""{account: executive contacts of the year that are held or planned}; accounts without one are left out."""
	visit = DocType("Visit Log")
	query = (
		frappe.qb.from_(visit)
		.select(visit.key_account, Count("*"))
		.where(visit.is_executive_visit == 1)
		.where(visit.status.isin((VisitStatus.PLANNED, VisitStatus.COMPLETED)))
		.where(visit.visit_date[date(year, 1, 1) : date(year, 12, 31)])
		.groupby(visit.key_account)
	)
	if names is not None:
		query = query.where(visit.key_account.isin(list(names)))
	return dict(query.run())
