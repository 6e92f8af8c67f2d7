"""What a background worker does for a recompute over all accounts: unit after unit until none is left (R17)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from time import monotonic, sleep

import frappe
from frappe import _
from frappe.translate import get_user_lang
from rq.timeouts import BaseTimeoutException

from kam_extension.integration.lost_connections import is_transient, start_anew
from kam_extension.integration.metrics import Scope, measure
from kam_extension.integration.policies.policies import terms_of
from kam_extension.integration.tiers.credit_reviews import write_credit_reviews
from kam_extension.integration.tiers.levels import propose_levels
from kam_extension.integration.tiers.measures import read_measures, store_measures
from kam_extension.integration.tiers.run_units import (
	ATTEMPTS,
	Unit,
	UnitResult,
	complete_unit,
	measuring_statuses,
	note_failure,
	take_unit,
)
from kam_extension.integration.tiers.scorecards import (
	accounts_of_company,
	metrics_of,
	scope_of_company,
	scorecards_from,
)
from kam_extension.integration.tiers.selection import SELECTIONS
from kam_extension.integration.tiers.tier_proposals import write_proposals
from kam_extension.integration.tiers.tier_runs import finish_if_done, publish_run
from kam_extension.policy.codes import RunProposals, UnitStatus, UnitStep
from kam_extension.policy.levels import LevelProposal
from kam_extension.policy.terms import PolicyTerms

WAIT_SECONDS = 0.5
PUBLISH_SECONDS = 2


@dataclass
class Task:
	"""What all units of a run share; policies are those of the plan, whatever has superseded them since."""

	run: str
	as_of_date: date
	proposals: str
	policies: dict[str, PolicyTerms] = field(default_factory=dict)
	scopes: dict[tuple[str, str], Scope] = field(default_factory=dict)
	proposed_levels: dict[tuple[str, str], dict[str, LevelProposal]] = field(default_factory=dict)

	def terms(self, policy: str) -> PolicyTerms:
		if policy not in self.policies:
			self.policies[policy] = terms_of(frappe.get_doc("KAM Policy", policy))
		return self.policies[policy]

	def scope(self, company: str, policy: str) -> Scope:
		"""All scored accounts of a company, as this worker found them first; later ones are left to the next run."""
		key = (company, policy)
		if key not in self.scopes:
			self.scopes[key] = scope_of_company(company, self.terms(policy), self.as_of_date)
		return self.scopes[key]

	def levels(self, company: str, policy: str) -> dict[str, LevelProposal]:
		"""Better levels of a company's accounts; one pass over its contracts for all units of a worker."""
		key = (company, policy)
		if key not in self.proposed_levels:
			accounts = accounts_of_company(company)
			self.proposed_levels[key] = propose_levels(accounts, self.terms(policy), self.as_of_date)
		return self.proposed_levels[key]


class NotMeasured(frappe.ValidationError):
	"""A metric of the company could not be measured, so its accounts can't be scored."""


def drain(run: str) -> None:
	"""Work units of a run, each in a transaction of its own, until nobody leaves one; finish the run with the last.

	As many workers as there are may do this at once. Deadlocks and lost connections are tried again; what fails for
	good is noted on its unit and holds up no other. A job that runs out of time ends; `tiers.resume_runs` goes on.
	"""
	with _acting_for_starter(run):
		_see_the_latest()
		task, published = _task(run), monotonic()
		while _work_next(task):
			if monotonic() - published >= PUBLISH_SECONDS:
				publish_run(run)
				published = monotonic()
		finish_if_done(run)


def _task(run: str) -> Task:
	return Task(run, *frappe.db.get_value("KAM Tier Run", run, ("as_of_date", "proposals")))


def _work_next(task: Task) -> bool:
	"""Take a unit and work it; False when there is none to take."""
	unit = _take_in_time(task.run)
	if unit is None:
		return False
	try:
		complete_unit(unit, _work(unit, task))
		frappe.db.commit()
	except BaseTimeoutException:
		frappe.db.rollback()
		raise
	except Exception as error:
		_note(unit, error)
	return True


def _take_in_time(run: str) -> Unit | None:
	"""The next unit; one that scores only once all that measures for its company is done."""
	for attempt in range(1, ATTEMPTS):
		try:
			return _take(run)
		except Exception as error:
			if not is_transient(error):
				raise
			_start_anew(error)
			sleep(WAIT_SECONDS * attempt)
	return _take(run)


def _take(run: str) -> Unit | None:
	while unit := take_unit(run):
		if unit.step == UnitStep.MEASURE or UnitStatus.PENDING not in measuring_statuses(unit):
			return unit
		frappe.db.rollback()
		sleep(WAIT_SECONDS)
	frappe.db.rollback()
	return None


def _work(unit: Unit, task: Task) -> UnitResult:
	return (_measure if unit.step == UnitStep.MEASURE else _score)(unit, task)


def _measure(unit: Unit, task: Task) -> UnitResult:
	scope = task.scope(unit.company, unit.policy)
	if not scope.accounts:
		return UnitResult(0)
	[values] = measure([unit.metric], scope).values()
	store_measures(unit.run, unit.metric, scope, values)
	return UnitResult(len(values))


def _score(unit: Unit, task: Task) -> UnitResult:
	if UnitStatus.FAILED in measuring_statuses(unit):
		raise NotMeasured(
			_("Not scored, because a metric of {0} could not be measured.").format(unit.company)
		)
	accounts = accounts_of_company(unit.company, unit.first_account, unit.last_account)
	if not accounts:
		return UnitResult(0)
	terms = task.terms(unit.policy)
	measured, measures = read_measures(unit.run, metrics_of(terms), accounts)
	levels = task.levels(unit.company, unit.policy)
	scorecards = scorecards_from(measured, terms, task.as_of_date, measures, levels)
	failures = write_proposals(SELECTIONS[task.proposals](scorecards, terms), unit.run)
	if task.proposals == RunProposals.REVIEW_MONTHS:
		failures += write_credit_reviews(scorecards, unit.run)
	return UnitResult(len(scorecards), sum(card.differs for card in scorecards), failures)


def _note(unit: Unit, error: Exception) -> None:
	"""Undo what the unit has written, and try again or leave it failed."""
	_start_anew(error)
	if is_transient(error):
		# The lock of a lost connection falls a moment after it; and whoever was in the way gets time to end.
		sleep(WAIT_SECONDS)
	has_failed = note_failure(unit, str(error) or type(error).__name__, is_final=not is_transient(error))
	if has_failed and not isinstance(error, NotMeasured):
		frappe.log_error("KAM recompute", reference_doctype="KAM Tier Run", reference_name=unit.run)
	frappe.db.commit()


def _start_anew(error: Exception) -> None:
	start_anew(error)
	_see_the_latest()


def _see_the_latest() -> None:
	"""From the next transaction on, read what others have committed, and lock rows without the gaps between them.

	Else two workers that look for open proposals would lock each other out of writing new ones. The level stays with
	the connection, which ends with the job.
	"""
	frappe.db.sql("set session transaction isolation level read committed")
	frappe.db.commit()


@contextmanager
def _acting_for_starter(run: str) -> Iterator[None]:
	"""As the user who started the run and in that user's language, whichever job this is."""
	starter = frappe.db.get_value("KAM Tier Run", run, "started_by") or "Administrator"
	before, language = frappe.session.user, frappe.local.lang
	frappe.set_user(starter)
	frappe.local.lang = get_user_lang(starter)
	try:
		yield
	finally:
		frappe.set_user(before)
		frappe.local.lang = language
