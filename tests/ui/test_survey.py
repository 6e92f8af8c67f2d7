"""A guest answers a satisfaction survey on a phone, in Chinese, once (R52)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate
from playwright.sync_api import Page, expect

from kam_extension.integration.service.survey_links import PATH, new_secret
from tests.site.factories import make_key_account
from tests.site.service_setup import make_survey

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def invitation(seed) -> tuple[str, str]:
	"""Name of a survey that is out, and the secret of its link."""
	secret, hashed = new_secret()
	with seed():
		survey = make_survey(make_key_account().name, recipient_language="zh")
		survey.db_set({"status": "Sent", "token_hash": hashed, "expires_on": add_days(nowdate(), 30)})
	return survey.name, secret


@pytest.fixture
def phone(browser) -> Page:
	"""A guest's browser: no session, no script."""
	context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False, has_touch=True)
	yield context.new_page()
	context.close()


def test_a_guest_answers_once(invitation, phone, server, seed):
	name, secret = invitation
	link = f"{server}/{PATH}?key={secret}"
	phone.goto(link)
	expect(phone.get_by_role("heading", level=1)).to_have_text("您对我们满意吗？")
	assert phone.locator("main").bounding_box()["width"] <= PHONE["width"]
	phone.get_by_role("group", name="您对我们的交货满意吗？").get_by_role("radio", name="4").check()
	phone.get_by_role("group", name="总体而言，您对我们满意吗？").get_by_role("radio", name="5").check()
	recommend = phone.get_by_role("group", name="您有多大可能向他人推荐我们？")
	recommend.get_by_role("radio", name="10").check()
	phone.get_by_label("您希望我们在哪些方面改进？").fill("交货可以更快")
	phone.get_by_role("button", name="提交").click()
	expect(phone.get_by_role("heading", level=1)).to_have_text("感谢您的答复！")

	phone.goto(link)
	expect(phone.locator("form")).to_have_count(0)
	expect(phone.get_by_text("该链接无效")).to_be_visible()
	with seed():
		survey = frappe.get_doc("Satisfaction Survey", name)
	assert (survey.status, survey.overall, survey.nps, survey.comment) == ("Answered", 5, 10, "交货可以更快")
	assert [(row.dimension, row.rating) for row in survey.answers] == [("Delivery", 4)]


def test_what_is_missing_is_asked_for(invitation, phone, server):
	"""The browser itself stops at the first question that needs an answer."""
	_name, secret = invitation
	phone.goto(f"{server}/{PATH}?key={secret}")
	phone.get_by_role("button", name="提交").click()
	expect(phone.get_by_role("heading", level=1)).to_have_text("您对我们满意吗？")
	assert phone.locator("input:invalid").count() > 0
