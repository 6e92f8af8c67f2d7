"""A salesperson sells below the margin: warned while typing, stopped at submit, shown the way out (R26, R27, R30, R82)."""

import pytest
from playwright.sync_api import expect

from tests.site.factories import make_customer
from tests.ui.market import COST, FAILING_RATE, PASSING_NET, QUANTITY, make_market

IN_TWO_WEEKS = "() => frappe.datetime.str_to_user(frappe.datetime.add_days(frappe.datetime.get_today(), 14))"
REASON = "The next two phases of the project follow at list price."


@pytest.fixture
def seller(request, person) -> str:
	return person(*getattr(request, "param", ["KAM User"]))


@pytest.fixture
def market(seed, seller):
	with seed():
		return make_market(seller)


def type_order(window, market, rate: float) -> None:
	window.open("sales-order", "new")
	window.choose("customer", market.customer)
	window.fill("delivery_date", window.page.evaluate(IN_TWO_WEEKS))
	window.type_in_row("items", 1, "item_code", market.item)
	window.type_in_row("items", 1, "qty", str(QUANTITY))
	window.type_in_row("items", 1, "rate", str(rate))


@pytest.mark.parametrize(
	"seller",
	[["KAM User"], ["KAM User", "Sales User"]],
	indirect=True,
	ids=["kam-role-only", "with-sales-role"],
)
def test_order_below_margin_is_stopped_and_an_exception_asked_for(desk, seller, market):
	window = desk(seller)
	type_order(window, market, FAILING_RATE)
	expect(window.panel()).to_contain_text("Blocked")
	expect(window.panel()).to_contain_text(PASSING_NET)
	window.press("Save")
	expect(window.panel()).to_contain_text("Blocked")

	window.press("Submit")
	window.confirm()
	refusal = window.dialog_text()
	assert "Stopped by the Key Account Policy" in refusal
	assert f"Row 1, {market.item}: the net rate is" in refusal
	assert PASSING_NET in refusal
	assert "request a Price Exception" in refusal
	assert_no_cost(refusal)
	assert_no_cost(window.panel().inner_text())

	window.press("Request Price Exception")
	window.page.locator(".modal.show textarea:visible").fill(REASON)
	window.press("Request Approval")
	exception = window.page.locator(".modal.show a[href*='price-exception']")
	expect(exception).to_be_visible()
	exception.click()
	window.settle()
	assert window.status() == "Pending Approval"
	expect(window.field("reason")).to_contain_text(REASON)
	expect(window.page.locator(".page-container:visible .form-message").first).to_contain_text(
		"KAM Executive"
	)
	assert_no_cost(window.page.locator(".page-container:visible").inner_text())


def test_raising_the_price_to_what_the_panel_says_lets_the_order_through(desk, seller, market):
	window = desk(seller)
	type_order(window, market, FAILING_RATE)
	lowest = window.panel().locator(".kam-panel-rows tbody td").last.inner_text().split()[-1]
	window.type_in_row("items", 1, "rate", lowest)
	expect(window.panel()).to_contain_text("Pass")
	window.press("Save")
	window.press("Submit")
	window.confirm()
	assert window.status() == "To Deliver and Bill"
	expect(window.panel()).to_contain_text("Pass")


def assert_no_cost(text: str) -> None:
	for figure in (f"{COST:,.2f}", f"{COST * QUANTITY:,.2f}"):
		assert figure not in text
	assert "markup on cost" not in text.lower()
	assert "Actual Markup" not in text


def test_tier_price_and_account_arrive_with_the_customer(desk, seller, market):
	window = desk(seller)
	window.open("quotation", "new")
	window.choose("party_name", market.customer)
	stamped = window.page.evaluate("() => [cur_frm.doc.kam_key_account, cur_frm.doc.kam_tier]")
	assert stamped == [market.key_account, "A"]
	window.type_in_row("items", 1, "item_code", market.item)
	assert window.page.evaluate("() => cur_frm.doc.items[0].rate") == 117  # 10 % below the list price of 130
	expect(window.panel()).to_contain_text("Blocked")  # 117.00 is less than 97.53 and 20 % on it


def test_no_panel_and_no_call_for_customers_who_are_no_key_account(desk, seed, seller, market):
	with seed():
		customer = make_customer().name
	window = desk(seller)
	calls = []
	window.page.on("request", lambda request: calls.append(request.url))
	window.open("sales-order", "new")
	window.choose("customer", customer)
	window.type_in_row("items", 1, "item_code", market.item)
	window.page.wait_for_timeout(1000)  # longer than the panel waits for the typing to pause
	expect(window.panel()).to_be_hidden()
	assert not [url for url in calls if "kam_extension.api.preview" in url]


def test_panel_says_so_when_the_server_does_not_answer(desk, seller, market):
	window = desk(seller)
	type_order(window, market, FAILING_RATE)
	window.page.route("**/kam_extension.api.preview", lambda route: route.abort())
	window.type_in_row("items", 1, "rate", "110")
	expect(window.panel()).to_contain_text("could not be checked")
	assert not window.dialog_open()
	window.page.unroute("**/kam_extension.api.preview")
	window.press("Check Again")
	expect(window.panel()).to_contain_text("Blocked")
