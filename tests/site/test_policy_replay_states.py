"""The states of a Policy Replay, from draft to whatever end (R62, R66)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.integration.replay import control
from kam_extension.integration.replay.run import run_in_transaction
from tests.site.factories import (
	make_user,
)
from tests.site.replay_setup import (
	ACCOUNT,
	ORDER,
	make_draft,
	make_market,
	make_replay,
	replayed,
	row_of,
)

ALLOWED = ("KAM Director", "KAM Executive", "System Manager")
CLOSED = ("KAM User", "KAM Manager", "KAM Finance", "Sales Manager", "Accounts Manager")
DOCTYPES = ("Policy Replay", ORDER, ACCOUNT)


class TestStates:
	def test_start_queues_a_job_and_says_so(self, site, jobs):
		market = make_market()
		market.order(75)
		replay = make_replay(make_draft().name)
		replay.start()
		assert frappe.db.get_value("Policy Replay", replay.name, "status") == "Queued"
		frappe.db.after_commit.run()
		[job] = jobs.named("run_in_background")
		assert job.arguments["replay"] == replay.name

	@pytest.mark.parametrize(
		("status", "message"),
		[("Queued", "under way"), ("Running", "under way"), ("Completed", "Duplicate it")],
	)
	def test_start_again(self, site, status, message):
		replay = make_replay(make_draft().name)
		frappe.db.set_value("Policy Replay", replay.name, "status", status)
		with pytest.raises(frappe.ValidationError, match=message):
			replay.start()

	def test_what_is_under_way_is_not_deleted(self, site):
		replay = make_replay(make_draft().name)
		replay.start()
		with pytest.raises(frappe.ValidationError, match="Cancel it first"):
			replay.reload().delete()

	def test_a_failure_is_told_and_leaves_no_rows(self, site, monkeypatch):
		from kam_extension.integration.replay import run

		market = make_market()
		market.order(75)
		replay = make_replay(make_draft().name)

		def broken(*_arguments):
			raise ValueError("the ledger is torn")

		monkeypatch.setattr(run, "write_accounts", broken)
		run_in_transaction(replay.name)
		replay.reload()
		assert (replay.status, replay.error) == ("Failed", "the ledger is torn")
		assert not frappe.db.exists(ORDER, {"replay": replay.name})
		[note] = frappe.get_all("Notification Log", {"document_name": replay.name}, pluck="subject")
		assert "failed" in note

	def test_it_runs_again_after_a_failure(self, site):
		market = make_market()
		order = market.order(75)
		replay = make_replay(make_draft().name)
		frappe.db.set_value("Policy Replay", replay.name, {"status": "Failed", "error": "torn"})
		replay.start()
		key = frappe.db.get_value("Policy Replay", replay.name, "run_key")
		assert control.begin(replay.name, "another key", commits=False) is None
		assert control.begin(replay.name, key, commits=False).status == "Running"
		frappe.db.set_value("Policy Replay", replay.name, "status", "Failed")
		run_in_transaction(replay.name)
		assert replay.reload().status == "Completed"
		assert not replay.error
		assert row_of(replay, order).verdict == "Blocked"

	def test_a_cancelled_run_loses_its_turn(self, site):
		market = make_market()
		market.order(75)
		replay = make_replay(make_draft().name)
		replay.start()
		key = frappe.db.get_value("Policy Replay", replay.name, "run_key")
		document = control.begin(replay.name, key, commits=False)
		replay.reload().cancel_run()
		with pytest.raises(control.Stopped):
			control.take_turn(document)
		assert frappe.db.get_value("Policy Replay", replay.name, "status") == "Cancelled"

	def test_nothing_to_cancel(self, site):
		with pytest.raises(frappe.ValidationError, match="not under way"):
			make_replay(make_draft().name).cancel_run()

	def test_a_dead_workers_replay_is_closed(self, site):
		market = make_market()
		market.order(75)
		replay = replayed(make_draft().name)
		long_ago = add_days(nowdate(), -1)
		values = {"status": "Running", "run_key": "lost", "last_sign": long_ago}
		frappe.db.set_value("Policy Replay", replay.name, values)
		control.close_abandoned()
		replay.reload()
		assert (replay.status, "Start it again" in replay.error) == ("Failed", True)
		assert not frappe.db.exists(ORDER, {"replay": replay.name})

	def test_a_living_run_is_left_alone(self, site):
		replay = make_replay(make_draft().name)
		replay.start()
		key = frappe.db.get_value("Policy Replay", replay.name, "run_key")
		control.begin(replay.name, key, commits=False)
		control.close_abandoned()
		assert frappe.db.get_value("Policy Replay", replay.name, "status") == "Running"

	def test_the_starter_is_told(self, site, as_user):
		market = make_market()
		market.order(75)
		director = make_user("KAM Director", language="zh")
		draft = make_draft()
		with as_user(director):
			replay = replayed(draft.name)
		note = frappe.get_doc("Notification Log", {"document_name": replay.name})
		assert (note.for_user, note.document_type) == (director, "Policy Replay")
		assert note.subject == f"政策 {draft.title} 重放完成：共 1 张订单，1 张被阻止（对比：0 张）"
