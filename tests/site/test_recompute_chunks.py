"""A recompute over all accounts in parts: shared by workers, resumed after a crash, never two at once (R17)."""

import time

import frappe
import pytest
from frappe.utils import add_to_date, getdate, now_datetime

from kam_extension import tiers
from kam_extension.integration.metrics import METRICS
from kam_extension.integration.tiers import drain as drain_module
from kam_extension.integration.tiers.drain import drain
from kam_extension.integration.tiers.measures import measured_run
from kam_extension.integration.tiers.run_units import take_unit
from kam_extension.integration.tiers.scorecards import score_account
from kam_extension.integration.tiers.tier_runs import start_full_run
from kam_extension.policy.codes import Metric
from tests.site.books import AS_OF, listed_item, reviews_of
from tests.site.factories import company, make_customer, make_key_account, make_policy, make_user
from tests.site.isolation import new_connection
from tests.site.recompute_setup import (
	ALL,
	REVIEW_MONTHS,
	WorkerProcess,
	full_run,
	make_accounts,
	make_book,
	note_written_tables,
	proposals,
	small_parts,
	units_of,
)

METRICS_OF_POLICY = 6


@pytest.fixture
def policy(site):
	return make_policy()


@pytest.fixture
def book(policy, monkeypatch) -> list:
	small_parts(monkeypatch)
	return make_book(listed_item(100))


@pytest.fixture
def accounts(policy, monkeypatch) -> list:
	small_parts(monkeypatch)
	return make_accounts()


@pytest.fixture
def expected(book) -> dict:
	"""What a recompute in one transaction proposes; undone again."""
	frappe.db.commit()
	tiers.recompute(AS_OF)
	found = proposals()
	frappe.db.rollback()
	assert len({proposal[1] for proposal in found.values()}) > 1
	return found


class TestOneWorker:
	def test_every_part_is_done_once_and_the_result_is_that_of_one_pass(self, book, expected):
		run = full_run()
		assert proposals() == expected
		assert (run.status, run.accounts, run.processed, run.failed) == ("Completed", len(book), len(book), 0)
		assert (run.changed, run.error, run.full_run_key) == (len(expected), None, None)
		units = units_of(run.name)
		assert [unit.step for unit in units] == ["Measure"] * METRICS_OF_POLICY + ["Score"] * 3
		assert {(unit.status, unit.attempts) for unit in units} == {("Done", 0)}

	def test_parts_cover_the_accounts_without_gap_and_overlap(self, book):
		names = sorted(account.name for account in book)
		scoring = units_of(full_run().name, step="Score")
		covered = [
			[name for name in names if unit.first_account <= name <= unit.last_account] for unit in scoring
		]
		assert sorted(name for part in covered for name in part) == names
		assert [unit.accounts for unit in scoring] == [len(part) for part in covered]

	def test_measures_are_what_one_account_measures_alone(self, book):
		run = full_run()
		for account in book:
			values = {
				row.metric: row.value if row.is_known else None
				for row in frappe.get_all(
					"KAM Tier Measure",
					{"run": run.name, "key_account": account.name},
					["metric", "value", "is_known"],
				)
			}
			scores = score_account(account.name, AS_OF).proposal.scores
			assert len(values) == METRICS_OF_POLICY
			assert all(values[score.metric] == score.value for score in scores)

	def test_only_the_last_completed_run_keeps_its_measures(self, accounts):
		full_run()
		second = full_run()
		assert set(frappe.get_all("KAM Tier Measure", pluck="run")) == {second.name}
		assert measured_run(company()) == second.name

	def test_without_a_policy_accounts_are_skipped_and_said(self, site):
		account = make_key_account(tier="B")
		run = full_run()
		assert (run.status, run.accounts, run.processed, run.changed) == ("Completed", 1, 1, 0)
		assert run.error == f"No KAM Policy is in force for {company()}: 1 accounts skipped."
		assert reviews_of(account) == []

	def test_what_is_read_does_not_grow_with_the_documents(self, book, monkeypatch):
		few = largest_answer(monkeypatch)
		make_more = listed_item(100)
		for account in book:
			for _ in range(3):
				add_order(account, make_more)
		assert largest_answer(monkeypatch) == few


def add_order(account, item: str) -> None:
	from tests.site.books import order

	order(account, item, 1, 100)


def largest_answer(monkeypatch) -> int:
	"""Most rows that one statement of a run brought into this process."""
	run = start_full_run(AS_OF, REVIEW_MONTHS)
	sizes, run_query = [], frappe.db.sql

	def counting(query, *arguments, **options):
		answer = run_query(query, *arguments, **options)
		if "tabKey Account" in str(query) or "tabSales" in str(query) or "Ledger" in str(query):
			sizes.append(len(answer or ()))
		return answer

	with monkeypatch.context() as patch:
		patch.setattr(frappe.db, "sql", counting)
		drain(run)
	return max(sizes)


class TestNothingNew:
	def test_the_same_day_twice_writes_no_review_and_no_version(self, accounts):
		full_run()
		before = state_of("Tier Review", "Key Account", "Customer", "Version")
		again = full_run()
		assert state_of("Tier Review", "Key Account", "Customer", "Version") == before
		assert {review.tier_run for account in accounts for review in reviews_of(account)} == {again.name}

	def test_a_night_without_changes_writes_no_account(self, site, monkeypatch):
		make_policy(tier_review_months=str(getdate().month))
		small_parts(monkeypatch)
		accounts = [make_key_account(tier=None) for _ in range(3)]
		before = state_of("Tier Review", "Key Account", "Customer", "Version", "KAM Tier Change")
		tiers.nightly()
		assert state_of("Tier Review", "Key Account", "Customer", "Version", "KAM Tier Change") == before
		run = frappe.get_last_doc("KAM Tier Run")
		assert (run.status, run.accounts, run.changed) == ("Completed", len(accounts), 0)


def state_of(*doctypes: str) -> dict:
	"""{(DocType, name): time of the last change} of all documents."""
	return {
		(doctype, row.name): row.modified
		for doctype in doctypes
		for row in frappe.get_all(doctype, ["name", "modified"])
	}


@pytest.mark.committing
class TestSeveralWorkers:
	def test_two_processes_share_the_parts(self, book, expected, site_name):
		note_written_tables()
		run = start_full_run(AS_OF, ALL)
		workers = [WorkerProcess(site_name, run) for _ in range(2)]
		for worker in workers:
			worker.until("ready")
		for worker in workers:
			worker.begin()
		taken = [worker.end() for worker in workers]
		frappe.db.rollback()
		units = units_of(run)
		assert all(taken)
		assert sorted(taken[0] + taken[1]) == [unit.number for unit in units]
		assert {unit.status for unit in units} == {"Done"}
		assert proposals() == expected
		record = frappe.get_doc("KAM Tier Run", run)
		assert (record.status, record.processed, record.changed) == ("Completed", len(book), len(expected))

	def test_a_killed_worker_leaves_nothing_half_written_and_the_next_one_goes_on(
		self, book, expected, site_name
	):
		note_written_tables()
		run = start_full_run(AS_OF, ALL)
		worker = WorkerProcess(site_name, run, stalls=True)
		worker.until("ready")
		worker.begin()
		worker.until("written")
		worker.kill()
		frappe.db.rollback()
		assert proposals() == {}
		assert [unit.status for unit in units_of(run, step="Score")] == ["Pending"] * 3
		drain(run)
		assert proposals() == expected
		assert frappe.db.get_value("KAM Tier Run", run, "status") == "Completed"

	def test_of_two_runs_started_at_once_one_is_refused(self, accounts, in_parallel):
		started = in_parallel(*[lambda: start_full_run(AS_OF, ALL)] * 3)
		assert [name for name in started if isinstance(name, Exception)] == []
		assert len([name for name in started if name]) == 1
		assert frappe.db.count("KAM Tier Run", {"status": "Running"}) == 1

	def test_two_that_finish_at_once_tell_the_starter_once(self, accounts, in_parallel):
		run = start_full_run(AS_OF, ALL)
		assert in_parallel(*[lambda: drain(run)] * 3) == [None] * 3
		assert frappe.db.count("Notification Log", {"document_name": run}) == 1
		assert {(unit.status, unit.error) for unit in units_of(run)} == {("Done", None)}

	def test_nothing_is_scored_while_another_worker_measures(self, policy, monkeypatch):
		make_key_account(tier="B")
		run = start_full_run(AS_OF, ALL)
		worker = new_connection()
		worker.sql(
			"select name from `tabKAM Tier Run Chunk` where run = %s and number = %s for update",
			(run, METRICS_OF_POLICY),
		)
		monkeypatch.setattr(drain_module, "sleep", lambda seconds: worker.sql("rollback"))
		drain(run)
		worker.close()
		assert frappe.db.get_value("KAM Tier Run", run, ("status", "changed")) == ("Completed", 1)

	def test_a_real_deadlock_is_tried_again(self, book, expected, in_parallel):
		run = start_full_run(AS_OF, ALL)
		frappe.db.commit()
		results = in_parallel(lambda: drain_when_blocked(run), lambda: deadlock_with(min(expected)))
		assert results == [None, None]
		units = units_of(run)
		assert sum(unit.attempts for unit in units) == 1
		assert {unit.status for unit in units} == {"Done"}
		assert proposals() == expected

	def test_a_lost_connection_is_made_again(self, book, expected, monkeypatch):
		write, lost = drain_module.write_proposals, []

		def losing(scorecards, run):
			failures = write(scorecards, run)
			if not lost:
				lost.append(frappe.db.sql("select connection_id()")[0][0])
				other = new_connection()
				other.sql(f"kill {lost[0]}")
				other.close()
			return failures

		monkeypatch.setattr(drain_module, "write_proposals", losing)
		run = full_run()
		assert frappe.db.sql("select connection_id()")[0][0] != lost[0]
		assert (run.status, run.error) == ("Completed", None)
		assert [unit.attempts for unit in units_of(run.name, step="Score")] == [1, 0, 0]
		assert proposals() == expected


def series_of_reviews() -> str:
	return f"TRV-{now_datetime().year}-"


def drain_when_blocked(run: str) -> None:
	"""Begin when the other session holds the series of reviews."""
	other = new_connection()
	for _ in range(200):
		try:
			other.sql("select name from `tabSeries` where name = %s for update nowait", series_of_reviews())
			other.sql("rollback")
			time.sleep(0.02)
		except frappe.QueryTimeoutError:
			break
	other.close()
	drain(run)


def deadlock_with(account: str) -> None:
	"""Hold the series of reviews, let a worker hold the account, then ask for that. Much undo makes the worker the victim."""
	frappe.db.sql("insert ignore into `tabSeries` (name, current) values (%s, 0)", series_of_reviews())
	frappe.db.sql("select name from `tabSeries` where name = %s for update", series_of_reviews())
	for number in range(300):
		frappe.db.sql("insert into `tabSeries` (name, current) values (%s, 0)", f"KAM-TEST-{number}-")
	other = new_connection()
	for _ in range(500):
		try:
			other.sql("select name from `tabKey Account` where name = %s for update nowait", account)
			other.sql("rollback")
			time.sleep(0.02)
		except frappe.QueryTimeoutError:
			break
	other.close()
	frappe.db.sql("select name from `tabKey Account` where name = %s for update", account)
	frappe.db.rollback()


class TestMeanwhile:
	def test_accounts_that_come_and_go(self, accounts, policy):
		run = start_full_run(AS_OF, ALL)
		gone, stayed = accounts[0], accounts[1]
		gone.db_set("status", "Terminated")
		new = make_key_account(tier="B")
		drain(run)
		assert frappe.db.get_value("KAM Tier Run", run, ("status", "failed")) == ("Completed", 0)
		assert reviews_of(gone) == reviews_of(new) == []
		assert len(reviews_of(stayed)) == 1

	@pytest.mark.parametrize("change", ["activated", "merged", "moved"])
	def test_an_account_that_was_not_measured_wholly_is_left_to_the_next_run(
		self, accounts, monkeypatch, change
	):
		account = accounts[1]
		if change == "activated":
			account.db_set("status", "Prospect")
		run = start_full_run(AS_OF, ALL)
		between_steps(monkeypatch, lambda: change_account(account, change))
		drain(run)
		assert frappe.db.get_value("KAM Tier Run", run, "status") == "Completed"
		assert reviews_of(account) == []
		assert len(reviews_of(accounts[3])) == 1
		if change != "moved":
			full_run()
			assert len(reviews_of(account)) == 1

	def test_the_policy_of_the_plan_scores_all_parts(self, accounts, policy, monkeypatch):
		run = start_full_run(AS_OF, ALL)
		between_steps(monkeypatch, lambda: make_policy(supersedes=policy.name, valid_from=getdate()))
		drain(run)
		assert {review.policy for account in accounts for review in reviews_of(account)} == {policy.name}


def between_steps(monkeypatch, action) -> None:
	"""Do `action` once, when everything is measured and nothing is scored."""
	read, done = drain_module.accounts_of_company, []

	def reading(company_name, first=None, last=None):
		if not done:
			done.append(action())
		return read(company_name, first, last)

	monkeypatch.setattr(drain_module, "accounts_of_company", reading)


def change_account(account, change: str) -> None:
	if change == "activated":
		account.db_set("status", "Active")
	elif change == "moved":
		account.db_set("company", "Some Other Company")
	else:
		account.db_set("customer", make_customer().name)


class TestTrouble:
	@pytest.fixture
	def broken(self, accounts, monkeypatch):
		"""A metric that can't be measured, until `broken.undo()`."""

		def failing(scope):
			raise ValueError("no such weather")

		patch = pytest.MonkeyPatch()
		patch.setitem(METRICS, Metric.PRICE_PREMIUM, failing)
		yield patch
		patch.undo()

	def test_a_part_that_fails_is_named_and_the_run_fails(self, accounts, broken):
		run = full_run()
		assert (run.status, run.failed) == ("Failed", len(accounts))
		assert "no such weather" in run.error
		statuses = {unit.metric: unit.status for unit in units_of(run.name, step="Measure")}
		assert [metric for metric, status in statuses.items() if status == "Failed"] == ["price_premium"]
		assert proposals() == {}

	def test_other_companies_are_not_held_up(self, broken, monkeypatch):
		other = make_key_account(tier="B")
		other.db_set("company", "Some Other Company")
		monkeypatch.setattr(
			"kam_extension.integration.tiers.scorecards.propose_levels", lambda *arguments: {}
		)
		broken.setitem(METRICS, Metric.PRICE_PREMIUM, failing_for(company()))
		run = full_run()
		assert run.status == "Failed"
		assert len(reviews_of(other)) == 1

	def test_continue_works_what_failed(self, accounts, broken, as_user, jobs):
		run = full_run()
		broken.undo()
		with as_user(make_user("KAM Manager")):
			tiers.continue_run(run.name)
		jobs.run("recompute_in_background")
		run.reload()
		assert (run.status, run.failed, run.error) == ("Completed", 0, None)
		assert len(proposals()) == run.changed > 0

	def test_continue_is_refused_where_it_makes_no_sense(self, accounts, broken, as_user):
		failed = full_run()
		with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			tiers.continue_run(failed.name)
		broken.undo()
		failed.db_set("started_at", add_to_date(now_datetime(), hours=-1))
		done = full_run()
		with pytest.raises(frappe.ValidationError, match="no failed parts"):
			tiers.continue_run(done.name)
		with pytest.raises(frappe.ValidationError, match="later run"):
			tiers.continue_run(failed.name)

	def test_a_person_is_told_that_a_run_is_under_way(self, accounts, jobs):
		start_full_run(AS_OF, ALL)
		assert tiers.start_recompute() is False
		assert jobs.named("recompute_in_background") == []

	def test_the_night_helps_a_run_under_way(self, accounts, jobs):
		run = start_full_run(AS_OF, ALL)
		tiers.nightly()
		assert frappe.db.get_value("KAM Tier Run", run, "status") == "Completed"
		assert frappe.db.count("KAM Tier Run", {"full_run_key": ("is", "set")}) == 0


def failing_for(broken_company: str):
	measure = METRICS[Metric.REVENUE]

	def failing(scope):
		if scope.company == broken_company:
			raise ValueError("no such weather")
		return measure(scope)

	return failing


class TestResuming:
	def test_parts_that_nobody_holds_get_new_workers(self, accounts, jobs):
		run = start_full_run(AS_OF, ALL)
		tiers.resume_runs()
		resumed = jobs.named("recompute_in_background")
		assert [job.arguments for job in resumed] == [{"run": run}] * tiers.workers()
		assert len({job.job_id for job in resumed}) == tiers.workers()
		jobs.run("recompute_in_background")
		assert frappe.db.get_value("KAM Tier Run", run, "status") == "Completed"

	@pytest.mark.committing
	def test_parts_that_are_worked_are_left_to_their_workers(self, policy, jobs):
		make_key_account(tier="B")
		run = start_full_run(AS_OF, ALL)
		frappe.db.set_value("KAM Tier Run Chunk", {"run": run, "number": (">", 1)}, "status", "Done")
		frappe.db.commit()
		worker = new_connection()
		worker.sql("select name from `tabKAM Tier Run Chunk` where run = %s and number = 1 for update", run)
		tiers.resume_runs()
		assert jobs.named("recompute_in_background") == []
		worker.sql("rollback")
		worker.close()
		tiers.resume_runs()
		assert len(jobs.named("recompute_in_background")) == tiers.workers()

	def test_a_run_that_only_lacks_its_end_is_finished(self, accounts, jobs):
		run = start_full_run(AS_OF, ALL)
		frappe.db.set_value("KAM Tier Run Chunk", {"run": run}, "status", "Done")
		tiers.resume_runs()
		assert frappe.db.get_value("KAM Tier Run", run, ("status", "full_run_key")) == ("Completed", None)

	def test_a_run_that_never_ends_is_closed_and_makes_room(self, accounts):
		stuck = start_full_run(AS_OF, ALL)
		frappe.db.set_value("KAM Tier Run", stuck, "started_at", add_to_date(now_datetime(), hours=-7))
		tiers.resume_runs()
		assert frappe.db.get_value("KAM Tier Run", stuck, "status") == "Failed"
		assert {unit.status for unit in units_of(stuck)} == {"Failed"}
		assert take_unit(stuck) is None
		assert full_run().status == "Completed"

	@pytest.mark.parametrize(("configured", "number"), [(None, 2), (5, 5), (0, 2)])
	def test_how_many_workers_share_a_run(self, site, monkeypatch, configured, number):
		monkeypatch.setitem(frappe.local.conf, "kam_recompute_workers", configured)
		assert tiers.workers() == number
