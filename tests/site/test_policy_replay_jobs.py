"""A replay as a background job: its own connection, its own transactions, nothing but its result (R62)."""

import threading
import time

import frappe
import pytest
from frappe.utils import nowdate

from kam_extension.integration.replay import control, run
from kam_extension.integration.replay.snapshot import snapshot
from tests.site.replay_setup import ORDER, make_draft, make_market, make_replay, row_of

pytestmark = pytest.mark.committing
OWN_TABLES = {"tabPolicy Replay", "tabPolicy Replay Order", "tabPolicy Replay Account", "tabNotification Log"}


def checksums() -> dict[str, int]:
	tables = [table for table in frappe.db.get_tables(cached=False) if table not in OWN_TABLES]
	listed = ", ".join(f"`{table}`" for table in tables)
	return dict(frappe.db.sql(f"checksum table {listed}"))


@pytest.fixture
def market(site):
	return make_market()


@pytest.fixture
def replay(market):
	replay = make_replay(make_draft().name)
	market.order(75)
	frappe.db.commit()
	return replay


def state_of(replay) -> str:
	frappe.db.rollback()
	return frappe.db.get_value("Policy Replay", replay.name, "status")


def test_it_writes_nothing_but_its_result(replay):
	before = checksums()
	run.run_replay(replay.name)
	assert state_of(replay) == "Completed"
	assert frappe.db.count(ORDER, {"replay": replay.name}) == 1
	changed = {table for table, checksum in checksums().items() if before[table] != checksum}
	assert changed == set()


def test_a_snapshot_only_reads_and_stays_as_it_was(market):
	with snapshot() as reading:
		with reading():
			orders = frappe.db.count("Sales Order")
			with pytest.raises(frappe.InReadOnlyMode):
				frappe.db.sql("update `tabSales Order` set title = 'changed'")
		market.order(75)
		frappe.db.commit()
		with reading():
			assert frappe.db.count("Sales Order") == orders
		assert frappe.db.count("Sales Order") == orders + 1


def test_it_waits_for_nobody_who_holds_an_order(replay, in_parallel):
	"""Another session is about to change the order and the account, and has not decided yet."""
	order = frappe.get_all("Sales Order", pluck="name")[0]

	def hold():
		frappe.get_doc("Sales Order", order, for_update=True)
		frappe.db.sql("select name from `tabKey Account` for update")
		time.sleep(4)

	def replay_meanwhile():
		started = time.monotonic()
		run.run_replay(replay.name)
		return time.monotonic() - started

	_held, seconds = in_parallel(hold, replay_meanwhile)
	assert state_of(replay) == "Completed"
	assert seconds < 4


def test_two_starts_at_once_make_one_run(replay, in_parallel, jobs):
	results = in_parallel(*[lambda: control.start(replay.name)] * 2)
	assert sorted(isinstance(result, Exception) for result in results) == [False, True]
	assert state_of(replay) == "Queued"


def test_two_workers_with_one_job_make_one_result(replay, in_parallel):
	control.start(replay.name)
	frappe.db.commit()
	key = frappe.db.get_value("Policy Replay", replay.name, "run_key")
	in_parallel(*[lambda: run.run_replay(replay.name, key)] * 2)
	assert state_of(replay) == "Completed"
	assert frappe.db.count(ORDER, {"replay": replay.name}) == 1
	assert frappe.db.count("Notification Log", {"document_name": replay.name}) == 1


def test_cancelled_while_it_runs_it_stops_and_leaves_no_rows(replay, market, in_parallel, monkeypatch):
	market.order(85)
	frappe.db.commit()
	monkeypatch.setattr("kam_extension.integration.replay.order_rows.CHUNK", 1)
	monkeypatch.setattr(run, "PAUSE_SECONDS", 2)
	has_begun = threading.Event()
	note_progress = control.note_progress

	def note(document, done, *more):
		note_progress(document, done, *more)
		if done:
			has_begun.set()

	monkeypatch.setattr(control, "note_progress", note)

	def cancel():
		has_begun.wait(20)
		control.cancel(replay.name)

	in_parallel(lambda: run.run_replay(replay.name), cancel)
	assert state_of(replay) == "Cancelled"
	assert frappe.db.count(ORDER, {"replay": replay.name}) == 0


def test_a_job_that_comes_late_does_nothing(replay):
	control.start(replay.name)
	key = frappe.db.get_value("Policy Replay", replay.name, "run_key")
	control.cancel(replay.name)
	frappe.db.commit()
	run.run_replay(replay.name, key)
	assert state_of(replay) == "Cancelled"
	assert frappe.db.count(ORDER, {"replay": replay.name}) == 0


def test_after_a_dead_worker_it_runs_again(replay, market):
	"""The worker died after its first chunk."""
	document = control.begin(replay.name, None, commits=True)
	frappe.db.sql(
		"""insert into `tabPolicy Replay Order` (name, replay, order_date) values (%s, %s, %s)""",
		(f"{replay.name}-0000001", replay.name, nowdate()),
	)
	control.note_progress(document, 1, 2, commits=True)
	frappe.db.set_value("Policy Replay", replay.name, "last_sign", "2020-01-01")
	frappe.db.commit()
	control.close_abandoned()
	assert state_of(replay) == "Failed"
	assert frappe.db.count(ORDER, {"replay": replay.name}) == 0
	control.start(replay.name)
	frappe.db.commit()
	run.run_replay(replay.name, frappe.db.get_value("Policy Replay", replay.name, "run_key"))
	assert state_of(replay) == "Completed"
	[order] = frappe.get_all("Sales Order", {"customer": market.account.customer})
	assert row_of(replay, order).verdict == "Blocked"
