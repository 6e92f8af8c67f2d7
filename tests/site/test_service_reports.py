"""Reports about complaints and satisfaction: figures, readers, groups (R51, R52, R68)."""

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.kam_extension.report.key_account_complaints import key_account_complaints as complaints
from kam_extension.kam_extension.report.key_account_satisfaction import (
	key_account_satisfaction as satisfaction,
)
from tests.site.factories import insert, make_key_account, make_user
from tests.site.service_setup import make_issue

PERIOD = {"from_date": "2025-01-01", "to_date": "2025-12-31"}


@pytest.fixture
def account(site):
	return make_key_account()


def survey(account, sent: str, percent: float | None = None, **fields):
	"""An invitation of a day; answered on the same day when `percent` is given."""
	document = insert("Satisfaction Survey", key_account=account.name, recipient="someone@example.com")
	values = {"status": "Sent", "sent_on": f"{sent} 23:59:59"}
	if percent is not None:
		values |= {"status": "Answered", "answered_on": f"{sent} 23:59:59", "satisfaction": percent}
	document.db_set(values | fields)
	return document


def rate(document, dimension: str, rating: int) -> None:
	row = frappe.new_doc("Satisfaction Survey Answer")
	row.update({"dimension": dimension, "rating": rating, "parent": document.name, "parentfield": "answers"})
	row.parenttype = document.doctype
	row.db_insert()


class TestComplaints:
	def rows(self, **filters) -> dict:
		_columns, rows, _message, chart = complaints.execute(PERIOD | filters)
		return {row["key_account"]: row for row in rows} | {"chart": chart}

	def test_figures_and_chart(self, account):
		first = make_issue(account.customer, opening_date="2025-01-01", opening_time="08:00:00")
		make_issue(account.customer, opening_date="2025-12-31", kam_repeat_of=first.name)
		make_issue(account.customer, opening_date="2026-01-01")
		first.db_set({"status": "Closed", "kam_solved_on": "2025-01-02 08:00:00"})
		found = self.rows(key_account=account.name)
		row = found[account.name]
		assert (row["complaints"], row["open"], row["repeats"]) == (2, 1, 1)
		assert (row["resolution_rate"], row["repeat_rate"], row["solution_hours"]) == (50, 50, 24)
		assert row["response_hours"] is None
		data = found["chart"]["data"]
		assert data["labels"] == ["2025-01", "2025-12"]
		assert [one["values"] for one in data["datasets"]] == [[1, 1], [1, 0]]

	def test_filters(self, account):
		make_issue(account.customer, opening_date="2025-05-01")
		assert account.name in self.rows(tier="A")
		assert account.name not in self.rows(tier="B")
		assert account.name not in self.rows(account_manager=make_user("KAM User"))

	def test_sales_see_their_own_accounts(self, account, as_user):
		user = make_user("KAM User")
		own = make_key_account(account_manager=user)
		for one in (account, own):
			make_issue(one.customer, opening_date="2025-05-01")
		with as_user(user):
			found = self.rows()
		assert own.name in found and account.name not in found
		assert sum(found["chart"]["data"]["datasets"][0]["values"]) == 1

	def test_a_period_runs_forward(self):
		with pytest.raises(frappe.ValidationError, match="From Date"):
			complaints.execute({"from_date": "2026-01-01", "to_date": "2025-01-01"})

	def test_the_period_is_a_year_by_default(self):
		from kam_extension.kam_extension.report.periods import period_of

		found = period_of(frappe._dict(to_date="2025-12-31"))
		assert found == (getdate("2025-01-01"), getdate("2025-12-31"))


class TestSatisfaction:
	def rows(self, group_by: str, **filters) -> list[dict]:
		return satisfaction.execute(PERIOD | {"group_by": group_by} | filters)[1]

	def test_by_month(self, account):
		survey(account, "2025-03-01", 100, nps=10)
		survey(account, "2025-03-31", 60, nps=6, is_low=1)
		survey(account, "2025-03-15")
		survey(account, "2025-04-01")
		survey(account, "2026-01-01", 20, nps=0)
		march, april = self.rows("Month", key_account=account.name)
		assert (march["group"], march["sent"], march["answers"]) == ("2025-03", 3, 2)
		assert (march["answer_rate"], march["satisfaction"], march["nps"], march["low"]) == (66.67, 80, 0, 1)
		assert march["target"] == 90
		assert (april["answers"], april["satisfaction"], april["nps"]) == (0, None, None)

	def test_by_dimension(self, account):
		document = survey(account, "2025-03-01", 100)
		rate(document, "Delivery", 5)
		rate(survey(account, "2025-12-31", 100), "Delivery", 2)
		rate(survey(account, "2026-01-01", 100), "Delivery", 1)
		[row] = self.rows("Dimension", key_account=account.name)
		assert (row["group"], row["answers"], row["satisfaction"]) == ("Delivery", 2, 70)

	def test_by_tier_and_account(self, account):
		other = make_key_account(account_manager=account.account_manager)
		survey(account, "2025-03-01", 100, tier="A")
		survey(other, "2025-03-01", 60, tier="C")
		tiers = {row["group"]: row["satisfaction"] for row in self.rows("Tier", key_account=other.name)}
		assert tiers == {"C": 60}
		names = {row["group"]: row["satisfaction"] for row in self.rows("Key Account")}
		assert names[account.customer_name] == 100 and names[other.customer_name] == 60

	def test_sales_see_their_own_accounts(self, account, as_user):
		user = make_user("KAM User")
		own = make_key_account(account_manager=user)
		survey(account, "2025-03-01", 20)
		survey(own, "2025-03-01", 100)
		with as_user(user):
			[row] = self.rows("Month")
		assert (row["sent"], row["satisfaction"]) == (1, 100)

	def test_the_chart_holds_what_is_known(self, account):
		survey(account, "2025-03-01", 100)
		survey(account, "2025-04-01")
		chart = satisfaction.execute(PERIOD | {"key_account": account.name})[3]
		assert chart["data"]["labels"] == ["2025-03"]
		assert [one["values"] for one in chart["data"]["datasets"]] == [[100]]
		assert [one["value"] for one in chart["data"]["yMarkers"]] == [90]

	def test_an_unknown_group_is_refused(self):
		with pytest.raises(frappe.ValidationError, match="choose Month"):
			satisfaction.execute({"group_by": "owner"})
