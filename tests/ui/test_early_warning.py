"""One of an account's team raises a critical early warning; its next order is stopped at once (R54)."""

import pytest
from playwright.sync_api import expect

from tests.site.factories import make_sales_order
from tests.ui.market import LIST_PRICE, QUANTITY, acting_as, make_market


@pytest.fixture
def seller(person) -> str:
	return person("KAM User", "Sales User")


@pytest.fixture
def market(seed, seller):
	with seed():
		return make_market(seller)


@pytest.fixture
def order(seed, seller, market) -> str:
	"""A saved order at list price, which would pass."""
	with seed(), acting_as(seller):
		return make_sales_order(market.customer, [(market.item, QUANTITY, LIST_PRICE)]).name


def test_a_critical_early_warning_stops_the_next_order(desk, seller, market, order):
	window = desk(seller)
	window.open("key-account", market.key_account)
	window.press("Raise Early Warning")
	window.page.wait_for_url("**/risk-report/new-*")
	window.settle()
	expect(window.field("customer_name")).to_contain_text(market.customer)
	window.field("risk_level").locator("select").select_option("Critical")
	window.settle()
	window.press("Save")
	warning = window.page.locator(".page-container:visible").get_by_text("Submitting this report suspends")
	expect(warning).to_have_count(1)
	window.press("Submit")
	window.confirm()
	assert window.status() == "Open"

	window.open("key-account", market.key_account)
	expect(window.page.locator(".page-container:visible")).to_contain_text(
		"can neither order nor be delivered to"
	)

	window.open("sales-order", order)
	window.press("Submit")
	window.confirm()
	assert "The key account is suspended" in window.dialog_text()
	assert window.errors == []
