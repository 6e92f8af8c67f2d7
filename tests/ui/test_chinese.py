"""Somebody who works in Chinese sees the app in Chinese: workspace, panel, refusal (R5)."""

import csv
import re

import pytest
from playwright.sync_api import expect

from tests.ui.market import failing_order, make_market

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="session")
def chinese(checkout) -> dict[str, str]:
	"""English source → what the app's own translation says."""
	path = checkout / "kam_extension" / "translations" / "zh.csv"
	with path.open(encoding="utf-8", newline="") as file:
		return {row[0]: row[1] for row in csv.reader(file) if row}


@pytest.fixture
def seller(person) -> str:
	return person("KAM User", "Sales User", language="zh")


@pytest.fixture
def manager(person) -> str:
	return person("KAM Manager", "Sales User", language="zh")


def test_workspace_is_chinese(desk, manager, chinese):
	window = desk(manager)
	window.open("key-accounts")
	expect(window.page.locator(".page-head:visible .title-text").first).to_have_text(chinese["Key Accounts"])
	page = window.page.locator(".layout-main-section:visible")
	for label in ("Active Key Accounts", "Price Exception", "Rebate Request"):
		assert HAN.search(chinese[label])
		expect(page).to_contain_text(chinese[label])
		assert label not in page.inner_text()


def test_panel_and_refusal_are_chinese(desk, seed, seller, chinese):
	with seed():
		market = make_market(seller)
		order = failing_order(market, seller)
	window = desk(seller)
	window.open("sales-order", order)
	panel = window.panel()
	for label in ("Blocked", "Lowest Net Rate", "Discount Cap"):
		assert HAN.search(chinese[label])
		expect(panel).to_contain_text(chinese[label])
	assert_no_english(panel.inner_text(), market.item)

	window.page.locator(".page-head:visible .primary-action").click()
	window.confirm()
	refusal = window.dialog_text()
	assert chinese["Stopped by the Key Account Policy"] in refusal
	assert chinese["Request Price Exception"] in refusal
	assert_no_english(refusal, market.item)


def test_choices_read_the_same_wherever_they_are_shown(desk, seed, seller):
	"""Frappe's own word for Active is 活动; the badge, the list and the read-only field say the account's."""
	with seed():
		account = make_market(seller).key_account
	window = desk(seller)
	window.open("key-account", account)
	shown = window.page.locator("[data-fieldname=status] .control-value:visible").first
	expect(shown).to_have_text("合作中")
	expect(window.page.locator(".page-head:visible .indicator-pill").first).to_have_text("合作中")
	# Frappe's own escaping swallows a nought.
	expect(window.page.locator(".kam-overview dt:text('未完成行动') + dd")).to_have_text("0")


def assert_no_english(text: str, *names: str) -> None:
	"""No word of Latin letters is left but names, the policy's number, tiers and currency codes."""
	for name in names:
		text = text.replace(name, "")
	words = re.findall(r"[A-Za-z]{2,}", re.sub(r"KAM-POL-\S+|\bCNY\b", "", text))
	assert words == []
