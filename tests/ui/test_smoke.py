"""The desk starts, and shows the app to those it is for (R64)."""

from playwright.sync_api import expect


def test_manager_opens_the_workspace(desk, person):
	window = desk(person("KAM Manager", "Sales User"))
	window.open("key-accounts")
	expect(window.page.locator(".page-head:visible .title-text").first).to_have_text("Key Accounts")
	expect(window.page.locator(".layout-main-section:visible")).to_contain_text("Key Account")
	assert window.errors == []


def test_desk_speaks_the_users_language(desk, person):
	window = desk(person("KAM Manager", "Sales User", language="zh"))
	window.open("customer")
	assert window.page.evaluate("() => frappe.boot.lang") == "zh"
	expect(window.page.locator(".page-head:visible .title-text").first).to_have_text("客户")


def test_others_do_not_see_the_workspace(desk, person):
	window = desk(person("Stock User"))
	window.open()
	assert "Key Accounts" not in window.page.locator(".desk-sidebar:visible").inner_text()
