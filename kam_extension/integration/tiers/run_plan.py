"""Which parts a recompute of all accounts has: first every metric of each company, then its accounts (R17)."""

from collections.abc import Iterator, Sequence
from datetime import date

from frappe import _

from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.tiers.scorecards import accounts_by_company, metrics_of
from kam_extension.policy.codes import UnitStatus, UnitStep
from kam_extension.policy.terms import PolicyTerms

ACCOUNTS_PER_UNIT = 1000


def plan_units(as_of_date: date) -> tuple[int, list[dict]]:
	"""Number of accounts, and the units as rows for `add_units`, those that measure first."""
	grouped = accounts_by_company()
	measuring, scoring = [], []
	for company, accounts in grouped.items():
		terms = policy_in_force(company, as_of_date)
		if terms is None:
			scoring.append(_skipped(company, accounts))
			continue
		measuring += _measuring(company, terms)
		scoring += _scoring(company, terms, accounts)
	return sum(map(len, grouped.values())), measuring + scoring


def without_policy(company: str, accounts: int) -> str:
	return _("No KAM Policy is in force for {0}: {1} accounts skipped.").format(company, accounts)


def _skipped(company: str, accounts: Sequence) -> dict:
	return {
		"step": UnitStep.SCORE,
		"status": UnitStatus.SKIPPED,
		"company": company,
		"accounts": len(accounts),
		"error": without_policy(company, len(accounts)),
	}


def _measuring(company: str, terms: PolicyTerms) -> Iterator[dict]:
	for metric in metrics_of(terms):
		yield _pending(UnitStep.MEASURE, company, terms) | {"metric": metric}


def _scoring(company: str, terms: PolicyTerms, accounts: Sequence) -> Iterator[dict]:
	for start in range(0, len(accounts), ACCOUNTS_PER_UNIT):
		part = accounts[start : start + ACCOUNTS_PER_UNIT]
		bounds = {"first_account": part[0].name, "last_account": part[-1].name}
		yield _pending(UnitStep.SCORE, company, terms) | bounds | {"accounts": len(part)}


def _pending(step: UnitStep, company: str, terms: PolicyTerms) -> dict:
	return {
		"step": step,
		"status": UnitStatus.PENDING,
		"company": company,
		"policy": terms.name,
		"accounts": 0,
	}
