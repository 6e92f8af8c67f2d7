"""An executive approves a price exception by the workflow, never the one who asked; then the order submits (R27, R70)."""

import pytest
from playwright.sync_api import expect

from tests.site.factories import make_sales_order
from tests.ui.market import COST, LIST_PRICE, QUANTITY, ask_for_exception, failing_order, make_market

REASON = "Framework contract for three years"


@pytest.fixture
def executive(person) -> str:
	return person("KAM Executive")


@pytest.fixture
def seller(person) -> str:
	"""Holds the authority to approve, but not for what they asked for themselves."""
	return person("KAM User", "Sales User", "KAM Executive")


@pytest.fixture
def waiting(seed, seller) -> tuple[str, str]:
	"""An order below the margin and the exception that waits for it."""
	with seed():
		order = failing_order(make_market(seller), seller)
		return order, ask_for_exception(order, seller, REASON)


def actions(window):
	return window.page.locator(".page-head:visible .actions-btn-group:visible")


def test_requester_cannot_approve(desk, seller, waiting):
	window = desk(seller)
	window.open("price-exception", waiting[1])
	assert window.status() == "Pending Approval"
	expect(window.page.locator(".page-container:visible .form-message").first).to_contain_text(
		"not the person who asked for it"
	)
	assert "Approve" not in actions(window).all_text_contents()
	answer = window.page.request.post(
		f"{window.url}/api/method/frappe.model.workflow.apply_workflow",
		data={"doc": {"doctype": "Price Exception", "name": waiting[1]}, "action": "Approve"},
		headers={"X-Frappe-CSRF-Token": window.page.evaluate("() => frappe.csrf_token")},
	)
	assert not answer.ok
	window.open("price-exception", waiting[1])
	assert window.status() == "Pending Approval"


def test_manager_beyond_authority_is_refused_with_the_role_that_can(desk, person, waiting):
	window = desk(person("KAM Manager"))
	window.open("price-exception", waiting[1])
	window.menu("Actions", "Approve")
	assert "It can be approved by: KAM Executive" in window.dialog_text()
	window.open("price-exception", waiting[1])
	assert window.status() == "Pending Approval"


def test_executive_approves_and_the_order_submits(desk, executive, seller, waiting):
	order, exception = waiting
	window = desk(executive)
	window.open("price-exception", exception)
	expect(window.field("findings")).to_contain_text("it must be at least")
	window.menu("Actions", "Approve")
	expect(window.page.locator(".page-head:visible .indicator-pill").first).to_have_text("Approved")
	window.press("Open Sales Order")
	expect(window.panel()).to_contain_text("Excepted")
	expect(window.panel()).to_contain_text(f"{COST * QUANTITY:,.2f}")  # executives may read cost

	selling = desk(seller)
	selling.open("sales-order", order)
	expect(selling.panel()).to_contain_text("Excepted")
	selling.press("Submit")
	selling.confirm()
	assert selling.status() == "To Deliver and Bill"
	expect(selling.panel().get_by_role("link", name=exception)).to_be_visible()


def test_decision_behind_a_submitted_order_is_one_click_away(desk, seed, executive, person):
	manager = person("KAM User")
	with seed():
		market = make_market(manager)
		order = make_sales_order(market.customer, [(market.item, QUANTITY, LIST_PRICE)], submit=True).name
	window = desk(executive)
	window.open("sales-order", order)
	window.panel().get_by_role("link", name="Why?").click()
	window.settle()
	assert "/app/kam-decision/" in window.page.url
	expect(window.field("page")).to_contain_text(order)
