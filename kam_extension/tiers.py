"""Tiers of key accounts: recompute on demand and nightly (R17, R18)."""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime

from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, has_any_role
from kam_extension.integration.tiers.drain import drain
from kam_extension.integration.tiers.overrides import lapse_overrides
from kam_extension.integration.tiers.recompute import run_recompute
from kam_extension.integration.tiers.run_units import free_units
from kam_extension.integration.tiers.tier_runs import (
	close_abandoned_runs,
	finish_if_done,
	full_run_under_way,
	reopen_run,
	running_full_runs,
	start_full_run,
)
from kam_extension.policy.codes import RunProposals

WORKERS_SETTING = "kam_recompute_workers"
DEFAULT_WORKERS = 2
JOB_SECONDS = 3600


def recompute(as_of_date: date | str | None = None, key_accounts: Sequence[str] | str | None = None) -> str:
	"""Score key accounts as of a day (default: today) and write a Tier Review for each result that differs.

	`key_accounts`: names, or one name; default: all that are active, watched or suspended. Everything happens in the
	caller's transaction. Doing it again for the same day changes nothing. Returns the name of the KAM Tier Run.
	"""
	names = [key_accounts] if isinstance(key_accounts, str) else key_accounts
	return run_recompute(getdate(as_of_date), names)


def nightly() -> None:
	"""Scheduled daily: end overrides that have run out, score all accounts, propose in the policy's review months.

	This job and the other workers share the accounts. A run that is still under way is helped to its end instead.
	"""
	if not is_enabled():
		return
	close_abandoned_runs()
	lapse_overrides(getdate())
	frappe.db.commit()
	run = start_full_run(getdate(), RunProposals.REVIEW_MONTHS) or full_run_under_way()
	if run:
		_enqueue_workers(run, workers() - 1)
		drain(run)


@frappe.whitelist(methods=["POST"])
def start_recompute() -> bool:
	"""Recompute all accounts in the background, for KAM Managers and above; False when that is under way already."""
	_require_manager()
	run = start_full_run(getdate(), RunProposals.ALL_DIFFERENCES)
	if run is None:
		return False
	_enqueue_workers(run, workers())
	return True


@frappe.whitelist(methods=["POST"])
def continue_run(run: str) -> None:
	"""Work the failed parts of a run again, for KAM Managers and above. Raises ValidationError when there are none."""
	_require_manager()
	frappe.get_doc("KAM Tier Run", run).check_permission("read")
	reopen_run(run)
	frappe.db.commit()
	_enqueue_workers(run, workers())


def resume_runs() -> None:
	"""Scheduled every few minutes: go on with runs that have parts left which no worker holds, as after a crash.

	Jobs get new names: RQ takes a killed worker's job for running until it notices.
	"""
	close_abandoned_runs()
	frappe.db.commit()
	for run in running_full_runs():
		is_waiting = bool(free_units([run]))
		frappe.db.rollback()
		if is_waiting:
			_enqueue_workers(run, workers())
		else:
			finish_if_done(run)


def recompute_in_background(run: str) -> None:
	"""Job of a worker: take its share of a run over all accounts, one transaction for each part."""
	drain(run)


def workers() -> int:
	"""How many background jobs share a run: `kam_recompute_workers` of the site's configuration, else two."""
	return max(cint(frappe.conf.get(WORKERS_SETTING)) or DEFAULT_WORKERS, 1)


def _enqueue_workers(run: str, number: int) -> None:
	wave = now_datetime().strftime("%y%m%d%H%M%S")
	for position in range(number):
		frappe.enqueue(
			recompute_in_background,
			queue="long",
			timeout=JOB_SECONDS,
			job_id=f"kam_recompute_{run}_{wave}_{position}",
			deduplicate=True,
			run=run,
		)


def _require_manager() -> None:
	if not has_any_role(MANAGER_AND_ABOVE):
		frappe.throw(
			_(
				"All tiers are recomputed by managers of key accounts. Ask one, or recompute a single account."
			),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
