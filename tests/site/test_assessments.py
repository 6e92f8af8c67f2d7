"""Monthly, quarterly and annual assessment, key figures against targets, notices after a period (R57, R61; S0, S1)."""

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.integration.plans import assessment_notices
from kam_extension.kam_extension.report.key_account_assessment import key_account_assessment
from kam_extension.kam_extension.report.key_account_kpis import key_account_kpis
from tests.site.factories import (
	company,
	insert,
	make_department,
	make_item,
	make_key_account,
	make_sales_order,
	make_user,
	make_visit_log,
)
from tests.site.plan_setup import fiscal_year, invoice

YEAR = 2024


def assessment(**filters):
	filters = {"company": company(), "period_type": "Quarterly", "day": f"{YEAR}-05-20"} | filters
	return key_account_assessment.execute(filters)


def row_of(account, **filters):
	return next(row for row in assessment(**filters)[1] if row["group"] == account.name)


def complain(account, day, **fields):
	frappe.db.set_value(
		"Issue",
		insert("Issue", subject="Late", customer=account.customer, **fields).name,
		{"opening_date": day},
	)


def visit(account, day, satisfaction, status="Completed"):
	make_visit_log(
		account.name, visit_date=day, status=status, satisfaction=satisfaction, discussion="x", outcome="y"
	)


@pytest.fixture
def account(site):
	return make_key_account()


def test_figures_of_a_quarter(account):
	invoice(account, 100, f"{YEAR - 1}-06-30")
	invoice(account, 130, f"{YEAR}-06-30")
	invoice(account, 999, f"{YEAR}-07-01")
	visit(account, f"{YEAR}-04-01", 80)
	visit(account, f"{YEAR}-06-30", 90)
	visit(account, f"{YEAR}-03-31", 10)
	complain(account, f"{YEAR}-05-05")
	row = row_of(account)
	assert (row["revenue"], row["revenue_before"], row["growth"]) == (130, 100, 30)
	assert (row["satisfaction"], row["complaints"], row["visits_held"]) == (85, 1, 2)
	assert row["visits_kept"] == 100 and row["renewal_rate"] is None


def test_repeat_purchase(account):
	item = make_item().name
	for day in (f"{YEAR}-04-02", f"{YEAR}-05-02"):
		fiscal_year(YEAR)
		make_sales_order(account.customer, [(item, 1, 10)], submit=True, transaction_date=day)
	row = row_of(account)
	assert (row["orders"], row["repeat_purchase_rate"], row["tenure_months"]) == (2, 100, 2)
	assert row_of(account, day=f"{YEAR}-08-01")["repeat_purchase_rate"] == 0


def test_a_month_shows_service_only(account):
	columns = {column["fieldname"] for column in assessment(period_type="Monthly")[0]}
	assert {"satisfaction", "complaints", "visits_kept"} <= columns
	assert not columns & {"revenue", "growth", "renewal_rate"}
	visit(account, f"{YEAR}-04-30", 80)
	visit(account, f"{YEAR}-05-31", 60)
	assert row_of(account, period_type="Monthly")["satisfaction"] == 60


def test_a_year(account):
	invoice(account, 50, f"{YEAR}-12-31")
	assert row_of(account, period_type="Annual")["revenue"] == 50


def test_groups_count_together():
	unit = make_department().name
	first, second = (make_key_account(responsible_unit=unit) for _number in range(2))
	invoice(first, 100, f"{YEAR - 1}-06-30")
	invoice(first, 60, f"{YEAR}-06-30")
	invoice(second, 70, f"{YEAR}-06-30")
	visit(first, f"{YEAR}-04-01", 80)
	visit(second, f"{YEAR}-04-01", 100)
	[row] = assessment(group_by="Unit", responsible_unit=unit)[1]
	assert (row["accounts"], row["revenue"], row["growth"], row["satisfaction"]) == (2, 130, 30, 90)
	assert row["label"] == frappe.db.get_value("Department", unit, "department_name")


def test_readers_see_their_accounts(account, as_user):
	user = make_user("KAM User")
	own = make_key_account(account_manager=user)
	with as_user(user):
		for report in (assessment, kpis):
			assert [row["group"] for row in report()[1]] == [own.name]
			assert report(key_account=account.name)[1] == []


@pytest.mark.parametrize(
	("filters", "message"),
	[
		({"company": None}, "Choose a company"),
		({"group_by": "Moon"}, "Group By"),
		({"period_type": "Weekly"}, "Period"),
	],
)
def test_bad_filters(filters, message):
	with pytest.raises(frappe.ValidationError, match=message):
		assessment(**filters)


def kpis(**filters):
	filters = {"company": company(), "from_date": f"{YEAR}-01-01", "to_date": f"{YEAR}-12-31"} | filters
	return key_account_kpis.execute(filters)


class TestKeyFigures:
	def row(self, account):
		return next(row for row in kpis()[1] if row["group"] == account.name)

	@pytest.mark.parametrize(
		("sold", "satisfaction", "lights"),
		[(115, 90, ("Green", "Green")), (114, 81, ("Yellow", "Yellow")), (100, 80, ("Red", "Red"))],
	)
	def test_lights_against_the_targets(self, account, sold, satisfaction, lights):
		invoice(account, 100, f"{YEAR - 1}-06-30")
		invoice(account, sold, f"{YEAR}-06-30")
		visit(account, f"{YEAR}-04-01", satisfaction)
		row = self.row(account)
		assert (row["growth_light"], row["satisfaction_light"]) == lights
		assert row["renewal_rate"] is None and row["renewal_rate_light"] is None

	def test_targets_are_settings(self, account):
		visit(account, f"{YEAR}-04-01", 85)
		assert self.row(account)["satisfaction_light"] == "Yellow"
		frappe.db.set_single_value("KAM Settings", "satisfaction_target", 85)
		frappe.clear_document_cache("KAM Settings", "KAM Settings")
		assert self.row(account)["satisfaction_light"] == "Green"
		labels = {column["fieldname"]: column["label"] for column in kpis()[0]}
		assert labels["satisfaction"] == "Satisfaction (≥ 85 %)"

	def test_period_is_one(self):
		with pytest.raises(frappe.ValidationError, match="must not lie before"):
			kpis(to_date=f"{YEAR - 1}-01-01")

	@pytest.mark.parametrize("group_by", ["Account", "Manager", "Unit", "Tier"])
	def test_every_grouping(self, account, group_by):
		rows = kpis(group_by=group_by)[1]
		assert sum(row["accounts"] for row in rows) >= 1
		assert all(row["label"] for row in rows)


class TestNotices:
	def told(self, user):
		return frappe.get_all("Notification Log", {"for_user": user}, ["subject", "link"])

	def test_account_managers_are_told_once_after_the_period(self):
		user = make_user("KAM User")
		make_key_account(account_manager=user)
		assert assessment_notices.tell_of_periods(getdate("2097-04-04"), 5) == 0
		assert assessment_notices.tell_of_periods(getdate("2097-04-05"), 5) > 0
		assert assessment_notices.tell_of_periods(getdate("2097-04-05"), 5) == 0
		[log] = self.told(user)
		assert "quarterly assessment" in log.subject
		assert log.link == "/app/query-report/Key%20Account%20Assessment?period_type=Quarterly&day=2097-03-31"

	@pytest.mark.parametrize(("day", "word"), [("2097-03-05", "monthly"), ("2098-01-05", "annual")])
	def test_the_longest_period_counts(self, day, word):
		manager = make_user("KAM Manager")
		assessment_notices.tell_of_periods(getdate(day), 5)
		assert word in self.told(manager)[0].subject

	def test_in_the_readers_language(self):
		manager = make_user("KAM Manager", language="zh")
		assessment_notices.tell_of_periods(getdate("2097-03-05"), 5)
		assert "考核" in self.told(manager)[0].subject
