"""Begin, follow and end a Policy Replay, so that its status is never a lie (R62, R66).

Draft → Queued → Running → Completed, Failed or Cancelled. Each start gives the replay a new key; a worker that holds an
older one has lost its turn and writes nothing more.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime, time_diff_in_seconds

from kam_extension.integration.replay.messages import tell_starter
from kam_extension.integration.replay.results import delete_rows
from kam_extension.policy.codes import ReplayStatus

REPLAY = "Policy Replay"
PROGRESS_EVENT = "kam_policy_replay"
JOB = "kam_extension.integration.replay.run.run_in_background"
JOB_SECONDS = 4 * 3600
SILENT_MINUTES = 15
"""A worker gives a sign of life with each chunk, that is every second or so."""
UNDER_WAY = (ReplayStatus.QUEUED, ReplayStatus.RUNNING)


class Stopped(Exception):
	"""The replay was cancelled, or somebody else has its turn."""


def start(replay: str) -> None:
	"""Queue a replay for a worker. Raises ValidationError where it is under way or completed already."""
	status = _lock(replay).status
	if status in UNDER_WAY:
		frappe.throw(_("{0} is under way already.").format(replay), title=_("Policy Replay"))
	if status == ReplayStatus.COMPLETED:
		frappe.throw(
			_("{0} is completed: its result stays as it is. Duplicate it to run it again.").format(replay),
			title=_("Policy Replay"),
		)
	key = frappe.generate_hash(length=12)
	delete_rows(replay)
	_write(
		replay,
		{
			"status": ReplayStatus.QUEUED,
			"run_key": key,
			"started_by": frappe.session.user,
			"last_sign": now_datetime(),
			"progress": 0,
			"orders_done": 0,
			"error": None,
			"finished_at": None,
			"duration": None,
		},
	)
	frappe.enqueue(
		JOB,
		queue="long",
		timeout=JOB_SECONDS,
		job_id=f"kam_policy_replay_{replay}_{key}",
		enqueue_after_commit=True,
		replay=replay,
		run_key=key,
	)


def cancel(replay: str) -> None:
	"""Stop a replay that is under way; its worker notices with the next chunk. Raises ValidationError otherwise."""
	if _lock(replay).status not in UNDER_WAY:
		frappe.throw(_("{0} is not under way.").format(replay), title=_("Policy Replay"))
	_end(replay, ReplayStatus.CANCELLED)
	delete_rows(replay)


def begin(replay: str, run_key: str | None, commits: bool):
	"""Take the turn; the document, or None where `run_key` has lost it. Without a key any replay not under way begins."""
	state = _lock(replay)
	if run_key is None:
		has_turn, run_key = state.status != ReplayStatus.COMPLETED, frappe.generate_hash(length=12)
	else:
		has_turn = state.status == ReplayStatus.QUEUED and state.run_key == run_key
	if not has_turn:
		_settle(commits)
		return None
	delete_rows(replay)
	moment = now_datetime()
	values = {
		"status": ReplayStatus.RUNNING,
		"run_key": run_key,
		"started_at": moment,
		"last_sign": moment,
		"started_by": state.started_by or frappe.session.user,
	}
	_write(replay, values)
	_settle(commits)
	return frappe.get_doc(REPLAY, replay)


def take_turn(document) -> None:
	"""Before rows are written. Raises Stopped where the replay was cancelled or somebody else has its turn.

	The document's row stays locked until the commit, so that nobody ends the run between the look and the write.
	"""
	state = _lock(document.name)
	if not state or (state.status, state.run_key) != (ReplayStatus.RUNNING, document.run_key):
		raise Stopped


def note_progress(document, done: int, total: int, commits: bool) -> None:
	"""Write and publish how far the run is, and commit it with its rows."""
	progress = 100 * done / total if total else 0
	values = {"orders_done": done, "orders_total": total, "progress": progress, "last_sign": now_datetime()}
	_write(document.name, values)
	_settle(commits)
	_publish(document.name, commits, done=done, total=total)


def complete(document, figures: dict, commits: bool) -> None:
	_write(document.name, figures | {"progress": 100})
	_end(document.name, ReplayStatus.COMPLETED)
	tell_starter(document.name, ReplayStatus.COMPLETED)
	_settle(commits)
	_publish(document.name, commits)


@contextmanager
def ending(document, commits: bool) -> Iterator[None]:
	"""Whatever ends the work before it is complete leaves no rows, and a status that says what happened."""
	try:
		yield
	except Stopped:
		_take_back(commits)
	except Exception as error:
		_take_back(commits)
		frappe.log_error("Policy Replay", reference_doctype=REPLAY, reference_name=document.name)
		_fail(document.name, document.run_key, str(error) or type(error).__name__)
		_settle(commits)
		_publish(document.name, commits)


def close_abandoned() -> None:
	"""Scheduled: mark as failed what no worker works on any more, and drop what it left."""
	silent_since = add_to_date(now_datetime(), minutes=-SILENT_MINUTES)
	running = {"status": ReplayStatus.RUNNING, "last_sign": ("<", silent_since)}
	# What waits for a worker may wait long; a job that got lost is found here after hours.
	queued = {
		"status": ReplayStatus.QUEUED,
		"last_sign": ("<", add_to_date(now_datetime(), seconds=-JOB_SECONDS)),
	}
	for filters in (running, queued):
		for replay in frappe.get_all(REPLAY, filters=filters, fields=["name", "run_key"]):
			_fail(replay.name, replay.run_key, _("The run was interrupted. Start it again."))
			frappe.db.commit()


def _lock(replay: str):
	fields = ("status", "run_key", "started_by", "started_at")
	return frappe.db.get_value(REPLAY, replay, fields, as_dict=True, for_update=True)


def _fail(replay: str, run_key: str, error: str) -> None:
	state = _lock(replay)
	if state and state.status in UNDER_WAY and state.run_key == run_key:
		delete_rows(replay)
		_write(replay, {"error": error})
		_end(replay, ReplayStatus.FAILED)
		tell_starter(replay, ReplayStatus.FAILED)


def _end(replay: str, status: str) -> None:
	started, finished = frappe.db.get_value(REPLAY, replay, "started_at"), now_datetime()
	duration = time_diff_in_seconds(finished, started) if started else None
	_write(replay, {"status": status, "finished_at": finished, "duration": duration, "run_key": None})


def _take_back(commits: bool) -> None:
	"""What the last transaction wrote; whoever ended the run has dropped the rows of those before."""
	if commits:
		frappe.db.rollback()


def _publish(replay: str, commits: bool, **progress: int) -> None:
	if commits:
		message = {"replay": replay} | progress
		frappe.publish_realtime(PROGRESS_EVENT, message, doctype=REPLAY, docname=replay)


def _write(replay: str, values: dict) -> None:
	frappe.db.set_value(REPLAY, replay, values, update_modified="status" in values)


def _settle(commits: bool) -> None:
	if commits:
		frappe.db.commit()
