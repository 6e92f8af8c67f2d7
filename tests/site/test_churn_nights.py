"""Night after night (R56): warnings and drafts of the churn watch are kept in step, taken over, withdrawn."""

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.integration.accounts import churn_watch
from kam_extension.integration.accounts.churn import findings
from kam_extension.integration.policies.policies import policy_in_force
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


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


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
		begin, attempts = churn_watch.begin_warning, []

		def deadlocked_once(finding):
			attempts.append(1)
			if len(attempts) == 1:
				raise frappe.QueryDeadlockError
			return begin(finding)

		monkeypatch.setattr(churn_watch, "begin_warning", deadlocked_once)
		frappe.db.commit()
		churn_watch.nightly()
		assert (len(reports_of(account)), len(alerts_of(manager))) == (1, 1)

	def test_one_account_that_fails_does_not_stop_the_others(self, manager):
		broken, sound = (make_silent_account(20, account_manager=manager) for _count in range(2))
		frappe.db.sql("update `tabSales Order` set customer = 'Gone' where customer = %s", broken.customer)
		broken.db_set("customer", "Gone")
		assert night() == 1
		assert (reports_of(broken), warning_of(broken)) == ([], None)
		assert [alert.document_name for alert in alerts_of(manager)] == [reports_of(sound)[0].name]
		assert frappe.db.exists("Error Log", {"method": ("like", f"%{broken.name}%")})

	def test_two_nights_at_once_write_one_warning(self):
		account = make_silent_account(20)
		[first] = [found for found in _found() if found.account.name == account.name]
		[second] = [found for found in _found() if found.account.name == account.name]
		churn_watch.begin_warning(first)
		assert churn_watch._write("Administrator", [second]) == 0
		assert len(reports_of(account)) == 1


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
