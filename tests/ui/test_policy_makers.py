"""A director makes a policy from a preset and checks it; another one sees what it changes and approves it (R13, R79)."""

import frappe
import pytest
from playwright.sync_api import expect

from tests.site.factories import company, make_policy

ROW = ".kam-comparison tbody tr"


@pytest.fixture
def author(person) -> str:
	return person("KAM Director")


@pytest.fixture
def approver(person) -> str:
	return person("KAM Director")


@pytest.fixture
def present(seed):
	"""The policy in force of the company, and its name; put away afterwards, because other tests judge without it."""
	with seed():
		name = make_policy(company=company(), valid_from="2020-01-01").name
	yield name
	with seed():
		for policy in frappe.get_all(
			"KAM Policy", {"company": company()}, pluck="name", order_by="creation desc"
		):
			document = frappe.get_doc("KAM Policy", policy)
			if document.docstatus == 1:
				document.cancel()
			frappe.delete_doc("KAM Policy", policy, force=True)


def draft_from_preset(window, home: str) -> str:
	window.open("kam-policy")
	window.press("Start from a Preset")
	dialog = window.page.locator(".modal.show")
	dialog.locator("select[data-fieldname='preset']").select_option(label="A, B and C by scorecard")
	expect(dialog).to_contain_text("Scorecard, service levels, minimum markup and rebate ladder")
	box = dialog.locator(".frappe-control[data-fieldname='company'] input")
	box.fill(home)
	dialog.locator("[role='option']").filter(has_text=home).first.click()
	window.press("Make a Draft")
	expect(window.page.locator(".page-head:visible .indicator-pill").first).to_have_text("Draft")
	window.settle()
	return window.page.evaluate("() => cur_frm.docname")


def change_credit_limit(window, row: int, limit: int) -> None:
	window.page.evaluate(
		"([row, limit]) => frappe.model.set_value('KAM Policy Tier', cur_frm.doc.tiers[row].name, 'credit_limit', limit)",
		[row, limit],
	)
	window.settle()


def close(window, what: str = ".modal.show") -> None:
	"""A dialog that is still sliding in does not hear the key, so it is pressed until it does."""
	left = window.page.locator(what)
	for _attempt in range(10):
		if not left.count():
			return
		window.page.keyboard.press("Escape")
		window.page.wait_for_timeout(400)
	expect(left).to_have_count(0)


def test_one_makes_and_checks_another_compares_and_approves(desk, seed, author, approver, present):
	with seed():
		home = company()
	window = desk(author)
	name = draft_from_preset(window, home)
	assert window.page.evaluate("() => cur_frm.doc.supersedes") == present

	change_credit_limit(window, 0, 1_500_000)
	window.press("Check Policy")
	assert "Credit Limit is worse for A than for the lower B" in window.dialog_text()
	assert "85.40" in window.dialog_text()
	window.page.locator(".kam-finding").filter(has_text="row 1").last.click()
	expect(window.page.locator(".grid-row-open .grid-form-heading")).to_contain_text("1")
	expect(
		window.page.locator(".grid-row-open .frappe-control[data-fieldname='credit_limit'] input")
	).to_be_visible()
	close(window, ".grid-row-open")

	change_credit_limit(window, 0, 6_000_000)
	window.press("Save")
	window.press("Check Policy")
	assert "Credit Limit is worse" not in window.dialog_text()
	close(window)
	window.press("Submit")
	window.confirm()
	assert "somebody else has to approve it" in window.dialog_text()
	assert window.errors == []

	second = desk(approver)
	second.open("kam-policy", name)
	second.press("Compare")
	row = second.page.locator(ROW).filter(has_text="Major A")
	expect(row).to_contain_text("Credit Limit")
	expect(row).to_contain_text("5,000,000")
	expect(row).to_contain_text("6,000,000")
	close(second)
	second.press("Submit")
	second.confirm()
	expect(second.page.locator(".page-head:visible .indicator-pill").first).not_to_have_text("Draft")
	with seed():
		assert frappe.db.get_value("KAM Policy", name, "docstatus") == 1
		assert frappe.db.get_value("KAM Policy", present, "valid_to")
	assert second.errors == []


def test_criteria_are_read_by_name_and_unit(desk, author, present):
	window = desk(author)
	window.open("kam-policy", present)
	window.page.locator(".form-tabs:visible .nav-link").filter(has_text="Tiers").dispatch_event("click")
	table = window.field("criteria")
	expect(table).to_contain_text("Price Premium")
	expect(table).to_contain_text("10 %")
	expect(table).not_to_contain_text("price_premium")
