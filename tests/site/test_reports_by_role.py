"""Every report opens for every role that it is for, by that role alone, as the desk asks for it."""

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import nowdate

from tests.site.factories import company, make_key_account, make_user
from tests.site.rebate_setup import acting_as

REPORTS = (
	"Account Manager Commission",
	"Collections Work List",
	"Delivery Work List",
	"Key Account Directory",
	"Key Account White Space",
	"Key Account Archive Summary",
	"Key Account Receivables",
	"Open Needs",
	"Key Account Assessment",
	"Key Account Complaints",
	"Key Account Satisfaction",
	"Key Account KPIs",
	"Rebate Statement",
	"Scorecard Ranking",
	"Tier Watch List",
	"Visit Overview",
	"Unit Conflicts",
)
ROLES = ("KAM User", "KAM Manager", "KAM Director", "KAM Executive", "KAM Finance")


def roles_of(report: str) -> set[str]:
	return set(frappe.get_all("Has Role", {"parenttype": "Report", "parent": report}, pluck="role"))


@pytest.mark.parametrize("role", ROLES)
def test_reports_open(role):
	# The desk asks for the right to look up each linked DocType of which a column has a value.
	industry = frappe.get_all("Industry Type", pluck="name", limit=1)[0]
	make_key_account(tier="A", industry=industry)
	offered = [report for report in REPORTS if role in roles_of(report)]
	filters = {
		"company": company(),
		"report_date": nowdate(),
		"to_date": nowdate(),
		"as_of": nowdate(),
		"month": nowdate(),
	}
	with acting_as(make_user(role)):
		found = {report: query_report.run(report, filters=filters) for report in offered}
	assert offered
	assert all(answer["columns"] for answer in found.values())


def test_all_reports_are_tried():
	assert set(frappe.get_all("Report", {"module": "KAM Extension"}, pluck="name")) == set(REPORTS)
