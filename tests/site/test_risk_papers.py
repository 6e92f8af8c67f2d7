"""Risk analysis report and accountability page, in both languages (R12, S0 articles 8, 10 and 11)."""

import frappe
import pytest

from tests.site.factories import make_department, make_key_account
from tests.site.risk_setup import make_risk_report
from tests.site.test_accountability import make_case

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def account():
	return make_key_account(responsible_unit=make_department().name)


@pytest.fixture(params=["en", "zh"])
def language(request, site):
	before, frappe.local.lang = frappe.local.lang, request.param
	yield request.param
	frappe.local.lang = before


def printed(document, paper: str) -> str:
	return frappe.get_print(document.doctype, document.name, paper)


def test_risk_analysis_report(account, language):
	report = make_risk_report(
		account,
		"High",
		indicators=[{"indicator": "Lawsuit or Financing Trouble", "level": "High", "evidence": SCRIPT}],
		measures=[{"measure": "Talk to the bank", "responsible": "Administrator"}],
		meetings=[
			{"meeting_date": "2026-01-05", "participants": "Sales", "resolution": "Deliver against cash"}
		],
	)
	html = printed(report, "Risk Analysis Report")
	words = {
		"en": ("Risk Analysis Report", "Lawsuit or Financing Trouble", "Special Meetings", "KAM Executive"),
		"zh": ("大客户风险分析报告", "诉讼或资金困难", "专题会", "大客户高管"),
	}
	for text in (
		*words[language],
		report.name,
		account.customer_name,
		"Talk to the bank",
		"Deliver against cash",
	):
		assert text in html, text
	assert SCRIPT not in html


def test_accountability_page(account, language):
	case = make_case(account, "Administrator", investigated_by=SCRIPT)
	html = printed(case, "Accountability Page")
	words = {
		"en": ("Accountability Case", "Warning Not Raised in Time", "Confidential", "Proposed Measure"),
		"zh": ("责任追究", "发现重大问题未及时启动应急预案", "保密", "处罚意见"),
	}
	for text in (*words[language], case.name, account.customer_name, "letter of 3 March"):
		assert text in html, text
	assert SCRIPT not in html
