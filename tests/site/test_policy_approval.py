"""A policy is approved by somebody else than those who wrote it (R79)."""

import frappe
import pytest
from frappe.utils import nowdate

from tests.site import client_doors
from tests.site.client_doors import SUBMITTING, attempt
from tests.site.factories import (
	make_policy,
	make_user,
)

submits = pytest.mark.parametrize("door", SUBMITTING.values(), ids=SUBMITTING)


@pytest.fixture(autouse=True)
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


class TestPolicy:
	@pytest.fixture
	def draft(self, as_user, policy):
		with as_user(make_user("KAM Manager", "KAM Director")):
			return make_policy(submit=False, supersedes=policy.name, valid_from=nowdate())

	@submits
	def test_its_author_does_not_approve_it(self, as_user, draft, door):
		with as_user(draft.owner):
			assert attempt(door, "KAM Policy", draft.name, {"drafted_by": ""})
		assert frappe.db.get_value("KAM Policy", draft.name, "docstatus") == 0

	@submits
	def test_somebody_else_does(self, as_user, draft, door):
		with as_user(make_user("KAM Director")):
			assert attempt(door, "KAM Policy", draft.name, {}) is None
		assert frappe.db.get_value("KAM Policy", draft.name, "docstatus") == 1

	def test_neither_does_whoever_changed_its_terms(self, as_user, draft):
		director = make_user("KAM Director")
		with as_user(director):
			edited = frappe.get_doc("KAM Policy", draft.name)
			edited.margin_bands[0].min_markup = 1
			edited.save()
		with as_user(make_user("KAM Executive")):
			edited = frappe.get_doc("KAM Policy", draft.name)
			edited.title = "Renamed only"
			edited.save()
		with as_user(director), pytest.raises(frappe.PermissionError, match="somebody else"):
			frappe.get_doc("KAM Policy", draft.name).submit()
		assert frappe.db.get_value("KAM Policy", draft.name, "drafted_by") == director

	def test_terms_changed_while_submitting_make_an_author(self, as_user, draft):
		with (
			as_user(make_user("KAM Executive")),
			pytest.raises(frappe.PermissionError, match="somebody else"),
		):
			edited = frappe.get_doc("KAM Policy", draft.name)
			edited.margin_bands[0].min_markup = 1
			edited.submit()

	def test_one_person_switches_to_block(self, as_user):
		warning = make_policy(company=frappe.get_all("Company", pluck="name", order_by="creation")[0])
		with as_user(make_user("KAM Director")):
			name = client_doors.run_method("KAM Policy", warning.name, "start_blocking")
			successor = frappe.get_last_doc("KAM Policy", {"supersedes": warning.name})
		assert successor.docstatus == 1
		assert successor.margin_action == "Block"
		assert name is None

	def test_setup_scripts_are_let_through(self):
		assert make_policy(valid_from="2010-01-01", valid_to="2010-12-31").docstatus == 1

	def test_approvers_are_told(self, as_user, jobs):
		director, executive = make_user("KAM Director"), make_user("KAM Executive")
		with as_user(director):
			draft = make_policy(submit=False, valid_from="2010-01-01", valid_to="2010-12-31")
			frappe.db.commit()
			jobs.run("frappe.desk.doctype.notification_log.notification_log.make_notification_logs")
		told = frappe.get_all("Notification Log", {"document_name": draft.name}, pluck="for_user")
		assert executive in told and director not in told
