"""Report Tier Watch List (R76): who is close to another tier, for whom it is shown, and by what values."""

from datetime import timedelta
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.metrics import Scope
from kam_extension.integration.tiers.measures import store_measures
from kam_extension.kam_extension.report.tier_watch_list import tier_watch_list
from kam_extension.policy.report_dates import next_month_end
from tests.site.churn_setup import order_row
from tests.site.factories import make_key_account, make_policy, make_user
from tests.site.query_count import count_queries
from tests.site.watch_setup import make_account, rows_of

MEASURED = {
	"contract_amount": 0,
	"overdue_days_max": 0,
	"price_premium": None,
	"receivable_balance": 0,
	"strategic_influence": 4,
	"tenure_months": 24,
}


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy(price_action="Off", margin_action="Off", unknown_cost_action="Off")


@pytest.fixture
def salesperson(site):
	return make_user("KAM User", "Sales User")


def tier_row(account, direction="Better", **filters) -> dict | None:
	rows = rows_of(account, direction=direction, subject="Tier", **filters)
	assert len(rows) < 2
	return rows[0] if rows else None


def make_run(account, day, **measured) -> None:
	"""A finished run over all accounts that measured this one only."""
	run = frappe.get_doc(
		{"doctype": "KAM Tier Run", "as_of_date": day, "status": "Completed", "started_at": nowdate()}
	).insert(ignore_permissions=True)
	scope = Scope(account.company, getdate(day), {account.customer: account.name})
	values = MEASURED | measured
	for metric, value in values.items():
		known = None if value is None else Decimal(value)
		store_measures(run.name, metric, scope, {account.name: known})


class TestTiers:
	def test_what_is_missing_for_the_better_tier(self):
		row = tier_row(make_account())
		assert (row["tier"], row["target"], row["target_text"]) == ("C", "B", "Tier B")
		assert (row["points"], row["deciding_points"]) == (11, 12)
		assert (row["metric"], row["criterion"], row["unit"]) == (
			"contract_amount",
			"Contract Amount",
			"money",
		)
		assert (row["value"], row["threshold"], row["gap"]) == (1_900_000, 2_000_000, 100_000)
		assert (row["closeness"], row["currency"]) == (5, "CNY")

	def test_what_may_still_be_lost(self):
		row = tier_row(make_account(2_050_000, tier="B"), "Worse")
		assert (row["target"], row["points"], row["deciding_points"]) == ("C", 12, 12)
		assert (row["metric"], row["threshold"], row["gap"]) == ("contract_amount", 2_000_000, 50_000)

	def test_a_tier_that_is_earned_waits_for_the_review(self):
		row = tier_row(make_account(2_000_000))
		assert (row["target"], row["closeness"], row["criterion"]) == ("B", 0, "Decided by the next review")
		assert "value" not in row

	def test_until_the_end_of_the_next_review_month(self, policy):
		account = make_account()
		assert tier_row(account)["until"] == next_month_end([1], getdate())
		assert tier_row(account)["until"].month == 1
		make_policy(company=account.company, tier_review_months=f"{getdate().month}")
		assert tier_row(account)["until"] == next_month_end([getdate().month], getdate())

	def test_the_next_account_report(self):
		account = make_account(tier="C")
		assert tier_row(account)["report_due"] == next_month_end(range(1, 13), getdate())

	def test_a_first_year_customer_is_near_to_nothing(self):
		account = make_key_account(tier="C", strategic_influence=4)
		order_row(account, getdate() - timedelta(days=30), 1_999_999)
		assert rows_of(account) == []

	@pytest.mark.parametrize(
		("status", "shown"), [("Watch", True), ("Prospect", False), ("Terminated", False)]
	)
	def test_whom_the_scorecard_scores(self, status, shown):
		assert bool(rows_of(make_account(status=status))) == shown

	def test_a_company_without_policy_is_left_out(self, policy):
		account = make_account()
		policy.cancel()
		assert rows_of(account) == []


class TestMeasuredByTheLastRun:
	def test_its_values_and_its_day(self):
		account = make_account(100)
		make_run(account, add_days(nowdate(), -3), contract_amount=1_980_000)
		row = tier_row(account)
		assert (row["value"], row["gap"], row["as_of"]) == (
			1_980_000,
			20_000,
			getdate(add_days(nowdate(), -3)),
		)

	def test_an_account_that_it_missed_is_measured_now(self):
		make_run(make_account(100), add_days(nowdate(), -3), contract_amount=1_980_000)
		row = tier_row(make_account())
		assert (row["value"], row["as_of"]) == (1_900_000, getdate())

	def test_a_criterion_that_it_did_not_measure_is_measured_now(self):
		account = make_account()
		make_run(account, nowdate(), contract_amount=5)
		frappe.db.delete("KAM Tier Measure", {"key_account": account.name, "metric": "receivable_balance"})
		assert tier_row(account)["value"] == 1_900_000


class TestReaders:
	def test_sales_sees_own_and_team_accounts_only(self, as_user, salesperson):
		own = make_account(account_manager=salesperson)
		sponsored = make_account(executive_sponsor=salesperson)
		served = make_account(team=[{"user": salesperson, "function": "Sales"}])
		other = make_account()
		with as_user(salesperson):
			seen = {row["key_account"] for row in rows_of()}
		assert {own.name, sponsored.name, served.name} <= seen
		assert other.name not in seen

	def test_without_any_account_nothing(self, as_user, salesperson):
		make_account()
		with as_user(salesperson):
			assert rows_of() == []

	@pytest.mark.parametrize("role", ["KAM Manager", "KAM Finance", "KAM Executive"])
	def test_others_see_all(self, as_user, role):
		account = make_account()
		with as_user(make_user(role)):
			assert tier_row(account)["gap"] == 100_000

	def test_people_without_a_right_to_accounts_see_nothing(self, as_user):
		make_account()
		with as_user(make_user("Stock User")), pytest.raises(frappe.PermissionError):
			rows_of()

	def test_margins_are_not_told_to_sales(self, as_user, salesperson):
		account = make_account(account_manager=salesperson, tier="B")
		margin = {"metric": "gross_margin", "points_4": 20, "points_3": 10, "points_2": 5, "weight": 4}
		make_policy(company=account.company, criteria=[margin | {"higher_is_better": 1}])
		make_run(account, nowdate(), gross_margin=19)
		assert tier_row(account)["gap"] == 1
		with as_user(salesperson):
			hidden = tier_row(account)
		assert (hidden["target"], hidden["criterion"]) == ("A", "Gross Margin")
		assert {"value", "threshold", "gap"}.isdisjoint(hidden)
		assert hidden["closeness"] is None


class TestFilters:
	def test_closeness(self):
		account = make_account()
		assert tier_row(account, within=5)
		assert tier_row(account, within=4.9) is None

	def test_direction_and_subject(self):
		account = make_account()
		assert {row["direction"] for row in rows_of(account)} == {"Better", "Worse"}
		assert {row["direction"] for row in rows_of(account, direction="Worse")} == {"Worse"}
		assert rows_of(account, subject="Rebate Band") == []

	def test_account_filters(self, salesperson):
		account = make_account(account_manager=salesperson, account_class="Ordinary")
		make_account()
		for fields in ({"account_manager": salesperson}, {"account_class": "Ordinary"}):
			assert {row["key_account"] for row in rows_of(**fields)} == {account.name}
		assert rows_of(company="Some Other Company") == []
		assert rows_of(account, tier="A") == []

	def test_the_closest_come_first_and_the_chart_counts_them(self):
		far, near = make_account(1_700_000), make_account(1_990_000)
		_columns, rows, _message, chart = tier_watch_list.execute({"direction": "Better", "within": 20})
		assert [row["key_account"] for row in rows] == [near.name, far.name]
		assert chart["data"]["labels"] == ["Tier B"]
		assert [dataset["values"] for dataset in chart["data"]["datasets"]] == [[2], [0]]
		assert tier_watch_list.execute({"company": "Some Other Company"})[3] is None

	def test_queries_do_not_grow_with_accounts(self):
		make_account()
		few = count_queries(rows_of)
		for _count in range(4):
			make_account()
		assert count_queries(rows_of) == few
