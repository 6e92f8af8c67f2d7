"""What the churn watch finds in an account's orders (R53, R56)."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.policy.rhythm import compared_months, months_a_year_earlier, same_day
from tests.site.churn_setup import (
	days_ago,
	indicators,
	make_shrinking_account,
	make_silent_account,
	night,
	order_row,
	reports_of,
	warning_of,
)
from tests.site.factories import company, make_item, make_key_account, make_policy, make_sales_order, unique
from tests.site.query_count import count_queries


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


class TestSilence:
	@pytest.mark.parametrize(("days", "level"), [(19, None), (20, "Medium"), (29, "Medium"), (30, "High")])
	def test_two_and_three_times_the_usual_gap(self, days, level):
		account = make_silent_account(days)
		night()
		found = warning_of(account)
		assert (found.silence_level if found else None) == level
		assert [indicators(report) for report in reports_of(account)] == (
			[[("Order Silence", level, days)]] if level else []
		)

	def test_the_draft_is_an_early_warning_with_evidence(self):
		account = make_silent_account(20)
		night()
		[report] = reports_of(account)
		assert (report.report_type, report.docstatus, report.risk_level) == ("Early Warning", 0, "Medium")
		assert report.report_date == getdate()
		assert "20 days ago" in report.indicators[0].evidence
		assert "10 days between" in report.indicators[0].evidence
		assert frappe.db.get_value("Key Account", account.name, "risk_level") is None

	def test_a_draft_is_never_below_the_accounts_level(self):
		account = make_silent_account(20)
		account.db_set("risk_level", "High")
		night()
		assert [report.risk_level for report in reports_of(account)] == ["High"]

	def test_two_orders_a_day_and_orders_that_do_not_count(self):
		account = make_silent_account(20)
		order_row(account, days_ago(20))
		for state in ({"docstatus": 0}, {"docstatus": 2}, {"is_internal_customer": 1}, {"company": "Other"}):
			order_row(account, days_ago(1), **state)
		night()
		assert warning_of(account).silence_level == "Medium"

	def test_a_closed_order_was_an_order(self):
		account = make_silent_account(25)
		order_row(account, days_ago(1), status="Closed")
		night()
		assert warning_of(account) is None

	def test_a_first_year_customer_has_its_own_rhythm_too(self):
		assert warning_of(make_silent_account(20, count=3)) is None
		young = make_silent_account(20, count=4)
		night()
		assert indicators(reports_of(young)[0]) == [("Order Silence", "Medium", 20)]

	def test_last_years_break_is_no_news(self):
		account = make_silent_account(60)
		before_break = same_day(days_ago(70), -12)
		for step in range(4):
			order_row(account, before_break - timedelta(days=10 * step))
		order_row(account, same_day(days_ago(0), -12) + timedelta(days=5))
		night()
		assert warning_of(account) is None

	@pytest.mark.parametrize("status", ["Suspended", "Terminated", "Prospect"])
	def test_accounts_that_are_not_watched(self, status):
		account = make_silent_account(100, status=status)
		night()
		assert warning_of(account) is None

	def test_accounts_on_watch_are(self):
		account = make_silent_account(100, status="Watch")
		night()
		assert warning_of(account).level == "High"


class TestDrop:
	@pytest.mark.parametrize(("amount", "level"), [(800.01, None), (800, "Medium"), (600, "High")])
	def test_against_the_same_months_of_last_year(self, amount, level):
		account = make_shrinking_account(amount)
		night()
		found = warning_of(account)
		assert (found.drop_level if found else None) == level

	def test_evidence_and_value(self):
		account = make_shrinking_account(750)
		night()
		[report] = reports_of(account)
		assert indicators(report) == [("Revenue Change", "Medium", -25)]
		assert "750.00" in report.indicators[0].evidence
		assert "1,000.00" in report.indicators[0].evidence

	def test_only_full_months_and_only_the_same_ones(self):
		account = make_key_account()
		start, end = months_a_year_earlier(getdate())
		order_row(account, start - timedelta(days=1), 900)
		order_row(account, end + timedelta(days=1), 900)
		order_row(account, start, 500)
		order_row(account, end, 500)
		first, last = compared_months(getdate())
		order_row(account, first, 300)
		order_row(account, last, 301)
		order_row(account, last + timedelta(days=1), 900)
		night()
		assert indicators(reports_of(account)[0]) == [("Revenue Change", "Medium", -39.9)]

	def test_of_a_closed_order_counts_what_was_fulfilled(self):
		account = make_shrinking_account(0)
		order_row(
			account, compared_months(getdate())[1], 1000, status="Closed", per_delivered=70, per_billed=50
		)
		night()
		assert indicators(reports_of(account)[0]) == [("Revenue Change", "Medium", -30)]

	def test_a_first_year_has_no_last_year(self):
		account = make_shrinking_account(0, amount_before=0)
		night()
		assert warning_of(account) is None

	def test_both_signals_are_an_indicator_each(self):
		account = make_silent_account(25)
		order_row(account, months_a_year_earlier(getdate())[0], 100000)
		night()
		levels = {row.indicator: row.level for row in reports_of(account)[0].indicators}
		assert levels == {"Order Silence": "Medium", "Revenue Change": "High"}
		assert (reports_of(account)[0].risk_level, warning_of(account).level) == ("High", "High")

	def test_in_the_currency_of_the_home_company(self):
		home = _company_in_dollars()
		account = make_shrinking_account(600, company=home)
		order_row(account, compared_months(getdate())[0], 9000, company=company())
		night()
		[report] = reports_of(account)
		assert indicators(report) == [("Revenue Change", "High", -40)]
		assert "$ 600.00" in report.indicators[0].evidence


class TestRealOrders:
	def test_cancelled_and_amended_orders_and_returns(self):
		item = make_item(list_price=100).name
		account = make_silent_account(25)
		order = make_sales_order(account.customer, [(item, 1, 100)], submit=True)
		night()
		assert warning_of(account) is None
		order.reload()
		order.cancel()
		night()
		assert warning_of(account).silence_level == "Medium"
		amended = frappe.copy_doc(order)
		amended.update({"amended_from": order.name, "docstatus": 0})
		amended.insert().submit()
		night()
		assert warning_of(account) is None


def test_the_number_of_queries_does_not_depend_on_the_number_of_accounts():
	make_silent_account(5)
	few = count_queries(night)
	for _count in range(5):
		make_silent_account(5)
	assert count_queries(night) == few


def _company_in_dollars() -> str:
	row = frappe.get_doc(
		doctype="Company", name=unique("Company"), company_name="Dollars", abbr="DOL", default_currency="USD"
	)  # fmt: skip
	row.db_insert()
	return row.name
