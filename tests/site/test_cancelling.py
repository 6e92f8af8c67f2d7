"""Cancelling a document of ours changes nothing else, whatever the request sends along (R70)."""

import json

import frappe
import pytest
from frappe.desk.form.save import savedocs
from frappe.utils import add_days, nowdate

from tests.site.factories import make_key_account, make_rebate_agreement
from tests.site.risk_setup import make_risk_report, make_team, state

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
