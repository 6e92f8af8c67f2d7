"""Scores of key accounts: metrics read set-based, judged by the policy core (R14, R15, R16, R17)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _

from kam_extension.integration.metrics import Scope, measure
from kam_extension.integration.metrics.scope import SCORED_STATUSES, Measures
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.tiers.levels import propose_levels
from kam_extension.policy.codes import Metric
from kam_extension.policy.levels import LevelProposal
from kam_extension.policy.scoring import TierProposal, propose_tier
from kam_extension.policy.terms import PolicyTerms

ALWAYS_MEASURED = (Metric.TENURE_MONTHS, Metric.OVERDUE_DAYS_MAX)
ACCOUNT_FIELDS = ("name", "customer", "customer_name", "company", "account_class", "account_level", "tier")


@dataclass(frozen=True)
class Scorecard:
	"""Result of one account; `current_tier` is the file's own tier, a manual override left aside.

	`level` is a better level than `current_level` that the account's contracts earn, None when they earn none.
	"""

	key_account: str
	customer: str
	customer_name: str
	company: str
	account_class: str
	current_tier: str | None
	current_level: str | None
	as_of_date: date
	overdue_days: int
	terms: PolicyTerms
	proposal: TierProposal
	level: LevelProposal | None = None

	@property
	def differs(self) -> bool:
		return self.proposal.tier != self.current_tier or self.proposes_level

	@property
	def proposes_level(self) -> bool:
		return self.level is not None and self.level.level != self.current_level


def accounts_by_company(key_accounts: Sequence[str] | None = None) -> dict[str, list]:
	"""The accounts to score by home company: those named, or all that are active, watched or suspended.

	Raises DoesNotExistError for a name that is no key account.
	"""
	filters = (
		{"name": ("in", key_accounts)} if key_accounts is not None else {"status": ("in", SCORED_STATUSES)}
	)
	accounts = frappe.get_all("Key Account", filters=filters, fields=ACCOUNT_FIELDS, order_by="name")
	_refuse_unknown(set(key_accounts or ()) - {account.name for account in accounts})
	grouped = defaultdict(list)
	for account in accounts:
		grouped[account.company].append(account)
	return grouped


def accounts_of_company(company: str, first: str | None = None, last: str | None = None) -> list:
	"""The accounts of a home company that are scored, by name; `first` and `last` bound the names, inclusive."""
	filters = [["company", "=", company], ["status", "in", SCORED_STATUSES]]
	if first and last:
		filters += [["name", ">=", first], ["name", "<=", last]]
	return frappe.get_all("Key Account", filters=filters, fields=ACCOUNT_FIELDS, order_by="name")


def _refuse_unknown(names: set[str]) -> None:
	if names:
		frappe.throw(
			_("There is no key account {0}.").format(", ".join(sorted(names))), frappe.DoesNotExistError
		)


def metrics_of(terms: PolicyTerms) -> list[str]:
	"""Codes of all metrics that a scorecard under the policy needs, sorted."""
	return sorted(
		{str(criterion.metric) for criterion in terms.criteria} | {str(code) for code in ALWAYS_MEASURED}
	)


def scope_of(
	accounts: Sequence, terms: PolicyTerms, as_of_date: date, is_whole_company: bool = False
) -> Scope:
	"""What metrics measure: accounts of one home company, named or all that it scores."""
	return Scope(
		company=accounts[0].company,
		as_of_date=as_of_date,
		accounts={account.customer: account.name for account in accounts},
		base_price_list=terms.base_price_list,
		is_whole_company=is_whole_company,
	)


def scope_of_company(company: str, terms: PolicyTerms, as_of_date: date) -> Scope:
	"""What metrics measure of all accounts of a home company that are scored."""
	filters = {"company": company, "status": ("in", SCORED_STATUSES)}
	pairs = frappe.get_all(
		"Key Account", filters=filters, fields=["customer", "name"], order_by="name", as_list=True
	)
	return Scope(company, as_of_date, dict(pairs), terms.base_price_list, is_whole_company=True)


def score_accounts(accounts: Sequence, terms: PolicyTerms, as_of_date: date) -> list[Scorecard]:
	"""Scorecards of accounts of one home company; the number of queries doesn't depend on their number."""
	if not accounts:
		return []
	measures = measure(metrics_of(terms), scope_of(accounts, terms, as_of_date))
	return scorecards_from(accounts, terms, as_of_date, measures)


def scorecards_from(
	accounts: Sequence,
	terms: PolicyTerms,
	as_of_date: date,
	measures: Mapping[str, Measures],
	levels: Mapping[str, LevelProposal] | None = None,
) -> list[Scorecard]:
	"""Scorecards of accounts by what was measured: {metric: {key account: value}}, and `levels` as by `propose_levels`,
	which is asked for them where they are not given.
	"""
	if levels is None:
		levels = propose_levels(accounts, terms, as_of_date)
	return [
		_scorecard(account, terms, as_of_date, measures, levels.get(account.name)) for account in accounts
	]


def score_account(key_account: str, as_of_date: date) -> Scorecard | None:
	"""One account's scorecard under its home company's policy of the as-of date; None without a policy."""
	[(company, accounts)] = accounts_by_company([key_account]).items()
	terms = policy_in_force(company, as_of_date)
	return score_accounts(accounts, terms, as_of_date)[0] if terms else None


def _scorecard(
	account,
	terms: PolicyTerms,
	as_of_date: date,
	measures: Mapping[str, Measures],
	level: LevelProposal | None,
) -> Scorecard:
	values = {metric: by_account[account.name] for metric, by_account in measures.items()}
	overdue_days = int(values[Metric.OVERDUE_DAYS_MAX])
	tenure = values[Metric.TENURE_MONTHS]
	proposal = propose_tier(
		terms,
		account.account_class,
		values,
		months_since_first_order=None if tenure is None else int(tenure),
		is_in_arrears=overdue_days > terms.grace_days,
		current_tier=account.tier or None,
	)
	return Scorecard(
		key_account=account.name,
		customer=account.customer,
		customer_name=account.customer_name,
		company=account.company,
		account_class=account.account_class,
		current_tier=account.tier or None,
		current_level=account.account_level or None,
		as_of_date=as_of_date,
		overdue_days=overdue_days,
		terms=terms,
		proposal=proposal,
		level=level,
	)
