"""Periodic Risk Reports drafted from data: what they find, once for an account and quarter (R53)."""

from datetime import date, timedelta

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.integration.risk import periodic_reports
from kam_extension.integration.risk.draft_rows import add_findings
from kam_extension.policy.risk_periods import report_period
from tests.site.churn_setup import make_silent_account, night, reports_of
from tests.site.clock import on_day
from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_policy,
	make_sales_invoice,
	make_user,
	make_visit_log,
	unique,
)
from tests.site.query_count import count_queries
from tests.site.risk_setup import make_risk_report, set_settings

QUARTERS = (1, 4, 7, 10)


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


@pytest.fixture
def period() -> tuple[date, date]:
	return report_period(getdate(), QUARTERS)


def draft() -> int:
	return periodic_reports.draft_missing(getdate())


def draft_anew() -> None:
	frappe.db.delete("Risk Report")
	assert draft()


def drafted(account):
	"""The one report of an account after the drafting."""
	draft()
	[report] = reports_of(account)
	return report


def found(account) -> dict:
	return {row.indicator: (row.value, row.level) for row in drafted(account).indicators}


def invoice_row(account, day: date, net: float) -> None:
	"""A submitted invoice as its row in the database."""
	values = {
		"doctype": "Sales Invoice",
		"name": unique("SI"),
		"customer": account.customer,
		"company": account.company,
		"posting_date": day,
		"base_net_total": net,
		"docstatus": 1,
		"is_opening": "No",
	}
	frappe.get_doc(values).db_insert()


def owe(account, amount: float, due: date) -> None:
	"""A submitted invoice of an account, nothing of it paid."""
	item = make_item().name
	make_sales_invoice(
		account.customer,
		[(item, 1, amount)],
		submit=True,
		posting_date=due - timedelta(days=30),
		due_date=due,
	)


class TestIndicators:
	@pytest.mark.parametrize(("overdue", "level"), [(199.99, "Low"), (200, "Medium"), (400, "High")])
	def test_overdue_share(self, overdue, level):
		account = make_key_account()
		owe(account, overdue, getdate() - timedelta(days=1))
		owe(account, 1000 - overdue, getdate())
		share, found_level = found(account)["Overdue Share"]
		assert (share, found_level) == (pytest.approx(overdue / 10, abs=0.006), level)

	@pytest.mark.parametrize(("amount", "level"), [(801, "Low"), (800, "Medium"), (600, "High")])
	def test_revenue_against_the_same_quarter_of_last_year(self, period, amount, level):
		account = make_key_account()
		start, end = period
		invoice_row(account, start, amount - 100)
		invoice_row(account, end, 100)
		invoice_row(account, end + timedelta(days=1), 5000)
		invoice_row(account, start.replace(year=start.year - 1), 400)
		invoice_row(account, end.replace(year=end.year - 1), 600)
		invoice_row(account, start.replace(year=start.year - 1) - timedelta(days=1), 5000)
		assert found(account)["Revenue Change"] == ((amount - 1000) / 10, level)

	@pytest.mark.parametrize(("days", "level"), [(19, "Low"), (20, "Medium"), (30, "High")])
	def test_silence_against_its_own_rhythm(self, days, level):
		assert found(make_silent_account(days))["Order Silence"] == (days, level)

	@pytest.mark.parametrize(("count", "level"), [(2, "Low"), (3, "Medium"), (6, "High")])
	def test_complaints_of_the_quarter(self, period, count, level):
		account = make_key_account()
		days = [period[0] - timedelta(days=1), period[1] + timedelta(days=1), *[period[1]] * count]
		for day in days:
			insert("Issue", subject="Leaks", customer=account.customer, opening_date=day)
		assert found(account)["Complaints"] == (count, level)

	@pytest.mark.parametrize(("rating", "level"), [(80, "Low"), (79, "Medium"), (60, "Medium"), (59, "High")])
	def test_satisfaction(self, rating, level):
		account = make_key_account()
		make_visit_log(account.name, status="Completed", discussion="Talk", satisfaction=rating)
		assert found(account)["Satisfaction"] == (rating, level)

	@pytest.mark.parametrize(("months", "level"), [(2, "Low"), (3, "Medium"), (6, "High")])
	def test_visits_overdue_by_intervals(self, months, level):
		account = make_key_account()
		due = getdate(frappe.utils.add_months(getdate(), -months))
		frappe.db.set_value("Key Account", account.name, "next_visit_due", due)
		assert found(account)["Visit Overdue"][1] == level

	def test_a_promise_that_was_broken(self, period):
		account = make_key_account()
		for day in (period[0] - timedelta(days=1), period[0]):
			promise = {
				"doctype": "Collection Promise",
				"name": unique("CP"),
				"key_account": account.name,
				"customer": account.customer,
				"company": company(),
				"promise_date": day,
				"status": "Broken",
				"amount": 100,
			}
			frappe.get_doc(promise).db_insert()
		assert found(account)["Broken Payment Promise"] == (1, "High")

	def test_nothing_is_said_where_there_is_nothing_to_measure(self):
		assert set(found(make_key_account())) == {"Overdue Share", "Complaints", "Visit Overdue"}

	def test_each_explains_itself(self):
		account = make_key_account()
		owe(account, 300, getdate() - timedelta(days=1))
		owe(account, 700, getdate())
		row = next(row for row in drafted(account).indicators if row.indicator == "Overdue Share")
		assert (row.threshold, row.source) == ("20 / 40", "Periodic Figures")
		assert "300.00 of" in row.evidence
		assert account.name in row.link

	def test_thresholds_are_settings(self):
		set_settings(risk_complaints_medium=0, risk_complaints_high=1)
		account = make_key_account()
		[_start, end] = report_period(getdate(), QUARTERS)
		insert("Issue", subject="Leaks", customer=account.customer, opening_date=end)
		assert found(account)["Complaints"] == (1, "High")

	def test_level_is_the_highest_and_never_below_the_accounts(self):
		silent, calm = make_silent_account(20), make_key_account()
		for account, level in ((silent, "Low"), (calm, "High")):
			make_risk_report(account, level)
		draft()
		reports = [reports_of(account)[-1] for account in (silent, calm)]
		assert [(report.indicated_level, report.risk_level) for report in reports] == [
			("Medium", "Medium"),
			("Low", "High"),
		]


class TestCarriedEvents:
	CHANGE = {"indicator": "Leadership Change", "level": "Medium", "person": "Wang Wei"}

	def test_what_people_saw_stands_in_the_next_report(self):
		account = make_key_account()
		rows = [
			{"indicator": "Lawsuit or Financing Trouble", "level": "High", "evidence": "Court of Baoding"}
		]
		make_risk_report(account, "High", indicators=rows)
		draft()
		row = reports_of(account)[-1].indicators[-1]
		assert (row.indicator, row.level, row.evidence, row.source) == (
			"Lawsuit or Financing Trouble",
			"High",
			"Court of Baoding",
			"Person",
		)

	@pytest.mark.parametrize("is_met", [True, False])
	def test_a_leadership_change_until_the_new_leader_is_met(self, is_met):
		account = make_key_account()
		day = getdate() - timedelta(days=20)
		make_risk_report(account, "Medium", indicators=[self.CHANGE | {"event_date": day}])
		if is_met:
			make_visit_log(
				account.name,
				status="Completed",
				visit_date=day + timedelta(days=3),
				discussion="First talk",
				customer_participants="Wang Wei",
			)
		draft()
		indicators = {row.indicator for row in reports_of(account)[-1].indicators}
		assert ("Leadership Change" in indicators) == (not is_met)


class TestOnce:
	def test_a_second_run_writes_nothing(self):
		make_key_account()
		assert draft() >= 1
		assert draft() == 0

	def test_a_deleted_draft_comes_again_a_cancelled_report_does_not(self):
		deleted, cancelled = make_key_account(), make_key_account()
		draft()
		reports_of(deleted)[0].delete()
		report = reports_of(cancelled)[0]
		report.submit()
		report.cancel()
		assert draft() == 1
		assert len(reports_of(deleted)) == len(reports_of(cancelled)) == 1

	def test_the_draft_says_which_quarter_and_whose(self, period):
		account = make_key_account()
		report = drafted(account)
		assert (report.report_type, report.period_start, report.period_end) == ("Periodic", *period)
		assert (report.customer, report.docstatus, report.status) == (account.customer, 0, "Draft")
		assert report.name.startswith(f"RSK-{getdate().year}-")

	@pytest.mark.parametrize("status", ["Prospect", "Terminated"])
	def test_accounts_without_reports(self, status):
		account = make_key_account(status=status)
		draft()
		assert reports_of(account) == []

	@pytest.mark.parametrize("status", ["Watch", "Suspended"])
	def test_accounts_with_reports(self, status):
		assert drafted(make_key_account(status=status)).docstatus == 0

	def test_by_hand_only_one_for_a_quarter_too(self):
		account = make_key_account()
		draft()
		with pytest.raises(frappe.DuplicateEntryError, match="Early Warning"):
			make_risk_report(account, report_type="Periodic")

	def test_one_made_by_hand_is_the_quarters(self):
		account = make_key_account()
		make_risk_report(account, report_type="Periodic", submit=False)
		draft()
		assert len(reports_of(account)) == 1

	def test_the_next_document_by_hand_goes_on_with_the_series(self):
		make_key_account()
		draft()
		last = frappe.get_all("Risk Report", pluck="name", order_by="name desc", limit=1)[0]
		report = make_risk_report(make_key_account(), submit=False)
		assert int(report.name[-5:]) == int(last[-5:]) + 1

	def test_as_many_queries_for_many_as_for_one(self):
		make_key_account()
		few = count_queries(draft_anew)
		for _number in range(6):
			make_key_account()
		assert 10 < count_queries(draft_anew) == few

	def test_each_manager_is_told_once(self):
		manager = make_user("KAM User")
		for _number in range(3):
			make_key_account(account_manager=manager)
		draft()
		[subject] = frappe.get_all("Notification Log", {"for_user": manager}, pluck="subject")
		assert subject.startswith("3 Risk Reports")

	@pytest.mark.committing
	def test_two_runs_at_the_same_moment(self, in_parallel):
		accounts = [make_key_account() for _number in range(3)]

		def run():
			return periodic_reports.draft_missing(getdate(), commits=True)

		results = in_parallel(run, run)
		assert all(isinstance(result, int) for result in results), results
		assert [len(reports_of(account)) for account in accounts] == [1, 1, 1]
		assert not frappe.db.exists("Error Log", {"method": ("like", "Risk Reports of%")})


class TestSchedule:
	@pytest.mark.parametrize(
		("day", "is_drafted"),
		[("2027-01-01", True), ("2027-01-05", True), ("2027-01-06", False), ("2027-02-01", False)],
	)
	def test_in_the_first_days_of_a_quarter(self, day, is_drafted):
		make_key_account()
		assert bool(periodic_reports.draft_if_due(getdate(day))) == is_drafted

	def test_months_and_days_are_settings(self):
		set_settings(risk_report_months="2,8", risk_report_days=1)
		account = make_key_account()
		assert periodic_reports.draft_if_due(date(2027, 1, 1)) == 0
		assert periodic_reports.draft_if_due(date(2027, 2, 1)) > 0
		[report] = reports_of(account)
		assert (report.period_start, report.period_end) == (date(2026, 8, 1), date(2027, 1, 31))

	def test_bad_months_are_refused(self):
		with pytest.raises(frappe.ValidationError, match="Months with Risk Reports"):
			set_settings(risk_report_months="1,13")

	def test_thresholds_out_of_order_are_refused(self):
		with pytest.raises(frappe.ValidationError, match="High must not be reached before Medium"):
			set_settings(risk_overdue_medium=50)
		with pytest.raises(frappe.ValidationError, match="High must not be reached before Medium"):
			set_settings(risk_satisfaction_high=90)


class TestOneDraft:
	"""Churn watch, health score and periodic run meet in one draft of an account."""

	def test_the_watchs_draft_becomes_the_quarters(self):
		account = make_silent_account(20)
		night()
		report = drafted(account)
		assert (report.report_type, report.risk_level) == ("Periodic", "Medium")
		assert [row.indicator for row in report.indicators].count("Order Silence") == 1

	def test_the_watch_writes_into_the_quarters_draft(self):
		account = make_silent_account(30)
		draft()
		night()
		[report] = reports_of(account)
		silence = [(row.source, row.level) for row in report.indicators if row.indicator == "Order Silence"]
		assert (report.report_type, silence) == ("Periodic", [("Churn Watch", "High")])

	def test_what_is_over_leaves_the_quarters_draft_standing(self):
		account = make_silent_account(30)
		night()
		draft()
		night()
		frappe.db.set_value("Key Account", account.name, "status", "Terminated")
		frappe.get_doc("Key Account", account.name).save()
		assert [report.report_type for report in reports_of(account)] == ["Periodic"]

	def test_a_draft_in_peoples_hands_gets_a_comment(self):
		account = make_silent_account(20)
		report = make_risk_report(account, "High", submit=False, analysis="They test another supplier")
		night()
		assert [one.name for one in reports_of(account)] == [report.name]
		comments = frappe.get_all(
			"Comment", {"reference_name": report.name, "comment_type": "Info"}, pluck="content"
		)
		assert len(comments) == 1 and "20 days ago" in comments[0]

	def test_a_finding_of_the_health_score_replaces_its_earlier_one(self):
		account = make_key_account()
		for level in ("Medium", "High"):
			rows = [{"indicator": "Other", "level": level, "evidence": "Health score 30"}]
			add_findings({account.name: rows}, getdate(), "Health Score")
		[report] = reports_of(account)
		assert [(row.indicator, row.level) for row in report.indicators] == [("Other", "High")]


def test_a_draft_of_last_quarter_stays_beside_the_new_one(period):
	account = make_key_account()
	draft()
	later = period[1] + timedelta(days=1)
	next_quarter = report_period(
		date(later.year + (later.month > 9), (later.month + 3 - 1) % 12 + 1, 1), QUARTERS
	)
	[first] = reports_of(account)
	day = next_quarter[1] + timedelta(days=1)
	with on_day(day):
		periodic_reports.draft_missing(day)
	assert sorted(report.period_end for report in reports_of(account)) == [period[1], next_quarter[1]]
	assert frappe.db.get_value("Risk Report", first.name, "report_date") == first.report_date
	with on_day(day):
		assert periodic_reports.draft_missing(day) == 0


def test_a_cancelled_periodic_report_is_amended():
	report = frappe.get_doc("Risk Report", drafted(make_key_account()).name)
	report.submit()
	report.reload()
	report.cancel_reason = "Wrong figures"
	report.cancel()
	amended = frappe.copy_doc(report)
	amended.update({"amended_from": report.name, "docstatus": 0})
	amended.insert()
	assert (amended.period_end, amended.docstatus) == (report.period_end, 0)
