"""Finance verifies what was collected; after the executive's approval the rebate stands in the receivables (R39, R40)."""

import json
from urllib.parse import quote

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from playwright.sync_api import expect

from tests.site.factories import (
	make_payment_entry,
	make_rebate_agreement,
	make_sales_invoice,
	make_sales_order,
)
from tests.site.rebate_setup import new_request, set_rebate_accounts
from tests.ui.market import LIST_PRICE, QUANTITY, acting_as, make_market

COLLECTED = LIST_PRICE * QUANTITY
REBATE = COLLECTED * 5 / 100  # the ladder's rate below 200,000


@pytest.fixture
def people(person) -> dict[str, str]:
	roles = {
		"manager": ["KAM Manager"],
		"approver": ["KAM Manager"],
		"finance": ["KAM Finance", "Accounts User"],
		"director": ["KAM Director"],
		"executive": ["KAM Executive"],
	}
	return {name: person(*held) for name, held in roles.items()}


@pytest.fixture
def request_at_finance(seed, people) -> tuple[str, str]:
	"""A Rebate Request on money received this month, passed on by a manager; and its customer."""
	with seed():
		market = make_market(people["manager"])
		set_rebate_accounts()
		make_rebate_agreement(market.key_account, submit=True)
		order = make_sales_order(market.customer, [(market.item, QUANTITY, LIST_PRICE)], submit=True)
		make_payment_entry(make_sales_invoice(sales_order=order.name, submit=True))
		with acting_as(people["manager"]):
			request = new_request(market.key_account)
			request.fetch_receipts()
			request.insert()
		with acting_as(people["approver"]):
			apply_workflow(request, "Approve")
		return request.name, market.customer


def approve_as(seed, user: str, request: str) -> None:
	with seed(), acting_as(user):
		apply_workflow(frappe.get_doc("Rebate Request", request), "Approve")


def request_company(seed, request: str) -> str:
	with seed():
		return frappe.db.get_value("Rebate Request", request, "company")


def shown(amount: float) -> str:
	return f"{amount:,.2f}"


def test_finance_verifies_and_the_settlement_shows_in_receivables(desk, seed, people, request_at_finance):
	request, customer = request_at_finance
	finance = desk(people["finance"])
	finance.open("rebate-request", request)
	expect(finance.field("total_collected")).to_contain_text(shown(COLLECTED))
	expect(finance.field("receipts").get_by_role("button", name="Add Row")).to_be_hidden()
	finance.press("Verify")
	finance.page.locator(".modal.show [data-fieldname='collected'] input").fill(str(COLLECTED))
	finance.press("Verify")
	expect(finance.field("verified_collected")).to_contain_text(shown(COLLECTED))
	expect(finance.field("verified_by")).to_contain_text(people["finance"])
	finance.menu("Actions", "Approve")

	approve_as(seed, people["director"], request)
	executive = desk(people["executive"])
	executive.open("rebate-request", request)
	expect(executive.field("total_rebate")).to_contain_text(shown(REBATE))
	executive.menu("Actions", "Approve")
	expect(executive.page.locator(".page-head:visible .indicator-pill").first).to_have_text("Settled")

	finance.open("rebate-request", request)
	settlement = finance.field("settlement_document").locator("a").last.inner_text()
	party = quote(json.dumps([customer]))
	filters = f"company={quote(request_company(seed, request))}&party_type=Customer&party={party}"
	finance.open("query-report", f"Accounts Receivable?{filters}")
	row = finance.page.locator(".dt-row:visible", has_text=settlement)
	expect(row).to_contain_text("Journal Entry")
	expect(row).to_contain_text(f"-{shown(REBATE)}")


def test_finance_passes_nothing_on_before_it_has_verified(desk, request_at_finance, people):
	request, _customer = request_at_finance
	finance = desk(people["finance"])
	finance.open("rebate-request", request)
	finance.menu("Actions", "Approve")
	assert "finance has not verified" in finance.dialog_text()
