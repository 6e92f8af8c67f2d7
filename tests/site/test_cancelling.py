"""Cancelling a document of ours changes nothing else, whatever the request sends along (R70)."""

import json

import frappe
import pytest
from frappe.desk.form.save import savedocs
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, nowdate

from kam_extension.api import request_exception
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_rebate_agreement,
	make_sales_order,
	make_user,
)
from tests.site.risk_setup import REASON, make_risk_report, make_team, state

MODULE = "KAM Extension"
EVENT = "kam_extension.integration.security.own_records.keep_as_stored"


def cancel_with(document, **sent) -> None:
	"""As the desk cancels, with values of the sender's own."""
	savedocs(frappe.as_json(frappe.get_doc(document.doctype, document.name).as_dict() | sent), "Cancel")


def test_every_document_of_ours_that_can_be_cancelled():
	doctypes = frappe.get_all("DocType", {"module": MODULE, "is_submittable": 1}, pluck="name")
	hooks = frappe.get_hooks("doc_events")
	guarded = {
		doctype
		for doctypes_of, events in hooks.items()
		for doctype in (doctypes_of if isinstance(doctypes_of, tuple) else (doctypes_of,))
		if EVENT in events.get("before_cancel", ())
	}
	assert len(doctypes) > 10
	assert set(doctypes) <= guarded


class TestRiskReport:
	@pytest.fixture
	def team(self):
		return make_team()

	@pytest.mark.parametrize(
		"sent",
		[{}, {"status": "Closed"}, {"escalation_level": "Account Manager"}, {"risk_level": "Low"}],
		ids=str,
	)
	def test_whoever_may_not_end_the_escalation(self, team, as_user, sent):
		member, manager, account = team
		with as_user(member):
			report = make_risk_report(
				account, "High", report_date=add_days(nowdate(), -1), cancel_reason="Written twice"
			)
			make_risk_report(account, "High")
		frappe.db.set_value("Risk Report", report.name, "escalation_level", "KAM Director")
		with as_user(manager), pytest.raises(frappe.PermissionError):
			cancel_with(report, **sent)

	def test_nor_without_a_reason_that_is_stored(self, team, as_user):
		_member, manager, account = team
		report = make_risk_report(account, "High", report_date=add_days(nowdate(), -1))
		make_risk_report(account, "High")
		with as_user(manager), pytest.raises(frappe.MandatoryError):
			frappe.get_doc("Risk Report", report.name).update({"docstatus": 2, "status": "Closed"}).save()

	def test_nor_as_somebody_elses_report(self, team, as_user):
		_member, manager, account = team
		with as_user(manager):
			report = make_risk_report(account, "Critical", cancel_reason="Mixed up")
			with pytest.raises(frappe.PermissionError, match="You wrote this report"):
				cancel_with(report, owner="Administrator")

	def test_nor_as_one_of_another_account(self, team, as_user):
		_member, manager, account = team
		other = make_key_account()
		make_risk_report(other, "Critical")
		report = make_risk_report(account, "High")
		with as_user(manager), pytest.raises(frappe.MandatoryError):
			cancel_with(report, key_account=other.name, status="Closed")
		assert state(account)[0] == "High"

	def test_nor_one_that_the_sender_may_not_see(self, team, as_user):
		"""Frappe asks for the right by the account that the request names."""
		_member, _manager, account = team
		mine, report = make_key_account(), make_risk_report(account, "Low", lowering_reason=REASON)
		keeper = make_user("KAM Manager")
		permission = {"user": keeper, "allow": "Key Account", "for_value": mine.name}
		frappe.get_doc(doctype="User Permission", apply_to_all_doctypes=1, **permission).insert()
		with as_user(keeper):
			for sent in ({}, {"key_account": mine.name, "customer": mine.customer}):
				with pytest.raises(frappe.PermissionError):
					cancel_with(report, **sent)


class TestWorkflow:
	"""The state that a workflow cancels into is the workflow's to set."""

	@pytest.fixture(autouse=True)
	def policy(self):
		return make_policy()

	def test_of_an_agreement(self):
		agreement = make_rebate_agreement(make_key_account().name, submit=True)
		apply_workflow(frappe.get_doc(agreement.doctype, agreement.name), "Cancel")
		assert agreement.reload().docstatus == 2
		assert agreement.workflow_state == "Cancelled"

	def test_of_an_exception(self, as_user):
		seller = make_user("KAM User", "Sales User")
		account, item = make_key_account(account_manager=seller), make_item(cost=100, list_price=130).name
		with as_user(seller):
			order = make_sales_order(account.customer, [(item, 10, 110)])
			name = request_exception("Sales Order", order.name, "Lost tender otherwise")
		exception = frappe.get_doc("Price Exception", name).submit()
		apply_workflow(frappe.get_doc("Price Exception", name), "Cancel")
		assert exception.reload().docstatus == 2
		assert exception.workflow_state == "Cancelled"

	def test_only_a_state_that_cancels(self):
		agreement = make_rebate_agreement(make_key_account().name, submit=True)
		cancel_with(agreement, workflow_state="Draft")
		assert agreement.reload().workflow_state != "Draft"


def test_fields_and_rows_stay_as_they_were():
	agreement = make_rebate_agreement(make_key_account().name, submit=True)
	before = content(agreement)
	assert before["approvals"]
	cancel_with(agreement, rate=99, valid_to="2031-01-01", owner="Guest", approvals=[])
	assert content(agreement) == before | {"docstatus": 2}


def content(document) -> dict:
	"""What a document holds, without what every cancelling writes on its rows."""
	values = json.loads(frappe.as_json(frappe.get_doc(document.doctype, document.name).as_dict()))
	of_cancelling = ("docstatus", "modified", "modified_by")
	for rows in (value for value in values.values() if isinstance(value, list)):
		for row in rows:
			for field in of_cancelling:
				row.pop(field, None)
	return {field: value for field, value in values.items() if field not in of_cancelling[1:]}
