"""The health of all accounts, every night: score, compare with what is stored, write what changed, act on a fall (R77)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.utils import create_batch, getdate

from kam_extension.integration.health.actions import act_on_falls
from kam_extension.integration.health.readings import read_parts
from kam_extension.integration.health.settings import health_terms
from kam_extension.integration.health.store import locked_states, write_scores
from kam_extension.integration.lost_connections import commit_surely
from kam_extension.integration.metrics.scope import SCORED_STATUSES, Scope
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.policy.codes import HealthBand
from kam_extension.policy.health import Health, HealthTerms, assess, band_of, is_worse

ACCOUNT_FIELDS = (
	"name", "customer", "customer_name", "company", "creation", "account_manager", "risk_level", "last_visit_date",
	"next_visit_due",
)  # fmt: skip
CHUNK = 2000


@dataclass(frozen=True)
class Scored:
	"""An account whose score is another one than stored; `previous` is the band before, None for the first score."""

	account: frappe._dict
	health: Health
	band: HealthBand
	previous: HealthBand | None
	as_of: date

	@property
	def has_fallen(self) -> bool:
		return self.previous is not None and is_worse(self.band, self.previous)


def nightly() -> None:
	"""Scheduled daily: all accounts as of today, a transaction for each part of them."""
	if is_enabled():
		score_all(getdate(), commits=True)


def score_all(as_of: date, commits: bool = False) -> int:
	"""Score the accounts of all companies; returns how many scores changed. Again on the same day, none does."""
	terms, changed = health_terms(), 0
	for company in frappe.get_all("Key Account", distinct=True, pluck="company"):
		changed += score_company(company, terms, as_of, commits)
	return changed


def score_company(company: str, terms: HealthTerms, as_of: date, commits: bool = False) -> int:
	"""As `score_all`, of one home company's accounts that are scored."""
	accounts = frappe.get_all(
		"Key Account",
		filters={"company": company, "status": ("in", SCORED_STATUSES)},
		fields=ACCOUNT_FIELDS,
		order_by="name",
	)
	scope = Scope(company, as_of, {row.customer: row.name for row in accounts}, is_whole_company=True)
	parts = [part for part, part_terms in terms.parts.items() if part_terms.weight > 0]
	readings = read_parts(scope, accounts, parts) if accounts else {}
	assessed = [(row, assess(readings[row.name], terms)) for row in accounts]
	known = [(row, health) for row, health in assessed if health]
	return sum(_write_safely(part, terms, as_of, commits) for part in create_batch(known, CHUNK))


def _write_safely(assessed: Sequence[tuple], terms: HealthTerms, as_of: date, commits: bool) -> int:
	if not commits:
		return _write(assessed, terms, as_of)
	# After a failure the next night finds the same and tries again.
	return (
		commit_surely(partial(_write, assessed, terms, as_of), _("Health scores could not be written")) or 0
	)


def _write(assessed: Sequence[tuple], terms: HealthTerms, as_of: date) -> int:
	"""Under locks on the accounts that differ, so that of two runs the second finds them written."""
	unlocked = list(
		_changed(assessed, terms, as_of, locked_states([row.name for row, _h in assessed], False))
	)
	if not unlocked:
		return 0
	names = [scored.account.name for scored in unlocked]
	locked = locked_states(names, True)
	again = [(scored.account, scored.health) for scored in unlocked]
	changed = list(_changed(again, terms, as_of, locked))
	write_scores(changed)
	act_on_falls([scored for scored in changed if scored.has_fallen], terms)
	return len(changed)


def _changed(
	assessed: Iterable[tuple], terms: HealthTerms, as_of: date, states: dict[str, tuple]
) -> Iterable[Scored]:
	for account, health in assessed:
		score, stored_band = states.get(account.name, (None, None))
		previous = HealthBand(stored_band) if stored_band else None
		band = band_of(health.score, terms, previous)
		if previous is None or (score, previous) != (health.score, band):
			yield Scored(account, health, band, previous, as_of)
