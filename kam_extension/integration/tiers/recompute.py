"""Recompute of tiers: read all metrics, score, propose; one run record each time (R17)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import frappe

from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.tiers.scorecards import Scorecard, accounts_by_company, score_accounts
from kam_extension.integration.tiers.tier_proposals import without_review_this_month, write_proposals
from kam_extension.integration.tiers.tier_runs import TierRun, start_run
from kam_extension.policy.terms import PolicyTerms

CHUNK_SIZE = 500
ATTEMPTS = 3
Select = Callable[[Sequence[Scorecard], PolicyTerms], Sequence[Scorecard]]


def propose_always(scorecards: Sequence[Scorecard], terms: PolicyTerms) -> Sequence[Scorecard]:
	"""On demand: whatever differs is proposed."""
	return scorecards


def propose_in_review_months(scorecards: Sequence[Scorecard], terms: PolicyTerms) -> Sequence[Scorecard]:
	"""Nightly: only in the policy's review months, and once a month for an account."""
	as_of_date = scorecards[0].as_of_date
	return without_review_this_month(scorecards) if as_of_date.month in review_months(terms) else ()


def review_months(terms: PolicyTerms) -> set[int]:
	return {int(month) for month in terms.tier_review_months.split(",") if month.strip()}


def run_recompute(
	as_of_date: date, key_accounts: Sequence[str] | None, select: Select, commits: bool = False
) -> str:
	"""Score the named accounts, or all active ones, as of a day and propose what `select` lets through.

	With `commits`, for jobs of their own, each chunk is a transaction that is tried again after a deadlock, so that a
	killed run keeps what it did and the next one goes on. Without, everything stays in the caller's transaction.
	Returns the name of the KAM Tier Run.
	"""
	grouped = accounts_by_company(key_accounts)
	run = start_run(as_of_date, sum(map(len, grouped.values())))
	_commit_if(commits)
	for company, accounts in grouped.items():
		terms = policy_in_force(company, as_of_date)
		if terms is None:
			run.skip(len(accounts), company)
			continue
		for chunk in _chunks(accounts):
			_process_safely(chunk, terms, as_of_date, select, run, commits)
	run.finish()
	_commit_if(commits)
	return run.name


def _process_safely(
	chunk: Sequence, terms: PolicyTerms, as_of_date: date, select: Select, run: TierRun, commits: bool
) -> None:
	if not commits:
		_process(chunk, terms, as_of_date, select, run)
		return
	for attempt in range(1, ATTEMPTS + 1):
		try:
			_process(chunk, terms, as_of_date, select, run)
			frappe.db.commit()
			return
		except Exception as error:
			frappe.db.rollback()
			retries = isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError)
			if not retries or attempt == ATTEMPTS:
				_note_failed_chunk(chunk, run, error)
				return


def _process(chunk: Sequence, terms: PolicyTerms, as_of_date: date, select: Select, run: TierRun) -> None:
	scorecards = score_accounts(chunk, terms, as_of_date)
	failures = write_proposals(select(scorecards, terms), run.name)
	run.changed += sum(card.differs for card in scorecards)
	run.failed += len(failures)
	run.errors += failures
	run.advance(len(chunk))


def _note_failed_chunk(chunk: Sequence, run: TierRun, error: Exception) -> None:
	frappe.log_error("KAM recompute")
	run.failed += len(chunk)
	run.errors.append(f"{chunk[0].name} … {chunk[-1].name}: {error}")
	run.advance(len(chunk))
	frappe.db.commit()


def _chunks(accounts: Sequence) -> Iterator[Sequence]:
	return (accounts[start : start + CHUNK_SIZE] for start in range(0, len(accounts), CHUNK_SIZE))


def _commit_if(commits: bool) -> None:
	if commits:
		frappe.db.commit()
