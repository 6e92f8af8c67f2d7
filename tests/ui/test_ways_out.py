"""A refusal shows the ways out and they work: passing prices, an exception for Update Items, the record (R26–R30)."""

import frappe
import pytest
from playwright.sync_api import expect

from tests.site.factories import make_customer, make_sales_order
from tests.ui.market import COST, FAILING_RATE, PASSING_NET, QUANTITY, acting_as, failing_order, make_market

SHOWN_COLUMNS = "() => cur_frm.fields_dict.items.grid.visible_columns.map(([column]) => column.fieldname)"
RATES = "() => cur_frm.doc.items.map((row) => [row.rate, row.kam_floor_rate])"
PASSING_RATE = 117.04
PASSING_UPDATE = 130


@pytest.fixture
def seller(person) -> str:
	return person("KAM User", "Sales User")


@pytest.fixture
def executive(person) -> str:
	return person("KAM Executive")


@pytest.fixture
def market(seed, seller):
	with seed():
		return make_market(seller)


def refused_submit(window, order: str) -> str:
	window.open("sales-order", order)
	window.press("Submit")
	window.confirm()
	return window.dialog_text()


def test_apply_passing_prices_lets_the_order_through(desk, seed, seller, market):
	with seed():
		order = failing_order(market, seller)
	window = desk(seller)
	refusal = refused_submit(window, order)
	assert PASSING_NET in refusal
	assert f"Row 1, {market.item}: CNY {PASSING_RATE} instead of CNY {FAILING_RATE}.00" in refusal

	window.press("Apply Passing Prices")
	expect(window.panel()).to_contain_text("Pass")
	assert window.page.evaluate(RATES) == [[PASSING_RATE, PASSING_RATE]]
	assert window.status() == "Not Saved"  # the user looks and saves
	window.press("Save")
	window.press("Submit")
	window.confirm()
	assert window.status() == "To Deliver and Bill"
	expect(window.panel().get_by_role("link", name="Why?")).to_be_visible()


def test_the_panel_marks_the_row_and_applies_the_price(desk, seed, seller, market):
	with seed():
		order = failing_order(market, seller)
	window = desk(seller)
	window.open("sales-order", order)
	row = window.field("items").locator(".grid-row[data-idx='1']").first
	expect(row.locator("[data-fieldname='kam_floor_rate']").first).to_have_text(str(PASSING_RATE))
	expect(window.field("items").locator(".kam-below-floor")).to_have_count(1)
	window.panel().get_by_role("button", name="Apply Passing Prices").click()
	expect(window.panel()).to_contain_text("Pass")
	expect(window.field("items").locator(".kam-below-floor")).to_have_count(0)


def test_the_panel_of_a_suspended_account_offers_no_exception(desk, seed, seller, market):
	with seed():
		order = failing_order(market, seller)
		frappe.db.set_value("Key Account", {"customer": market.customer}, "status", "Suspended")
	window = desk(seller)
	window.open("sales-order", order)
	expect(window.panel()).to_contain_text("The key account is suspended")
	expect(window.panel()).to_contain_text("lift the suspension")
	expect(window.page.get_by_role("button", name="Request Price Exception")).to_have_count(0)


def test_the_column_is_for_key_accounts_only(desk, seed, seller, market):
	with seed():
		plain_customer = make_customer().name
		with acting_as(seller):
			key_order, plain_order = (
				make_sales_order(customer, [(market.item, 1, 130)]).name
				for customer in (market.customer, plain_customer)
			)
	window = desk(seller)
	window.open("sales-order", key_order)
	expect(window.panel()).to_contain_text("Pass")
	assert "kam_floor_rate" in window.page.evaluate(SHOWN_COLUMNS)
	window.page.evaluate("name => frappe.set_route('Form', 'Sales Order', name)", plain_order)
	window.page.wait_for_function("name => cur_frm.docname === name", arg=plain_order)
	window.settle()
	assert "kam_floor_rate" not in window.page.evaluate(SHOWN_COLUMNS)
	expect(window.panel()).to_be_hidden()


def test_update_items_is_refused_asked_for_approved_and_done(desk, seed, seller, executive, market):
	with seed(), acting_as(seller):
		order = make_sales_order(market.customer, [(market.item, QUANTITY, PASSING_UPDATE)], submit=True).name
	window = desk(seller)
	refusal = update_rate(window, order, FAILING_RATE)
	assert f"Row 1, {market.item}: CNY {PASSING_RATE}" in refusal
	assert "Apply Passing Prices" not in refusal
	window.press("Request Price Exception")
	window.page.locator(".modal.show textarea:visible").fill("Lost otherwise")
	window.press("Request Approval")
	assert "update the items again" in window.dialog_text()
	exception = window.page.locator(".modal.show a[href*='price-exception']").inner_text()

	approving = desk(executive)
	approving.open("price-exception", exception)
	approving.menu("Actions", "Approve")
	expect(approving.page.locator(".page-head:visible .indicator-pill").first).to_have_text("Approved")

	update_rate(window, order, FAILING_RATE, is_refused=False)
	window.open("sales-order", order)
	expect(window.panel()).to_contain_text("Excepted")
	assert window.page.evaluate("() => cur_frm.doc.items[0].rate") == FAILING_RATE
	expect(window.panel()).to_contain_text("Blocked")  # the refused attempt is one of the other decisions


def update_rate(window, order: str, rate: float, is_refused: bool = True) -> str:
	"""Type a rate into the first row of Update Items; returns what the desk says."""
	window.open("sales-order", order)
	window.press("Update Items")
	cell = window.page.locator(
		".modal.show .grid-row[data-idx='1'] .grid-static-col[data-fieldname='rate']"
	).first
	cell.click()
	cell.locator("input").fill(str(rate))
	cell.locator("input").blur()
	window.page.locator(".modal.show .btn-modal-primary:visible").click()
	window.settle()
	return window.dialog_text() if is_refused else ""


def test_the_record_of_a_refusal_is_a_page_that_each_reads_by_his_rights(
	desk, seed, seller, executive, market
):
	with seed():
		order = failing_order(market, seller)
	window = desk(seller)
	refused_submit(window, order)
	window.open("sales-order", order)
	window.panel().get_by_role("link", name="Blocked").click()
	window.settle()
	page = window.field("page")
	expect(page).to_contain_text(f"Sales Order {order} was refused.")
	expect(page).to_contain_text(f"it must be at least CNY {PASSING_NET}")
	assert f"{COST:,.2f}" not in page.inner_text()
	route = window.page.url.split("/app/")[1].split("/")

	entitled = desk(executive)
	entitled.open(*route)
	expect(entitled.field("page")).to_contain_text("C + C·m + R + O")
	expect(entitled.field("page")).to_contain_text(f"{COST:,.2f}")
