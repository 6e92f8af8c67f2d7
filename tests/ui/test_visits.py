"""A member of sales plans a visit, completes it in one dialog and follows it up (R45, R48)."""

from pathlib import Path

import frappe
import pytest
from frappe.utils import add_days, nowdate
from playwright.sync_api import expect

from tests.site.factories import make_visit_log
from tests.ui.market import make_market

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def seller(person) -> str:
	return person("KAM User")


@pytest.fixture
def market(seed, seller):
	with seed():
		return make_market(seller)


def serve_libraries(window) -> None:
	"""Frappe's calendar asks for a library beside the built assets, which a bench without them doesn't serve."""
	library = Path(frappe.__file__).parent / "public" / "js" / "lib"

	def answer(route):
		route.fulfill(path=library / route.request.url.split("/js/lib/")[1].partition("?")[0])

	window.page.route("**/assets/frappe/js/lib/**", answer)


def user_date(window, days: int) -> str:
	return window.page.evaluate(
		"days => frappe.datetime.str_to_user(frappe.datetime.add_days(frappe.datetime.get_today(), days))",
		days,
	)


def expect_status(window, status: str) -> None:
	indicator = window.page.locator(".page-head:visible .indicator-pill").first
	expect(indicator).to_have_text(status, timeout=20_000)


def ask(window, name: str):
	"""A field of the open dialog."""
	return window.page.locator(f".modal.show .frappe-control[data-fieldname='{name}']")


def complete(window, next_visit_in_days: int) -> int:
	"""Complete the open visit; how many fields had to be filled and buttons pressed."""
	window.press("Complete")
	ask(window, "discussion").locator("textarea").fill("Prices of next year")
	ask(window, "result").locator("select").select_option("Achieved")
	ask(window, "next_step").locator("textarea").fill("Send samples")
	box = ask(window, "next_visit_date").locator("input")
	box.fill(user_date(window, next_visit_in_days))
	box.press("Tab")
	window.press("Complete")
	return 6


def stored(seed, market) -> list[dict]:
	with seed():
		fields = ["name", "status", "result", "next_step", "purpose", "previous_visit", "visit_date"]
		return frappe.get_all("Visit Log", {"key_account": market.key_account}, fields, order_by="creation")


def test_planned_completed_and_followed_up(desk, seed, seller, market):
	window = desk(seller)
	window.open("visit-log", "new")
	window.choose("key_account", market.key_account)
	window.fill("purpose", "Prices")
	window.press("Save")
	expect_status(window, "Planned")

	assert complete(window, 30) <= 6
	expect_status(window, "Completed")
	[held, following] = stored(seed, market)
	assert (held["status"], held["result"], held["next_step"]) == ("Completed", "Achieved", "Send samples")
	assert (following["status"], following["previous_visit"], following["purpose"]) == (
		"Planned",
		held["name"],
		"Send samples",
	)

	window.press("Plan Next Visit")
	expect(window.field("key_account")).to_be_visible()
	assert window.page.evaluate("() => cur_frm.doc.previous_visit") == held["name"]
	assert window.page.evaluate("() => cur_frm.doc.purpose") == "Send samples"
	assert window.errors == []


def test_completed_on_a_phone(desk, seed, seller, market):
	with seed():
		visit = make_visit_log(market.key_account, visited_by=seller).name
	window = desk(seller)
	window.page.set_viewport_size(PHONE)
	window.open("visit-log", visit)
	width = window.page.evaluate("() => document.documentElement.scrollWidth")
	assert width <= PHONE["width"], "the form is wider than the screen"
	window.page.evaluate("() => cur_frm.custom_buttons[__('Complete')].click()")
	ask(window, "discussion").locator("textarea").fill("Called in")
	window.press("Complete")
	expect_status(window, "Completed")
	assert stored(seed, market)[0]["status"] == "Completed"


def test_an_action_is_on_the_list_of_whoever_does_it(desk, seed, seller, market, person):
	colleague = person("KAM User")
	with seed():
		make_visit_log(
			market.key_account,
			status="Completed",
			discussion="Prices",
			actions=[
				{
					"action": "Send the lab report",
					"responsible": colleague,
					"due_date": add_days(nowdate(), 3),
				}
			],
		)
	window = desk(colleague)
	window.open("todo")
	expect(window.page.locator(".result:visible")).to_contain_text("Send the lab report")


def test_the_calendar_shows_visits(desk, seed, seller, market):
	with seed():
		visit = make_visit_log(market.key_account, visited_by=seller, from_time="10:00", to_time="11:00")
		name = visit.customer_name
	window = desk(seller)
	serve_libraries(window)
	window.open("visit-log", "view", "calendar", "default")
	expect(window.page.locator(".fc-event", has_text=name).first).to_be_visible()
