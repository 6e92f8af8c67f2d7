"""Papers of R12 about plans and people: tier review form, manager archive, annual plan; in Chinese and English."""

import frappe
import pytest

from tests.site.factories import insert, make_key_account, make_policy, make_user
from tests.site.people_setup import make_card, make_staff, make_team
from tests.site.plan_setup import make_plan


@pytest.fixture
def in_chinese(site, monkeypatch):
	monkeypatch.setattr(frappe.local, "lang", "zh")


def paper(doc, print_format: str) -> str:
	return frappe.get_print(doc.doctype, doc.name, print_format, no_letterhead=1)


@pytest.fixture
def review(site):
	make_policy()
	account = make_key_account(responsible_unit=make_team().unit)
	return insert("Tier Review", key_account=account.name, proposed_tier="B", reason="<b>Orders</b> fell")


def test_tier_review_form(review):
	html = paper(review, "Tier Review Form")
	for text in ("Tier Review Form", review.customer_name, "Downgrade", "Contract Amount", "Total Points"):
		assert text in html
	assert "&lt;b&gt;Orders" in html and "<b>Orders" not in html
	rows = [row.metric for row in review.points]
	assert rows and html.count("<tr>") >= len(rows)


def test_tier_review_form_in_chinese(review, in_chinese):
	html = paper(review, "Tier Review Form")
	for text in ("客户升（降）级评审表", "办事处", "得分"):
		assert text in html


def test_manager_archive(as_user):
	team = make_team()
	staff = make_staff(team, experience="8 years", training="Negotiation")
	account = make_key_account(account_manager=staff.user)
	make_card(staff, points=88, submit=True)
	with as_user(team.manager):
		html = paper(staff, "Manager Archive")
	for text in ("Manager Archive", "8 years", "Negotiation", account.customer_name, "88"):
		assert text in html
	with as_user(make_user("KAM Manager")), pytest.raises(frappe.PermissionError):
		paper(staff, "Manager Archive")


def test_manager_archive_names_accounts_of_before():
	staff = make_staff(make_team())
	account = make_key_account(account_manager=staff.user)
	account.account_manager = "Administrator"
	account.save()
	archive = staff.archive()
	assert archive["accounts"] == []
	assert [row.key_account for row in archive["earlier"]] == [account.name]


def test_manager_archive_in_chinese(in_chinese):
	html = paper(make_staff(make_team()), "Manager Archive")
	assert "大客户经理经营档案" in html and "上级" in html


def test_annual_plan(as_user):
	user = make_user("KAM User")
	account = make_key_account(account_manager=user)
	plan = make_plan(account, plan_margin_target=23, revenue_target=123456)
	html = paper(plan, "Key Account Annual Plan")
	for text in ("Annual Account Plan", "123,456.00", "23.0 %", "Sell more"):
		assert text in html
	with as_user(user):
		html = paper(plan, "Key Account Annual Plan")
	assert "123,456.00" in html and "23.0 %" not in html and "Gross Margin" not in html


def test_annual_plan_in_chinese(in_chinese):
	html = paper(make_plan(make_key_account()), "Key Account Annual Plan")
	for text in ("大客户年度经营计划", "季度评估", "回款"):
		assert text in html
