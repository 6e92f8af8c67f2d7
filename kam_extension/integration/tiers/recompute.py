"""Recompute in the caller's transaction: read all metrics, score, propose; one run record each time (R17)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from kam_extension.integration.metrics import measure
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.tiers.run_plan import ACCOUNTS_PER_UNIT, without_policy
from kam_extension.integration.tiers.scorecards import (
	Scorecard,
	accounts_by_company,
	metrics_of,
	scope_of,
	scorecards_from,
)
from kam_extension.integration.tiers.tier_proposals import write_proposals
from kam_extension.integration.tiers.tier_runs import finish_run, record_run
from kam_extension.policy.terms import PolicyTerms


def run_recompute(as_of_date: date, key_accounts: Sequence[str] | None) -> str:
	"""Score the named accounts, or all that are active, as of a day and propose what differs.

	Everything stays in the caller's transaction, and nothing is committed. Returns the name of the KAM Tier Run.
	"""
	grouped = accounts_by_company(key_accounts)
	run = record_run(as_of_date, sum(map(len, grouped.values())))
	counts, errors = Counter(), []
	for company, accounts in grouped.items():
		counts["processed"] += len(accounts)
		terms = policy_in_force(company, as_of_date)
		if terms is None:
			errors.append(without_policy(company, len(accounts)))
			continue
		for scorecards in _scorecards(accounts, terms, as_of_date, is_whole_company=key_accounts is None):
			failures = write_proposals(scorecards, run)
			counts.update(changed=sum(card.differs for card in scorecards), failed=len(failures))
			errors += failures
	finish_run(run, counts["processed"], counts["changed"], counts["failed"], errors)
	return run


def _scorecards(
	accounts: Sequence, terms: PolicyTerms, as_of_date: date, is_whole_company: bool
) -> Iterator[list[Scorecard]]:
	"""Scorecards of a company's accounts, some at a time; measured in one pass for all of them."""
	measures = measure(metrics_of(terms), scope_of(accounts, terms, as_of_date, is_whole_company))
	for start in range(0, len(accounts), ACCOUNTS_PER_UNIT):
		yield scorecards_from(accounts[start : start + ACCOUNTS_PER_UNIT], terms, as_of_date, measures)
