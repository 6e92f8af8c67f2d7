"""Quotations and draft orders close to the next rebate band, on the Tier Watch List (R76, R37)."""

import pytest
from frappe.utils import add_days, getdate, nowdate

from tests.site.factories import (
	make_item,
	make_policy,
	make_quotation,
	make_rebate_agreement,
	make_sales_order,
	make_user,
)
from tests.site.watch_setup import make_account, rows_of


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy(price_action="Off", margin_action="Off", unknown_cost_action="Off")


@pytest.fixture
def salesperson(site):
	return make_user("KAM User", "Sales User")


class TestRebateBands:
	@pytest.fixture
	def item(self):
		return make_item(cost=10, list_price=1000).name

	@pytest.fixture
	def account(self, salesperson):
		account = make_account(account_manager=salesperson)
		make_rebate_agreement(account.name, submit=True)
		return account

	def bands(self, account) -> list[dict]:
		return rows_of(account, subject="Rebate Band")

	def test_an_open_quotation_below_a_band(self, account, item):
		quotation = make_quotation(account.customer, [(item, 190, 1000)], submit=True)
		[row] = self.bands(account)
		assert (row["document_type"], row["document"]) == ("Quotation", quotation.name)
		assert (row["value"], row["threshold"], row["gap"]) == (190_000, 200_000, 10_000)
		assert (row["closeness"], row["target_text"], row["until"]) == (
			5,
			"5 % → 8 %",
			getdate(quotation.valid_till),
		)

	def test_a_draft_order_without_a_date(self, account, item):
		order = make_sales_order(account.customer, [(item, 199, 1000)])
		[row] = self.bands(account)
		assert (row["document"], row["gap"], row["until"]) == (order.name, 1000, None)

	def test_what_is_decided_or_over_is_not_shown(self, account, item):
		lines = [(item, 190, 1000)]
		make_sales_order(account.customer, lines, submit=True)
		lost = make_quotation(account.customer, lines, submit=True)
		lost.db_set("status", "Lost")
		expired = make_quotation(account.customer, lines)
		expired.db_set("valid_till", add_days(nowdate(), -1))
		make_quotation(account.customer, [(item, 1000, 1000)])
		assert self.bands(account) == []

	def test_nothing_is_owed_without_an_agreement_on_the_ladder(self, item):
		account = make_account()
		make_quotation(account.customer, [(item, 190, 1000)])
		assert self.bands(account) == []
		make_rebate_agreement(account.name, submit=True, rate_source="Special", special_rate=6)
		assert self.bands(account) == []

	def test_an_agreement_on_one_quotation_covers_its_order(self, item):
		account = make_account()
		quotation = make_quotation(account.customer, [(item, 100, 1000)], submit=True)
		make_rebate_agreement(
			account.name,
			submit=True,
			orders=[{"reference_doctype": "Quotation", "reference_name": quotation.name}],
		)
		other = make_sales_order(account.customer, [(item, 190, 1000)])
		order = make_sales_order(account.customer, [(item, 190, 1000, {"prevdoc_docname": quotation.name})])
		assert {row["document"] for row in self.bands(account)} == {quotation.name, order.name}
		assert other.name not in {row["document"] for row in self.bands(account)}

	def test_rates_are_not_told_to_sales(self, account, item, as_user, salesperson):
		make_quotation(account.customer, [(item, 190, 1000)])
		with as_user(salesperson):
			[row] = self.bands(account)
		assert (row["gap"], row["target_text"]) == (10_000, "Next Band")
		assert {"rate", "next_rate"}.isdisjoint(row)
