"""A manager approves and rejects Tier Reviews from their list, and reads which went through and which not (R18)."""

import pytest
from playwright.sync_api import expect

from tests.site.factories import make_customer, make_key_account, unique
from tests.site.review_setup import level_review, make_review, stored_account
from tests.ui.market import ensure_policy

REASON = "Wait for the audit of the year"


@pytest.fixture
def manager(person) -> str:
	return person("KAM Manager")


@pytest.fixture
def waiting(seed) -> tuple[str, list, list]:
	"""Two reviews that can be approved and one whose level has to be judged first; a word that only they have."""
	word = unique("Bulk")
	with seed():
		ensure_policy()
		accounts = [
			make_key_account(make_customer(customer_name=f"{word} {number}").name, tier="B")
			for number in range(3)
		]
		reviews = [make_review(accounts[0]), make_review(accounts[1]), level_review(accounts[2])]
		return word, accounts, [review.name for review in reviews]


def select_all(window, word: str) -> None:
	window.open(
		f"tier-review?status=Draft&customer_name=%5B%22like%22%2C%22%25{word}%25%22%5D".replace(" ", "%20")
	)
	rows = window.page.locator(".page-container:visible .list-row")
	expect(rows).to_have_count(3)
	window.page.locator(".page-container:visible .list-header-subject .list-check-all").first.check()


def test_approves_what_can_be_and_says_why_not(desk, manager, seed, waiting):
	word, accounts, reviews = waiting
	window = desk(manager)
	select_all(window, word)
	window.menu("Actions", "Approve")
	assert "Approve 3 reviews?" in window.dialog_text()
	window.confirm()
	expect(window.page.locator(".msgprint").last).to_contain_text("2 approved. 1 could not be decided")
	told = window.dialog_text()
	assert reviews[2] in told and "Judgement is missing" in told
	assert reviews[0] not in told
	with seed():
		assert [stored_account(account, "tier") for account in accounts] == ["A", "A", "B"]
	window.open("customer", accounts[0].customer)
	expect(window.page.locator(".page-container:visible .kam-account")).to_contain_text("Tier A")
	assert window.errors == []


def test_rejects_with_a_reason(desk, manager, waiting):
	word, _accounts, reviews = waiting
	window = desk(manager)
	select_all(window, word)
	window.menu("Actions", "Reject")
	dialog = window.page.locator(".modal.show").last
	dialog.locator("textarea[data-fieldname='reason']").fill(REASON)
	window.press("Reject")
	expect(window.page.locator(".page-container:visible .list-row")).to_have_count(0)
	window.open("tier-review", reviews[0])
	assert window.status() == "Rejected"
	assert REASON in window.text()
