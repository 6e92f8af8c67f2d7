"""Scores of key accounts: metrics read set-based, judged by the policy core (R14, R15, R17)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _

from kam_extension.integration.metrics import Scope, measure
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.codes import AccountStatus, Metric
from kam_extension.policy.scoring import TierProposal, propose_tier
from kam_extension.policy.terms import PolicyTerms

ALWAYS_MEASURED = (Metric.TENURE_MONTHS, Metric.OVERDUE_DAYS_MAX)
SCORED_STATUSES = (AccountStatus.ACTIVE, AccountStatus.WATCH, AccountStatus.SUSPENDED)


@dataclass(frozen=True)
class Scorecard:
	"""Result of one account; `current_tier` is the file's own tier, a manual override left aside."""

	key_account: str
	customer: str
	company: str
	account_class: str
	current_tier: str | None
	as_of_date: date
	overdue_days: int
	terms: PolicyTerms
	proposal: TierProposal

	@property
	def differs(self) -> bool:
		return self.proposal.tier != self.current_tier


def accounts_by_company(key_accounts: Sequence[str] | None = None) -> dict[str, list]:
	"""The accounts to score by home company: those named, or all that are active, watched or suspended.

	Raises DoesNotExistError for a name that is no key account.
	"""
	filters = (
		{"name": ("in", key_accounts)} if key_accounts is not None else {"status": ("in", SCORED_STATUSES)}
	)
	fields = ["name", "customer", "company", "account_class", "tier"]
	accounts = frappe.get_all("Key Account", filters=filters, fields=fields, order_by="name")
	_refuse_unknown(set(key_accounts or ()) - {account.name for account in accounts})
	grouped = defaultdict(list)
	for account in accounts:
		grouped[account.company].append(account)
	return grouped


def _refuse_unknown(names: set[str]) -> None:
	if names:
		frappe.throw(
			_("There is no key account {0}.").format(", ".join(sorted(names))), frappe.DoesNotExistError
		)


def score_accounts(accounts: Sequence, terms: PolicyTerms, as_of_date: date) -> list[Scorecard]:
	"""Scorecards of accounts of one home company; the number of queries doesn't depend on their number."""
	if not accounts:
		return []
	scope = Scope(
		company=accounts[0].company,
		as_of_date=as_of_date,
		accounts={account.customer: account.name for account in accounts},
		base_price_list=terms.base_price_list,
	)
	metrics = {criterion.metric for criterion in terms.criteria} | set(ALWAYS_MEASURED)
	measures = measure(sorted(metrics), scope)
	return [_scorecard(account, terms, as_of_date, measures) for account in accounts]


def score_account(key_account: str, as_of_date: date) -> Scorecard | None:
	"""One account's scorecard under its home company's policy of the as-of date; None without a policy."""
	[(company, accounts)] = accounts_by_company([key_account]).items()
	terms = policy_in_force(company, as_of_date)
	return score_accounts(accounts, terms, as_of_date)[0] if terms else None


def _scorecard(account, terms: PolicyTerms, as_of_date: date, measures: dict) -> Scorecard:
	values = {metric: by_account[account.name] for metric, by_account in measures.items()}
	overdue_days = int(values[Metric.OVERDUE_DAYS_MAX])
	tenure = values[Metric.TENURE_MONTHS]
	proposal = propose_tier(
		terms,
		account.account_class,
		values,
		months_since_first_order=None if tenure is None else int(tenure),
		is_in_arrears=overdue_days > terms.grace_days,
	)
	return Scorecard(
		key_account=account.name,
		customer=account.customer,
		company=account.company,
		account_class=account.account_class,
		current_tier=account.tier or None,
		as_of_date=as_of_date,
		overdue_days=overdue_days,
		terms=terms,
		proposal=proposal,
	)
