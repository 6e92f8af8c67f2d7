"""Metrics of the scorecard (R14) from orders, invoices and service documents, against hand-worked cases."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, add_months, nowdate

from kam_extension.integration.metrics import measure
from kam_extension.policy.codes import Metric
from tests.site.books import (
	AS_OF,
	OTHER_COMPANY,
	YEAR_START,
	answered_survey,
	credit_note,
	invoice,
	issue,
	listed_item,
	order,
	scope_of,
	stock_in,
	value,
	vat_row,
)
from tests.site.doors.pos import close_till, open_till, pos_invoice
from tests.site.factories import make_item, make_key_account, make_sales_invoice, make_visit_log


@pytest.fixture
def account(site):
	return make_key_account()


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


class TestRegistry:
	def test_every_metric_can_be_measured(self, account):
		measured = measure(list(Metric), scope_of(account))
		assert set(measured) == set(Metric)
		assert all(set(values) == {account.name} for values in measured.values())

	def test_an_account_without_any_document(self, account):
		measured = measure(list(Metric), scope_of(account))
		unknown = {metric for metric, values in measured.items() if values[account.name] is None}
		assert unknown == {
			"revenue_growth", "gross_margin", "on_time_payment_share", "price_premium", "tenure_months",
			"satisfaction", "strategic_influence",
		}  # fmt: skip

	def test_an_unknown_metric_is_refused(self, account):
		with pytest.raises(ValueError, match="weather"):
			measure(["weather"], scope_of(account))


class TestOrders:
	def test_both_ends_of_the_year_count(self, account, item):
		order(account, item, 1, 100, add_days(YEAR_START, -1))
		order(account, item, 1, 20, YEAR_START)
		order(account, item, 1, 3, AS_OF)
		order(account, item, 1, 4000, add_days(AS_OF, 1))
		assert value("contract_amount", account) == 23
		assert value("order_count", account) == 2

	def test_drafts_and_cancelled_orders_do_not_count(self, account, item):
		order(account, item, 1, 100, submit=False)
		order(account, item, 1, 100).cancel()
		assert value("contract_amount", account) == 0
		assert value("order_count", account) == 0
		assert value("tenure_months", account) is None

	def test_other_companies_and_internal_orders_do_not_count(self, account, item):
		order(account, item, 1, 100).db_set("company", OTHER_COMPANY)
		order(account, item, 1, 100).db_set("is_internal_customer", 1)
		assert value("contract_amount", account) == 0
		assert value("tenure_months", account) is None

	def test_foreign_orders_count_in_company_currency(self, account, item):
		order(account, item, 2, 100, currency="USD", conversion_rate=7, plc_conversion_rate=1)
		assert value("contract_amount", account) == 1400

	def test_a_closed_order_counts_with_its_fulfilled_share(self, account, item):
		closed = order(account, item, 4, 10, currency="USD", conversion_rate=10, plc_conversion_rate=1)
		closed.db_set({"status": "Closed", "per_billed": 25, "per_delivered": 75})
		assert value("contract_amount", account) == 300
		assert value("order_count", account) == 1

	def test_tax_is_not_contract_amount(self, account, item):
		order(account, item, 1, 100, taxes=[vat_row()])
		assert value("contract_amount", account) == 100

	@pytest.mark.parametrize(("day_shift", "months"), [(0, 12), (1, 11)])
	def test_tenure_counts_full_months(self, account, item, day_shift, months):
		order(account, item, 1, 1, add_days(add_months(AS_OF, -12), day_shift))
		order(account, item, 1, 1, AS_OF)
		assert value("tenure_months", account) == months


class TestInvoices:
	def test_credit_notes_lower_revenue(self, account, item):
		sold = invoice(account, item, 10, 100)
		credit_note(sold, 4, AS_OF)
		assert value("revenue", account) == 600

	def test_opening_internal_and_foreign_company_invoices_are_no_revenue(self, account, item):
		invoice(account, item, 1, 100).db_set("is_opening", "Yes")
		invoice(account, item, 1, 100).db_set("is_internal_customer", 1)
		invoice(account, item, 1, 100).db_set("company", OTHER_COMPANY)
		invoice(account, item, 1, 100).cancel()
		assert value("revenue", account) == 0

	def test_invoices_count_in_company_currency_and_without_tax(self, account, item):
		dollars = {"currency": "USD", "conversion_rate": 7, "plc_conversion_rate": 1}
		order(account, item, 1, 100, **dollars)
		assert value("contract_amount", account) == 700
		invoice(account, item, 2, 50, taxes=[vat_row()])
		invoice(account, item, 1, 113, taxes=[vat_row(included=1)])
		assert value("revenue", account) == 200

	def test_an_amended_invoice_counts_once(self, account, item):
		cancelled = invoice(account, item, 1, 100)
		cancelled.cancel()
		amended = frappe.copy_doc(cancelled)
		amended.update({"amended_from": cancelled.name, "docstatus": 0, "posting_date": AS_OF})
		amended.set_posting_time = 1
		amended.items[0].rate = 80
		amended.insert().submit()
		assert value("revenue", account) == 80

	def test_a_credit_note_counts_in_its_own_year(self, account, item):
		sold = invoice(account, item, 10, 100, add_days(YEAR_START, -1))
		credit_note(sold, 3, YEAR_START)
		assert value("revenue", account) == -300

	def test_a_sale_of_a_till_counts_once_its_shift_is_closed(self, account, item):
		till = open_till()
		frappe.get_doc(
			pos_invoice(till, account.customer, [(item, 3, 100)], update_stock=0)
		).insert().submit()
		assert (value("revenue", account, nowdate()), value("collected", account, nowdate())) == (0, 0)
		close_till(till)
		assert (value("revenue", account, nowdate()), value("collected", account, nowdate())) == (300, 300)

	def test_growth_compares_with_the_twelve_months_before(self, account, item):
		invoice(account, item, 1, 5000, add_days(add_months(AS_OF, -24), 0))
		invoice(account, item, 1, 200, add_days(YEAR_START, -1))
		invoice(account, item, 1, 230, YEAR_START)
		assert value("revenue_growth", account) == 15

	def test_margin_leaves_rows_of_unknown_cost_out(self, account, item):
		sold = make_sales_invoice(
			account.customer, [(item, 10, 100), (item, 1, 5000)], submit=True, posting_date=AS_OF
		)
		frappe.db.set_value("Sales Invoice Item", sold.items[0].name, "incoming_rate", 75)
		assert value("gross_margin", account) == 25

	def test_margin_takes_the_cost_of_stock_that_was_valued(self, account):
		stocked = make_item(is_stock_item=1, valuation_rate=60).name
		stock_in(stocked, 20, 60)
		make_sales_invoice(
			account.customer, [(stocked, 10, 100)], submit=True, posting_date=AS_OF, update_stock=1
		)
		assert value("gross_margin", account) == 40


class TestService:
	def test_issues_of_the_year_and_company(self, account):
		for day in (add_days(YEAR_START, -1), YEAR_START, AS_OF, add_days(AS_OF, 1)):
			issue(account, day)
		issue(account, AS_OF).db_set("company", OTHER_COMPANY)
		assert value("complaint_count", account) == 2

	def test_satisfaction_is_the_mean_of_completed_visits_that_asked(self, account):
		for rating, status in ((90, "Completed"), (81, "Completed"), (0, "Completed"), (10, "Cancelled")):
			visit = make_visit_log(account.name, visit_date=AS_OF, status=status, discussion="Talked")
			visit.db_set("satisfaction", rating)
		assert value("satisfaction", account) == Decimal("85.5")

	def test_questions_and_requests_are_no_complaints(self, account):
		for kind in ("", "Complaint", "Question", "Request"):
			issue(account, AS_OF, kam_kind=kind)
		assert value("complaint_count", account) == 2

	def test_satisfaction_counts_surveys_of_the_year_like_visits(self, account):
		visit = make_visit_log(account.name, visit_date=AS_OF, status="Completed", discussion="Talked")
		visit.db_set("satisfaction", 90)
		for day, percent in (
			(add_days(YEAR_START, -1), 20), (YEAR_START, 80), (AS_OF, 40), (add_days(AS_OF, 1), 20),
		):  # fmt: skip
			answered_survey(account, day, percent)
		assert value("satisfaction", account) == 70

	@pytest.mark.parametrize(("judged", "measured"), [(3, 3), (0, None)])
	def test_strategic_influence_is_the_managers(self, account, judged, measured):
		account.db_set("strategic_influence", judged)
		assert value("strategic_influence", account) == measured
