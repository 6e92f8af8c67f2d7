"""When an account's next periodic report is due (R50)."""

from datetime import date

import frappe
import pytest
from frappe.utils import getdate, nowdate

from kam_extension.integration.accounts.account_reports import next_report
from kam_extension.policy.report_dates import next_month_end
from tests.site.factories import make_key_account, make_policy


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


class TestReportDates:
	def test_on_the_account(self, policy):
		account = make_key_account(tier="A")
		dates = next_report(account, date(2026, 11, 22))
		assert (dates.period_start, dates.due_supervisor) == (date(2026, 10, 1), date(2027, 3, 31))
		assert (dates.due_manager, dates.due_deputy) == (date(2027, 4, 2), date(2027, 4, 6))
		form = frappe.get_doc("Key Account", account.name)
		form.run_method("onload")
		assert form.as_dict()["next_report_due"] == next_report(account).due_supervisor
		assert form.get_onload("next_report")["due_deputy"] == next_report(account).due_deputy

	def test_the_manual_tier_decides(self):
		account = make_key_account(
			tier="A", tier_override="C", tier_override_until=nowdate(), tier_override_reason="Trade fair"
		)
		assert account.next_report_due == next_month_end(range(1, 13), getdate())

	@pytest.mark.parametrize(("field", "value"), [("tier", None), ("status", "Terminated")])
	def test_none(self, field, value):
		account = make_key_account(**{field: value})
		assert account.next_report_due is None
		account.run_method("onload")
		assert account.get_onload("next_report") is None

	def test_a_request_cannot_set_it(self):
		account = make_key_account(tier="A")
		sent = frappe.parse_json(account.as_json()) | {"next_report_due": "2020-01-01"}
		frappe.get_doc(sent).save()
		assert (
			frappe.get_doc("Key Account", account.name).next_report_due == next_report(account).due_supervisor
		)

	def test_none_while_the_app_is_off_or_has_no_policy(self, policy):
		account = make_key_account(tier="A")
		frappe.db.set_single_value("KAM Settings", "enabled", 0)
		assert account.next_report_due is None
		frappe.db.set_single_value("KAM Settings", "enabled", 1)
		policy.cancel()
		assert account.next_report_due is None
