"""Papers about visits, in both languages (R12, S0): what they hold, and that they hide what their reader may not see."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.factories import insert, make_key_account, make_user, make_visit_log

HELD = {"status": "Completed", "discussion": "<p>Delivery times</p>"}


@pytest.fixture
def account():
	return make_key_account(account_manager=make_user("KAM User"))


def paper(document, name: str, language: str = "en") -> str:
	before = frappe.local.lang
	frappe.local.lang = language
	try:
		return frappe.get_print(document.doctype, document.name, name)
	finally:
		frappe.local.lang = before


@pytest.fixture
def visits(account):
	people = {
		"customer_people": [{"full_name": "Li Wei", "job_title": "Director"}],
		"our_team": [{"user": make_user("KAM User", first_name="Colleague One")}],
	}
	reception = make_visit_log(
		account.name,
		visit_date=add_days(nowdate(), -5),
		visit_type="Reception",
		purpose="Tour",
		**people,
		**HELD,
	)
	call = make_visit_log(
		account.name, visit_date=add_days(nowdate(), -3), visit_type="Call", purpose="Prices & terms", **HELD
	)
	plan = make_visit_log(account.name, visit_date=add_days(nowdate(), 9), purpose="Contract")
	return frappe._dict(reception=reception, call=call, plan=plan)


@pytest.mark.parametrize(
	("name", "title", "held", "left_out"),
	[
		("Reception Register", "大客户接待登记表", ["Tour"], ["Prices", "Contract"]),
		("Maintenance Register", "大客户维护管理登记表", ["Tour", "Prices &amp; terms"], ["Contract"]),
		("Visit Plan", "大客户拜访计划", ["Contract"], ["Tour", "Prices"]),
	],
)
def test_registers(account, visits, name, title, held, left_out):
	html = paper(account, name)
	assert all(text in html for text in held)
	assert not any(text in html for text in left_out)
	assert title in paper(account, name, "zh")


def test_a_register_names_both_sides(account, visits):
	html = paper(account, "Reception Register")
	assert "Li Wei (Director)" in html and "Colleague One" in html and "Delivery times" in html


def test_visit_report(visits):
	html = paper(visits.reception, "Visit Report")
	assert all(text in html for text in ("Tour", "Delivery times", "Li Wei (Director)", "Completed"))
	assert "拜访报告" in paper(visits.reception, "Visit Report", "zh")


def test_what_people_typed_is_text(account):
	visit = make_visit_log(account.name)
	frappe.db.set_value("Visit Log", visit.name, "purpose", "<img src=x onerror=alert(1)>")
	visit.reload()
	assert "<img src=x" not in paper(visit, "Visit Report")
	assert "<img src=x" not in paper(account, "Visit Plan")


def test_account_report(account):
	report = insert(
		"Key Account Report",
		key_account=account.name,
		period_start=add_days(nowdate(), -90),
		period_end=nowdate(),
		summary="<p>A quiet quarter</p>",
	)
	assert "A quiet quarter" in paper(report, "Account Report")
	assert "客户定期报告" in paper(report, "Account Report", "zh")
