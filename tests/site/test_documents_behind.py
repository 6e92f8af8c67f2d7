"""The documents behind a number of a Tier Review: which, for whom, and that they are the number (R14, R18, R82)."""

import frappe
import pytest
from frappe.utils import add_days

from kam_extension.integration.evidence import documents_behind as module
from kam_extension.integration.evidence.documents_behind import documents_behind
from kam_extension.policy.codes import Metric
from tests.site.books import AS_OF, YEAR_START, invoice, issue, listed_item, order, pay, stock_in
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_invoice, make_user
from tests.site.visibility_setup import make_member

CRITERIA = [
	{"metric": metric, "higher_is_better": 1, "points_4": 3, "points_3": 2, "points_2": 1, "weight": 1}
	for metric in Metric
]


@pytest.fixture
def account(site):
	tiers = [{"account_class": "Major", "tier": "A", "min_score": 14}]
	make_policy(criteria=CRITERIA, tiers=tiers, price_action="Off", margin_action="Off", credit_action="Off")
	return make_key_account(tier="B")


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


def review_of(account):
	values = {"key_account": account.name, "as_of_date": AS_OF, "proposed_tier": "A", "reason": "Judged"}
	return frappe.get_doc({"doctype": "Tier Review", **values}).insert()


def listed(review, metric: str, **options) -> list[tuple]:
	return [
		(row["name"], *row["amounts"])
		for row in documents_behind(review.name, metric, **options)["documents"]
	]


def test_the_largest_first_with_their_total(account, item):
	small, large = order(account, item, 1, 100), order(account, item, 5, 100, YEAR_START)
	order(account, item, 9, 100, add_days(YEAR_START, -1))
	review = review_of(account)
	page = documents_behind(review.name, "contract_amount")
	assert page["documents"] == [
		{"doctype": "Sales Order", "name": large.name, "date": str(YEAR_START), "amounts": [500]},
		{"doctype": "Sales Order", "name": small.name, "date": str(AS_OF), "amounts": [100]},
	]
	assert (page["total"], page["hidden"], page["value"], page["recorded"]) == (2, 0, 600, None)
	assert page["columns"] == [{"label": "Net Amount", "unit": "money", "total": 600}]
	assert page["currency"] == "CNY"


def test_every_number_of_the_review_can_be_opened(account, item):
	order(account, item, 1, 100)
	pay(invoice(account, item, 1, 100, add_days(AS_OF, -40), due=add_days(AS_OF, -5)), 30, AS_OF)
	issue(account, AS_OF)
	review = review_of(account)
	for row in review.points:
		page = documents_behind(review.name, row.metric)
		assert page["recorded"] is None, row.metric
		assert page["value"] == (None if row.is_unknown else pytest.approx(row.value)), row.metric


def test_an_invoice_in_each_number(account, item):
	sold = invoice(account, item, 1, 100, add_days(AS_OF, -40), due=add_days(AS_OF, -5))
	pay(sold, 30, AS_OF)
	review = review_of(account)
	amounts = {
		"revenue": (100,),
		"revenue_growth": (100, 0),
		"receivable_balance": (70,),
		"overdue_days_max": (5, 70),
		"on_time_payment_share": (0, 100),
	}
	assert {metric: listed(review, metric) for metric in amounts} == {
		metric: [(sold.name, *counted)] for metric, counted in amounts.items()
	}


def test_figures_are_those_of_the_reviews_date(account, item):
	sold = invoice(account, item, 1, 100, add_days(AS_OF, -40))
	review = review_of(account)
	pay(sold, 100, add_days(AS_OF, 1))
	assert listed(review, "receivable_balance") == [(sold.name, 100)]


def test_it_says_when_documents_have_changed_since(account, item):
	placed = order(account, item, 1, 100)
	review = review_of(account)
	placed.cancel()
	page = documents_behind(review.name, "contract_amount")
	assert (page["documents"], page["value"], page["recorded"]) == ([], 0, 100)


def test_pages(account, item, monkeypatch):
	monkeypatch.setattr(module, "PAGE_LENGTH", 2)
	for quantity in (1, 2, 3):
		order(account, item, quantity, 100)
	review = review_of(account)
	assert [amount for _name, amount in listed(review, "contract_amount")] == [300, 200]
	assert [amount for _name, amount in listed(review, "contract_amount", start=2)] == [100]
	assert documents_behind(review.name, "contract_amount", start=2)["total"] == 3


class TestReaders:
	def test_documents_that_one_may_not_read_are_counted_not_shown(self, account, item, as_user):
		paid = pay(invoice(account, item, 1, 100), 30, AS_OF)
		review = review_of(account)
		with as_user(make_member(account.name)):
			page = documents_behind(review.name, "collected")
		assert (page["documents"], page["total"], page["hidden"], page["value"]) == ([], 0, 1, 30)
		assert page["link"] is None
		with as_user(make_user("KAM Finance")):
			assert listed(review, "collected") == [(paid.name, 30)]

	def test_user_permissions_hide_single_documents(self, account, item, as_user):
		order(account, item, 1, 100)
		review = review_of(account)
		user, other = make_member(account.name), make_key_account()
		permission = {"doctype": "User Permission", "user": user, "allow": "Customer"}
		frappe.get_doc(
			permission
			| {"for_value": other.customer, "applicable_for": "Sales Order", "apply_to_all_doctypes": 0}
		).insert()
		with as_user(user):
			page = documents_behind(review.name, "contract_amount")
		assert (page["total"], page["hidden"]) == (0, 1)

	def test_who_may_not_read_the_review_gets_nothing(self, account, item, as_user):
		review = review_of(account)
		with as_user(make_user("Sales User")), pytest.raises(frappe.PermissionError):
			documents_behind(review.name, "contract_amount")

	def test_margin_is_for_those_who_may_read_cost(self, account, as_user):
		stocked = make_item(is_stock_item=1, valuation_rate=60).name
		stock_in(stocked, 20, 60)
		sold = make_sales_invoice(
			account.customer, [(stocked, 10, 100)], submit=True, posting_date=AS_OF, update_stock=1
		)
		review = review_of(account)
		with as_user(make_member(account.name)), pytest.raises(frappe.PermissionError, match="confidential"):
			documents_behind(review.name, "gross_margin")
		with as_user(make_user("KAM Manager")):
			assert listed(review, "gross_margin") == [(sold.name, 1000, 600)]

	def test_an_unknown_metric_is_refused(self, account):
		with pytest.raises(frappe.ValidationError, match="weather"):
			documents_behind(review_of(account).name, "weather")


def test_the_list_behind_the_link_shows_the_same_documents(account, item):
	order(account, item, 1, 100)
	order(account, item, 1, 100, add_days(AS_OF, 1))
	pay(invoice(account, item, 1, 100, add_days(AS_OF, -40), due=add_days(AS_OF, -5)), 30, AS_OF)
	issue(account, AS_OF)
	review = review_of(account)
	reports = set()
	for metric in Metric:
		page = documents_behind(review.name, metric)
		link = page["link"] or {"report": "none"}
		if link["report"]:
			reports.add((metric, link["report"]))
		elif metric not in ("gross_margin", "satisfaction"):
			names = frappe.get_list(link["doctype"], link["filters"], pluck="name")
			assert names == [row["name"] for row in page["documents"]], metric
	assert reports == {
		("receivable_balance", "Accounts Receivable"),
		("overdue_days_max", "Accounts Receivable"),
		("strategic_influence", "none"),
	}
