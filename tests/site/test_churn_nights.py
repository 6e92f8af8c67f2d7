"""Night after night (R56): warnings and drafts of the churn watch are kept in step, taken over, withdrawn."""

from threading import Event

import frappe
import pytest
from frappe.core.doctype.deleted_document.deleted_document import restore
from frappe.utils import getdate
from frappe.utils.global_search import sync_global_search

from kam_extension.integration.accounts import churn_reports, churn_watch
from kam_extension.integration.accounts.churn import findings
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.risk.draft_rows import add_findings
from kam_extension.integration.risk.drafts import drafts_named
from tests.site.churn_setup import (
	age,
	alerts_of,
	days_ago,
	indicators,
	make_silent_account,
	night,
	order_row,
	reports_of,
	warning_of,
)
from tests.site.factories import company, make_key_account, make_policy, make_user
from tests.site.query_count import count_queries
from tests.site.risk_setup import make_risk_report


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


@pytest.fixture
def failing(monkeypatch):
	"""Lets the writing of one account's warning fail."""
	begin = churn_watch.begin_warnings

	def make_fail(account) -> None:
		def failing_for_one(found):
			begun = begin(found)
			if account.name in begun:
				raise ValueError
			return begun

		monkeypatch.setattr(churn_watch, "begin_warnings", failing_for_one)

	return make_fail


class TestEveryNight:
	def test_a_second_run_finds_nothing_new(self, manager):
		account = make_silent_account(20, account_manager=manager)
		assert night() == 1
		before = (frappe.db.count("Version"), reports_of(account)[0].modified, warning_of(account).modified)
		assert night() == 0
		assert (
			frappe.db.count("Version"),
			reports_of(account)[0].modified,
			warning_of(account).modified,
		) == before
		assert len(alerts_of(manager)) == 1

	def test_nothing_is_written_where_nothing_is_found(self):
		account = make_silent_account(5)
		before = frappe.db.get_value("Key Account", account.name, "modified")
		assert night() == 0
		assert frappe.db.get_value("Key Account", account.name, "modified") == before
		assert (frappe.db.count("KAM Churn Warning"), reports_of(account)) == (0, [])

	def test_an_order_withdraws_an_untouched_draft_and_its_alert(self, manager):
		account = make_silent_account(20, account_manager=manager)
		night()
		order_row(account, getdate())
		assert night() == 1
		assert (reports_of(account), warning_of(account), alerts_of(manager)) == ([], None, [])
		comments = frappe.get_all(
			"Comment", {"reference_name": account.name, "comment_type": "Info"}, pluck="content"
		)
		assert any("withdrawn" in comment for comment in comments)

	def test_worse_updates_the_same_draft_and_tells_again(self, manager):
		account = make_silent_account(20, account_manager=manager)
		night()
		assert [report.risk_level for report in reports_of(account)] == ["Medium"]
		age(account, 10)
		assert night() == 1
		assert [indicators(report) for report in reports_of(account)] == [[("Order Silence", "High", 30)]]
		assert [alert.document_name for alert in alerts_of(manager)] == 2 * [reports_of(account)[0].name]

	def test_better_updates_and_tells_nobody(self, manager):
		account = make_silent_account(30, account_manager=manager)
		night()
		make_policy(company=account.company, silence_high=5)
		assert night() == 1
		assert [report.indicators[0].level for report in reports_of(account)] == ["Medium"]
		assert len(alerts_of(manager)) == 1

	def test_silent_again_after_an_order_is_told_again(self, manager):
		account = make_silent_account(50, account_manager=manager)
		night()
		order_row(account, days_ago(35))
		assert night() == 1
		assert (len(reports_of(account)), len(alerts_of(manager))) == (1, 2)
		assert warning_of(account).last_order_date == days_ago(35)

	def test_a_warning_outlives_the_history_on_which_it_was_founded(self):
		account = make_silent_account(100)
		night()
		make_policy(company=account.company, rhythm_min_orders=50)
		assert night() == 0
		assert warning_of(account).silence_level == "High"

	def test_does_nothing_while_the_app_is_off(self):
		account = make_silent_account(30)
		frappe.db.set_single_value("KAM Settings", "enabled", 0)
		churn_watch.nightly()
		assert warning_of(account) is None

	def test_the_scheduled_run_commits_and_a_company_without_policy_is_left_out(self, policy):
		account = make_silent_account(30)
		policy.cancel()
		churn_watch.nightly()
		assert warning_of(account) is None
		make_policy(company=account.company)
		churn_watch.nightly()
		assert warning_of(account).level == "High"


class TestTrouble:
	def test_a_deadlock_is_tried_again(self, monkeypatch, manager):
		account = make_silent_account(20, account_manager=manager)
		begin, attempts = churn_watch.begin_warnings, []

		def deadlocked_once(found):
			attempts.append(1)
			if len(attempts) == 1:
				raise frappe.QueryDeadlockError
			return begin(found)

		monkeypatch.setattr(churn_watch, "begin_warnings", deadlocked_once)
		frappe.db.commit()
		churn_watch.nightly()
		assert (len(reports_of(account)), len(alerts_of(manager))) == (1, 1)

	# More names than the title of an Error Log holds.
	@pytest.mark.parametrize("count", [2, 16])
	def test_one_account_that_fails_does_not_stop_the_others(self, manager, failing, count):
		broken, *sound = (make_silent_account(20, account_manager=manager) for _each in range(count))
		failing(broken)
		frappe.db.delete("Error Log")
		assert night() == count - 1
		assert (reports_of(broken), warning_of(broken)) == ([], None)
		assert [len(reports_of(account)) for account in sound] == [1] * (count - 1)
		assert len(alerts_of(manager)) == 1
		titles = frappe.get_all("Error Log", pluck="method")
		assert f"Churn warning of {broken.name} could not be written" in titles
		assert len(titles) == 2

	def test_two_nights_at_once_write_one_warning(self):
		account = make_silent_account(20)
		[first] = [found for found in _found() if found.account.name == account.name]
		[second] = [found for found in _found() if found.account.name == account.name]
		churn_watch.begin_warnings([first])
		errors = frappe.db.count("Error Log")
		assert churn_watch._write("Administrator", [second]) == 0
		assert (len(reports_of(account)), frappe.db.count("Error Log")) == (1, errors)

	@pytest.mark.committing
	def test_two_scheduled_runs_at_once(self, in_parallel):
		manager = make_user("KAM User")
		accounts = [make_silent_account(20, account_manager=manager) for _each in range(3)]
		for days, told in ((0, 3), (10, 6)):
			for account in accounts:
				age(account, days)
			frappe.db.commit()
			results = in_parallel(churn_watch.nightly, churn_watch.nightly)
			assert not [result for result in results if isinstance(result, Exception)], results
			frappe.db.rollback()
			assert [len(reports_of(account)) for account in accounts] == [1] * 3
			assert len(alerts_of(manager)) == told

	def test_a_report_deleted_meanwhile_is_not_named_again(self):
		"""Its name is free then, and the next report, of another account, gets it."""
		account = make_silent_account(30)
		night()
		[report] = reports_of(account)
		age(account, -10)
		[found] = [found for found in _found() if found.account.name == account.name]
		assert found.is_changed and not found.is_news
		frappe.delete_doc("Risk Report", report.name)
		stranger = make_risk_report(make_key_account(), "Low", submit=False)
		assert stranger.name == report.name
		frappe.db.set_value("Risk Report", stranger.name, "drafted_by_system", 1)
		churn_watch._write("Administrator", [found])
		assert warning_of(account).risk_report is None
		assert frappe.db.get_value("Risk Report", stranger.name, "risk_level") == "Low"

	def test_an_account_that_ended_meanwhile_gets_no_report(self):
		ended, new = (make_silent_account(20) for _each in range(2))
		night()
		for account in (ended, new):
			age(account, 10)
		found = [one for one in _found() if one.account.name in (ended.name, new.name)]
		assert all(one.is_news for one in found)
		for account in (ended, new):
			account.reload()
			account.db_set("status", "Terminated")
			churn_reports.forget_account(account.name)
		churn_watch._write("Administrator", found)
		assert (reports_of(ended), warning_of(ended)) == ([], None)


class TestManyAtOnce:
	"""Thousands of accounts change on one night: what happens to each, happens by a few statements."""

	def test_queries_do_not_depend_on_how_many_change(self, manager):
		def changes_of(count: int) -> tuple[int, int]:
			accounts = [make_silent_account(20, account_manager=manager) for _each in range(count)]
			begun = count_queries(night)
			for account in accounts:
				order_row(account, getdate())
			return begun, count_queries(night)

		changes_of(4)
		assert changes_of(12) == changes_of(4)

	def test_each_kind_of_change_in_one_night(self, manager):
		worse, over, read, new = (make_silent_account(20, account_manager=manager) for _each in range(4))
		frappe.db.delete("Sales Order", {"customer": new.customer})
		night()
		reports_of(read)[0].add_comment("Comment", "I call them tomorrow")
		age(worse, 10)
		for account in (over, read):
			order_row(account, getdate())
		for step in range(5):
			order_row(new, days_ago(30 + 10 * step))
		assert night() == 4
		assert [indicators(report) for account in (worse, new) for report in reports_of(account)] == [
			[("Order Silence", "High", 30)]
		] * 2
		assert (reports_of(over), len(reports_of(read))) == ([], 1)
		said = frappe.get_all(
			"Comment", {"reference_name": reports_of(read)[0].name, "comment_type": "Info"}, pluck="content"
		)
		assert len(said) == 1 and "as usual again" in said[0]
		assert {name for name in (worse, over, read, new) if warning_of(name)} == {worse, new}

	def test_search_finds_a_draft_by_the_customers_name(self):
		account = make_silent_account(20)
		night()
		frappe.db.after_commit.run()
		sync_global_search()
		found = frappe.db.sql(
			"select content from __global_search where doctype = 'Risk Report' and name = %s",
			reports_of(account)[0].name,
		)
		assert len(found) == 1 and account.customer_name in found[0][0]

	def test_search_knows_no_draft_that_was_undone(self, manager, failing):
		broken, *sound = (make_silent_account(20, account_manager=manager) for _each in range(3))
		failing(broken)
		night()
		frappe.db.after_commit.run()
		sync_global_search()
		found = frappe.db.sql_list("select name from __global_search where doctype = 'Risk Report'")
		assert sorted(found) == sorted(reports_of(account)[0].name for account in sound)

	@pytest.mark.committing
	def test_what_another_run_wrote_meanwhile_stays(self, in_parallel):
		"""Reports are locked one after the other; their rows have to be those of that moment."""
		account = make_silent_account(20)
		night()
		frappe.db.commit()
		[report] = reports_of(account)
		health = [{"indicator": "Other", "level": "High", "evidence": "Health fell to 30"}]
		has_read, has_written = Event(), Event()

		def one_run():
			frappe.db.count("Risk Report Indicator")
			has_read.set()
			has_written.wait(20)
			return len(drafts_named([report.name])[report.name].rows)

		def another_run():
			has_read.wait(20)
			add_findings({account.name: health}, getdate(), "Health Score")
			frappe.db.commit()
			has_written.set()

		assert in_parallel(one_run, another_run)[0] == 2

	def test_a_draft_says_what_saving_it_says(self):
		account = make_silent_account(20)
		account.db_set("risk_level", "High")
		night()
		[report] = reports_of(account)
		own = ("modified", "modified_by", "drafted_by", "drafted_by_system", "indicators")
		before = {field: value for field, value in report.as_dict().items() if field not in own}
		report.save()
		assert {field: report.as_dict()[field] for field in before} == before

	def test_a_withdrawn_draft_can_be_restored(self):
		account = make_silent_account(20)
		night()
		[report] = reports_of(account)
		order_row(account, getdate())
		night()
		deleted = frappe.db.get_value("Deleted Document", {"deleted_name": report.name}, "name")
		restore(deleted)
		[restored] = reports_of(account)
		assert (restored.risk_level, indicators(restored)) == (report.risk_level, indicators(report))

	def test_a_draft_that_another_document_names_is_not_withdrawn(self):
		account = make_silent_account(20)
		night()
		[report] = reports_of(account)
		event = frappe.get_doc(
			doctype="Event", subject="They come to see us", starts_on=getdate(), event_type="Private",
			event_participants=[{"reference_doctype": "Risk Report", "reference_docname": report.name}],
		).insert()  # fmt: skip
		order_row(account, getdate())
		night()
		assert [left.name for left in reports_of(account)] == [report.name]
		assert event.event_participants[0].reference_docname == report.name


class TestTakenOver:
	def test_an_edited_draft_is_left_alone(self, manager):
		account = make_silent_account(20, account_manager=manager)
		night()
		[report] = reports_of(account)
		report.update({"analysis": "They test another supplier", "drafted_by_system": 1})
		assert report.save().drafted_by_system == 0
		report.reload()
		age(account, 10)
		assert night() == 1
		[after] = reports_of(account)
		assert (after.modified, after.indicators[0].level) == (report.modified, "Medium")
		assert len(alerts_of(manager)) == 2
		order_row(account, getdate())
		night()
		assert [left.name for left in reports_of(account)] == [report.name]
		assert warning_of(account) is None

	@pytest.mark.parametrize("trace", ["comment", "assignment", "file"])
	def test_a_draft_that_somebody_works_on_is_not_withdrawn(self, trace):
		account = make_silent_account(20)
		night()
		[report] = reports_of(account)
		if trace == "comment":
			report.add_comment("Comment", "I call them tomorrow")
		elif trace == "assignment":
			report.db_set("_assign", '["Administrator"]')
		else:
			frappe.get_doc(
				doctype="File", file_name="a.txt", content="a",
				attached_to_doctype="Risk Report", attached_to_name=report.name,
			).insert()  # fmt: skip
		order_row(account, getdate())
		night()
		assert len(reports_of(account)) == 1

	def test_a_submitted_report_gets_no_twin_until_it_gets_worse(self):
		account = make_silent_account(20)
		night()
		reports_of(account)[0].submit()
		assert night() == 0
		age(account, 10)
		assert night() == 1
		assert [report.docstatus for report in reports_of(account)] == [1, 0]

	def test_a_deleted_draft_does_not_come_back(self):
		account = make_silent_account(20)
		night()
		reports_of(account)[0].delete()
		assert (night(), reports_of(account)) == (0, [])
		assert warning_of(account).risk_report is None

	def test_a_persons_report_is_a_persons(self):
		account = make_key_account()
		report = frappe.get_doc(
			doctype="Risk Report", key_account=account.name, report_type="Early Warning", risk_level="Low",
			drafted_by_system=1,
		).insert()  # fmt: skip
		assert report.drafted_by_system == 0

	def test_the_end_of_an_account_ends_its_warning(self):
		account = make_silent_account(20)
		night()
		account.reload()
		account.status = "Suspended"
		account.save()
		assert (night(), bool(warning_of(account)), len(reports_of(account))) == (0, True, 1)
		account.status = "Terminated"
		account.save()
		assert (warning_of(account), reports_of(account)) == (None, [])

	def test_an_account_can_be_deleted_with_its_warning(self):
		account = make_silent_account(20)
		night()
		account.reload()
		account.delete()
		assert (warning_of(account), reports_of(account)) == (None, [])


def test_nobody_writes_warnings_by_hand(as_user, manager):
	account = make_silent_account(20, account_manager=manager)
	night()
	with as_user(manager):
		warning = frappe.get_doc("KAM Churn Warning", account.name)
		warning.check_permission("read")
		with pytest.raises(frappe.PermissionError):
			warning.save()
		with pytest.raises(frappe.PermissionError):
			warning.delete()


def _found() -> list:
	return findings(company(), policy_in_force(company()), getdate())
