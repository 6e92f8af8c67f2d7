"""Visit Overview and Open Needs: what is missed, and what waits for an answer, by whom it concerns (R46, R47)."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.kam_extension.report.open_needs import open_needs
from kam_extension.kam_extension.report.visit_overview import visit_overview
from tests.site.cadence_setup import make_visited
from tests.site.factories import make_key_account, make_policy, make_user, make_visit_log

HELD = {"status": "Completed", "discussion": "Prices"}


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def manager(site):
	return make_user("KAM User", "Sales User")


def days_ago(days: int):
	return getdate() - timedelta(days=days)


class TestVisitOverview:
	@pytest.fixture
	def account(self, manager):
		account = make_visited(days_ago(200), account_manager=manager, account_level="Group")
		make_visit_log(account.name, visit_date=days_ago(100), **HELD)
		make_visit_log(account.name, visit_date=days_ago(120), visit_type="Executive", **HELD)
		missed = make_visit_log(account.name)
		frappe.db.set_value("Visit Log", missed.name, {"status": "Missed", "visit_date": days_ago(50)})
		late = make_visit_log(account.name)
		frappe.db.set_value("Visit Log", late.name, "visit_date", days_ago(1))
		make_visit_log(account.name, visit_date=getdate() + timedelta(days=3))
		make_visit_log(account.name, visit_date=getdate() + timedelta(days=4), status="Cancelled")
		return account

	def rows(self, **filters):
		period = {"from_date": days_ago(150), "to_date": getdate() + timedelta(days=30)}
		return visit_overview.execute(period | filters)[1]

	def test_counts_by_account(self, account, manager):
		[row] = [row for row in self.rows() if row["key_account"] == account.name]
		found = {field: row[field] for field in ("held", "missed", "planned", "overdue", "executive")}
		assert found == {"held": 2, "missed": 1, "planned": 1, "overdue": 1, "executive": 1}
		assert (row["executive_wanted"], row["last_visit"], row["account_manager"]) == (
			2,
			days_ago(100),
			manager,
		)
		assert row["days_overdue"] == max((getdate() - row["next_due"]).days, 0)

	def test_only_visits_of_the_time_count(self, account):
		[row] = [row for row in self.rows(from_date=days_ago(110)) if row["key_account"] == account.name]
		assert (row["held"], row["executive"]) == (1, 0)

	def test_sums_by_manager(self, account, manager):
		make_key_account(account_manager=manager)
		[row] = [row for row in self.rows(by_manager=1) if row["account_manager"] == manager]
		assert (row["accounts"], row["held"], row["missed"], row["due_accounts"]) == (2, 2, 1, 1)

	def test_the_longest_overdue_first(self, account):
		make_visited(days_ago(900))
		days = [row["days_overdue"] for row in self.rows()]
		assert days == sorted(days, reverse=True)

	def test_sales_see_their_own(self, account, manager, as_user):
		make_key_account()
		with as_user(manager):
			assert [row["key_account"] for row in self.rows()] == [account.name]

	def test_a_time_that_ends_before_it_begins(self):
		with pytest.raises(frappe.ValidationError, match="To Date"):
			self.rows(to_date=days_ago(300))


class TestOpenNeeds:
	@pytest.fixture
	def account(self, manager):
		account = make_key_account(account_manager=manager)
		make_visit_log(
			account.name,
			visit_date=days_ago(20),
			needs=[
				{"need": "Faster delivery", "due_date": days_ago(5)},
				{"need": "Blue paint", "due_date": getdate(), "status": "Judged", "feasibility": "Feasible"},
				{
					"need": "Training",
					"status": "Closed",
					"feasibility": "Feasible",
					"response": "Given",
					"feedback": "Glad",
				},
			],
			**HELD,
		)
		return account

	def rows(self, account, **filters):
		return open_needs.execute({"key_account": account.name, **filters})[1]

	def test_open_ones_with_age_and_days_overdue(self, account, manager):
		found = [(row["need"], row["age"], row["days_overdue"]) for row in self.rows(account)]
		assert found == [("Faster delivery", 20, 5), ("Blue paint", 20, 0)]
		assert self.rows(account)[0]["account_manager"] == manager

	def test_filters(self, account):
		assert [row["need"] for row in self.rows(account, status="Judged")] == ["Blue paint"]
		assert len(self.rows(account, with_closed=1)) == 3

	def test_cancelled_visits_are_left_out(self, account):
		name = frappe.db.get_value("Visit Log", {"key_account": account.name})
		frappe.db.set_value("Visit Log", name, "status", "Cancelled")
		assert self.rows(account) == []

	def test_sales_see_their_own(self, account, manager, as_user):
		with as_user(manager):
			assert len(open_needs.execute({})[1]) == 2
		with as_user(make_user("KAM User")):
			assert open_needs.execute({})[1] == []
