"""Whom the churn watch tells, and in which words (R56)."""

import frappe
import pytest

from tests.site.churn_setup import alerts_of, days_ago, make_silent_account, night, reports_of
from tests.site.factories import make_policy, make_user


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


class TestAlerts:
	def test_only_the_accounts_manager_is_told(self, manager):
		director = make_user("KAM Director", "KAM Manager")
		account = make_silent_account(20, account_manager=manager)
		night()
		[alert] = alerts_of(manager)
		assert (alert.type, alert.document_type) == ("Alert", "Risk Report")
		assert alert.document_name == reports_of(account)[0].name
		assert "No order for 20 days" in alert.subject
		assert alerts_of(director) == []
		assert frappe.get_all("Email Queue", {"creation": (">", days_ago(1))}) == []

	def test_many_findings_of_a_night_are_one_alert(self, manager):
		for _count in range(4):
			make_silent_account(20, account_manager=manager)
		night()
		[alert] = alerts_of(manager)
		assert alert.link == f"/app/kam-churn-warning?account_manager={manager.replace('@', '%40')}"
		assert alert.subject.startswith("4 accounts order less than usual")
		assert alert.subject.endswith("and 1 more.")

	def test_in_the_managers_language(self):
		chinese = make_user("KAM User", language="zh")
		make_silent_account(20, account_manager=chinese)
		night()
		[alert] = alerts_of(chinese)
		assert "20" in alert.subject and "天" in alert.subject

	def test_a_name_is_data(self, manager):
		account = make_silent_account(20, account_manager=manager)
		account.db_set("customer_name", "Iron <i>& Steel</i>")
		night()
		assert "<b>Iron &lt;i&gt;&amp; Steel&lt;/i&gt;</b>:" in alerts_of(manager)[0].subject

	def test_a_disabled_manager_is_not_told_but_the_draft_is_there(self, manager):
		account = make_silent_account(20, account_manager=manager)
		frappe.db.set_value("User", manager, "enabled", 0)
		night()
		assert (alerts_of(manager), len(reports_of(account))) == ([], 1)
