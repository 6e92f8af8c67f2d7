"""The record of a recompute: begun, followed, finished once, and what its starter is told (R17, R66)."""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe import _
from frappe.model.naming import NamingSeries
from frappe.utils import add_to_date, now_datetime, time_diff_in_seconds

from kam_extension.integration.tiers.measures import drop_older_measures
from kam_extension.integration.tiers.run_plan import plan_units
from kam_extension.integration.tiers.run_units import (
	add_units,
	errors_of,
	free_units,
	has_pending,
	measured_companies,
	reopen_failed_units,
	set_units,
	totals,
	unit_counts,
)
from kam_extension.policy.codes import RunProposals, RunStatus, UnitStatus

RUN = "KAM Tier Run"
ALL_ACCOUNTS = "All"
TITLE_LENGTH = 140
ABANDONED_AFTER_HOURS = 6
PROGRESS_EVENT = "kam_tier_run"


def record_run(as_of_date: date, accounts: int) -> str:
	"""Begin the record of a run that is done within the caller's transaction."""
	return _insert(as_of_date, accounts).name


def start_full_run(as_of_date: date, proposals: RunProposals) -> str | None:
	"""Plan a run over all accounts and commit it for the workers; None when one is under way already.

	That there is never a second one is the database's word: `full_run_key` is unique, and of two that begin at the same
	moment one gives way.
	"""
	if full_run_under_way():
		return None
	accounts, units = plan_units(as_of_date)
	try:
		run = _insert(as_of_date, accounts, proposals=proposals, full_run_key=ALL_ACCOUNTS)
	except frappe.UniqueValidationError:
		frappe.clear_last_message()
		frappe.db.rollback()
		return None
	except frappe.QueryDeadlockError:
		frappe.db.rollback()
		return None
	add_units(run.name, units)
	_begin_series("Tier Review")
	frappe.db.commit()
	return run.name


def full_run_under_way() -> str | None:
	return frappe.db.get_value(RUN, {"full_run_key": ALL_ACCOUNTS})


def finish_run(run: str, processed: int, changed: int, failed: int, errors: Sequence[str]) -> None:
	"""Write how a run ended."""
	finished, started = now_datetime(), frappe.db.get_value(RUN, run, "started_at")
	frappe.db.set_value(
		RUN,
		run,
		{
			"status": RunStatus.FAILED if failed else RunStatus.COMPLETED,
			"full_run_key": None,
			"processed": processed,
			"changed": changed,
			"failed": failed,
			"finished_at": finished,
			"duration": time_diff_in_seconds(finished, started),
			"error": "\n".join(errors) or None,
		},
	)


def finish_if_done(run: str) -> bool:
	"""Finish a run over all accounts whose units are all worked; once, whoever asks at the same time.

	The starter is told, and what earlier runs measured is dropped once this one is completed.
	"""
	status = frappe.db.get_value(RUN, run, "status", for_update=True)
	if status != RunStatus.RUNNING or has_pending(run):
		frappe.db.rollback()
		return False
	sums = totals(run)
	is_broken = UnitStatus.FAILED in unit_counts(run)
	finish_run(run, sums.processed, sums.changed, max(sums.failed, int(is_broken)), errors_of(run))
	_notify_starter(run)
	frappe.db.commit()
	publish_run(run)
	if not is_broken:
		drop_older_measures(run, measured_companies(run))
		frappe.db.commit()
	return True


def publish_run(run: str) -> None:
	"""Bring `processed` up to date and tell the open forms how far the run is."""
	processed, counts = totals(run).processed, unit_counts(run)
	frappe.db.set_value(RUN, run, "processed", processed, update_modified=False)
	frappe.db.commit()
	progress = {"run": run, "processed": processed, "units": counts}
	frappe.publish_realtime(PROGRESS_EVENT, progress, doctype=RUN, docname=run)


def running_full_runs() -> list[str]:
	return frappe.get_all(
		RUN, filters={"status": RunStatus.RUNNING, "full_run_key": ALL_ACCOUNTS}, pluck="name"
	)


def close_abandoned_runs() -> None:
	"""Mark runs as failed that are still under way after ABANDONED_AFTER_HOURS: nothing brings them to an end."""
	started_before = add_to_date(now_datetime(), hours=-ABANDONED_AFTER_HOURS)
	runs = frappe.get_all(
		RUN, filters={"status": RunStatus.RUNNING, "started_at": ("<", started_before)}, pluck="name"
	)
	if not runs:
		return
	message = _("The run was interrupted; the next one does its work.")
	if units := free_units(runs):
		set_units(units, status=UnitStatus.FAILED, error=message)
	closed = {"status": RunStatus.FAILED, "full_run_key": None, "error": message}
	frappe.db.set_value(RUN, {"name": ("in", runs)}, closed)


def reopen_run(run: str) -> None:
	"""Let the failed units of a finished run be worked again. Raises ValidationError where that makes no sense."""
	record = frappe.db.get_value(RUN, run, ("status", "started_at"), as_dict=True, for_update=True)
	if record.status != RunStatus.FAILED or UnitStatus.FAILED not in unit_counts(run):
		frappe.throw(
			_("{0} has no failed parts: there is nothing to continue.").format(run),
			title=_("Nothing to Continue"),
		)
	if full_run_under_way() or frappe.db.exists(
		RUN, {"started_at": (">", record.started_at), "status": RunStatus.COMPLETED}
	):
		frappe.throw(
			_("A later run has begun or done the work of {0}: look at that one.").format(run),
			title=_("Run Is Outdated"),
		)
	reopen_failed_units(run)
	frappe.db.set_value(RUN, run, {"status": RunStatus.RUNNING, "full_run_key": ALL_ACCOUNTS, "error": None})


def _insert(as_of_date: date, accounts: int, **values):
	document = frappe.get_doc(
		{
			"doctype": RUN,
			"as_of_date": as_of_date,
			"status": RunStatus.RUNNING,
			"started_by": frappe.session.user,
			"started_at": now_datetime(),
			"accounts": accounts,
		}
		| values
	)
	# Nobody may write run records by hand; this module is their only writer.
	return document.insert(ignore_permissions=True)


def _begin_series(doctype: str) -> None:
	"""Frappe makes the counter of a naming series with its first document, which two workers would both try to do."""
	rule = frappe.get_meta(doctype).autoname
	if "#" in rule:
		prefix = NamingSeries(rule).get_prefix()
		frappe.db.sql("insert ignore into `tabSeries` (name, current) values (%s, 0)", prefix)


def _notify_starter(run: str) -> None:
	"""Tell a person who started the run how it ended; the nightly one has no starter to tell."""
	fields = ("status", "accounts", "changed", "failed", "started_by", "proposals")
	record = frappe.db.get_value(RUN, run, fields, as_dict=True)
	if record.proposals != RunProposals.ALL_DIFFERENCES:
		return
	subject = _("Tiers recomputed ({0}): {1} accounts, {2} differ, {3} failed").format(
		_(record.status), record.accounts, record.changed, record.failed
	)
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"subject": subject[:TITLE_LENGTH],
			"for_user": record.started_by,
			"type": "Alert",
			"document_type": RUN,
			"document_name": run,
		}
	).insert(ignore_permissions=True)
