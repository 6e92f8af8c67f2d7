"""Every step of the approval of rebate documents holds through every way in (R37, R39, R70, R75)."""

import json

import frappe
import pytest
from frappe import client
from frappe.model.workflow import bulk_workflow_approval
from frappe.utils import nowdate

from kam_extension.integration.rebates.approval_terms import got_worse
from tests.site.client_doors import SUBMITTING, WRITING, attempt, post
from tests.site.factories import company, make_key_account, make_rebate_agreement, make_user
from tests.site.rebate_setup import (
	acting_as,
	approve,
	approve_next_step,
	invoice_of,
	make_people,
	make_rebate_account,
	receive,
	set_rebate_accounts,
	take_step,
	this_month,
	verify,
)
from tests.site.visibility_setup import join_team, make_member

STEPS = {
	"Rebate Agreement": ("KAM Manager", "KAM Director", "KAM Executive"),
	"Rebate Request": ("KAM Manager", "KAM Finance", "KAM Director", "KAM Executive"),
}
FORGED = {
	"workflow_state": "Approved",
	"owner": "Administrator",
	"drafted_by": "",
	"approved_by": "Administrator",
	"verified_by": "Administrator",
	"approvals": [
		{
			"doctype": "Rebate Approval",
			"role": role,
			"approved_by": "Administrator",
			"approved_on": "2026-01-01 08:00:00",
		}
		for role in STEPS["Rebate Request"]
	],
	"flags": {"ignore_permissions": 1, "approving_for": "KAM Director", "verifying": 1},
}
both = pytest.mark.parametrize("doctype", STEPS)


@pytest.fixture
def people():
	return make_people()


@pytest.fixture
def account():
	set_rebate_accounts()
	return make_rebate_account()


@pytest.fixture
def seller():
	return make_user("KAM User")


@pytest.fixture
def request_of_400(account, seller):
	"""400 received, so 20 of rebate; made by a salesperson."""
	receive(account.order(), 400)
	join_team(account.name, seller)
	with acting_as(seller):
		return account.request()


@pytest.fixture
def agreement(seller):
	account = make_key_account()
	join_team(account.name, seller)
	with acting_as(seller):
		return make_rebate_agreement(account.name, rate_source="Special", special_rate=5)


@pytest.fixture
def document(request, doctype):
	return request.getfixturevalue("agreement" if doctype == "Rebate Agreement" else "request_of_400")


def stored(document):
	return frappe.get_doc(document.doctype, document.name)


def standing(document) -> list[tuple]:
	return [(row.role, row.approved_by) for row in stored(document).approvals if not row.withdrawn_on]


def state(document) -> str:
	return frappe.db.get_value(document.doctype, document.name, "workflow_state")


def lead(document, *users: str):
	"""Through the workflow, one user after the other; finance verifies first."""
	for user in users:
		if "KAM Finance" in frappe.get_roles(user):
			with acting_as(user):
				current = stored(document)
				current.verify(current.total_collected)
		take_step(document, user)
	return stored(document)


def approvers(doctype: str) -> dict[str, str]:
	return {role: make_user(role) for role in STEPS[doctype]}


@both
class TestEveryStep:
	def test_the_workflow_records_who_approved_which_figure(self, doctype, document):
		people = approvers(doctype)
		done = lead(document, *people.values())
		assert done.docstatus == 1
		assert [(row.role, row.approved_by) for row in done.approvals] == list(people.items())
		assert all(row.approved_on and row.terms and not row.withdrawn_on for row in done.approvals)

	def test_the_steps_hold_without_any_workflow(self, doctype, document):
		frappe.db.set_value("Workflow", {"document_type": doctype}, "is_active", 0)
		frappe.clear_cache(doctype=doctype)
		people = approvers(doctype)
		for role, user in people.items():
			if role == "KAM Finance":
				verify(document, frappe._dict(finance=user))
			else:
				assert approve_next_step(document, user) == role
		assert stored(document).docstatus == 1
		assert dict(standing(document)) == people

	def test_an_executive_alone_gets_nowhere(self, doctype, document):
		with acting_as(make_user("KAM Executive")):
			for name, door in SUBMITTING.items():
				for forged in ({}, FORGED):
					assert attempt(door, doctype, document.name, forged), name
		assert stored(document).docstatus == 0

	def test_the_last_missing_step_stops_an_executive(self, doctype, document):
		lead(document, *list(approvers(doctype).values())[:-2])
		with acting_as(make_user("KAM Executive")):
			for name, door in SUBMITTING.items():
				assert attempt(door, doctype, document.name, FORGED), name
		assert stored(document).docstatus == 0

	@pytest.mark.parametrize("door", ["submit_by_put", "submit_in_bulk"])
	def test_with_all_steps_an_executive_submits_without_the_workflow(self, doctype, document, door):
		lead(document, *list(approvers(doctype).values())[:-1])
		executive = make_user("KAM Executive")
		with acting_as(executive):
			assert attempt(SUBMITTING[door], doctype, document.name, {}) is None
		assert standing(document)[-1] == ("KAM Executive", executive)
		assert stored(document).docstatus == 1

	def test_nobody_writes_approvals(self, doctype, document, seller):
		with acting_as(seller):
			for door in WRITING.values():
				attempt(door, doctype, document.name, dict(FORGED, workflow_state="Pending Director"))
				attempt(door, doctype, document.name, {"approvals": FORGED["approvals"]})
				assert standing(document) == [], door.__name__
		assert stored(document).docstatus == 0

	def test_no_approvals_come_with_an_insert(self, doctype, document, seller):
		values = (
			stored(document).as_dict()
			| {"name": None, "workflow_state": "Draft"}
			| {"approvals": FORGED["approvals"]}
		)
		with acting_as(seller):
			made = frappe.get_doc(values).insert()
		assert made.approvals == []

	def test_made_and_submitted_at_once(self, doctype, document):
		before = frappe.db.count(doctype)
		values = stored(document).as_dict(convert_dates_to_str=True) | FORGED | {"docstatus": 1}
		for field in ("doctype", "name", "flags"):
			values.pop(field)
		with acting_as(make_user("KAM Executive", "KAM Manager")):
			assert attempt(post, doctype, **values)
		assert frappe.db.count(doctype) == before

	def test_in_bulk(self, doctype, document):
		frappe.db.commit()
		names = json.dumps([document.name])
		with acting_as(make_user("KAM Director", "KAM Executive")):
			bulk_workflow_approval(names, doctype, "Approve")
		assert (standing(document), state(document)) == ([], "Draft")
		manager = make_user("KAM Manager")
		frappe.db.commit()
		with acting_as(manager):
			bulk_workflow_approval(names, doctype, "Approve")
		assert standing(document) == [("KAM Manager", manager)]

	def test_a_row_of_the_approvals_is_not_saved_by_itself(self, doctype, document):
		row = FORGED["approvals"][0] | {
			"parent": document.name,
			"parenttype": doctype,
			"parentfield": "approvals",
		}
		with acting_as(make_user("KAM Executive")):
			attempt(client.insert, row)
		assert standing(document) == []

	def test_nobody_takes_two_steps(self, doctype, document):
		both_roles = make_user("KAM Manager", "KAM Director")
		take_step(document, both_roles)
		if doctype == "Rebate Request":
			lead(document, make_user("KAM Finance"))
		with pytest.raises(frappe.PermissionError, match="already as KAM Manager"):
			take_step(document, both_roles)
		assert standing(document)[0] == ("KAM Manager", both_roles)

	def test_the_state_of_a_workflow_of_the_site_means_nothing(self, doctype, document):
		use_a_workflow_of_the_site(doctype)
		take_step(document, make_member(document.key_account), "Review")
		with pytest.raises(
			frappe.PermissionError if doctype == "Rebate Agreement" else frappe.ValidationError
		):
			take_step(document, make_user("KAM Executive"), "Approve")
		assert (stored(document).docstatus, standing(document)) == (0, [])

	def test_an_amended_copy_starts_again(self, doctype, document):
		done = lead(document, *approvers(doctype).values())
		done.cancel()
		amended = frappe.copy_doc(done)
		amended.update(
			{
				"amended_from": done.name,
				"docstatus": 0,
				"workflow_state": None,
				"approvals": [row.as_dict() for row in done.approvals],
			}
		)
		amended.insert()
		assert (amended.approvals, amended.drafted_by) == ([], None)
		assert stored(done).approvals[0].role == "KAM Manager"

	def test_sent_back_it_loses_them_and_keeps_the_rows(self, doctype, document):
		people = list(approvers(doctype).values())
		lead(document, *people[:-1])
		take_step(document, people[-1], "Reject")
		assert standing(document) == []
		assert len(stored(document).approvals) == len(people) - 1
		take_step(document, make_member(document.key_account), "Revise")
		assert lead(document, *approvers(doctype).values()).docstatus == 1


def use_a_workflow_of_the_site(doctype: str) -> None:
	for state_name in ("Open", "Reviewed", "Done"):
		if not frappe.db.exists("Workflow State", state_name):
			frappe.get_doc(doctype="Workflow State", workflow_state_name=state_name).insert()
	if not frappe.db.exists("Workflow Action Master", "Review"):
		frappe.get_doc(doctype="Workflow Action Master", workflow_action_name="Review").insert()
	frappe.get_doc(
		doctype="Workflow",
		workflow_name=f"Site {doctype}",
		document_type=doctype,
		is_active=1,
		workflow_state_field="workflow_state",
		states=[
			{"state": "Open", "doc_status": "0", "allow_edit": "All"},
			{"state": "Reviewed", "doc_status": "0", "allow_edit": "All"},
			{"state": "Done", "doc_status": "1", "allow_edit": "All"},
		],
		transitions=[
			{"state": "Open", "action": "Review", "next_state": "Reviewed", "allowed": "KAM User"},
			{"state": "Reviewed", "action": "Approve", "next_state": "Done", "allowed": "KAM Executive"},
		],
	).insert()
	frappe.db.set_value(doctype, {"docstatus": 0}, "workflow_state", "Open")


class TestAuthors:
	"""A drafts, B edits, B approves: refused, whatever B edited."""

	EDITS = (
		{"special_rate": 9},
		{"valid_to": "2099-12-31"},
		{"rate_source": "Policy Ladder", "special_rate": 0},
		{"terms": "Paid in gold"},
	)

	@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: "_".join(edit))
	def test_whoever_changed_the_terms_of_an_agreement(self, agreement, edit, role="KAM Executive"):
		people = approvers("Rebate Agreement")
		author = people[role] = make_user(role, "KAM Manager")
		with acting_as(author):
			stored(agreement).update(edit).save()
		with pytest.raises(frappe.PermissionError, match="somebody else"):
			lead(agreement, *people.values())
		assert stored(agreement).docstatus == 0

	@pytest.mark.parametrize("role", STEPS["Rebate Request"])
	def test_whoever_changed_the_amount_of_a_receipt(self, request_of_400, role):
		people = approvers("Rebate Request")
		author = people[role] = make_user(role, "KAM User")
		with acting_as(author):
			edited = stored(request_of_400)
			edited.receipts[0].collected_amount = 300
			edited.save()
		with pytest.raises(frappe.PermissionError, match="somebody else"):
			lead(request_of_400, *people.values())
		assert stored(request_of_400).docstatus == 0

	def test_the_change_may_come_with_the_approval_itself(self, agreement):
		lead(agreement, *list(approvers("Rebate Agreement").values())[:-1])
		with acting_as(make_user("KAM Executive")):
			assert attempt(
				SUBMITTING["submit_forged"], agreement.doctype, agreement.name, {"special_rate": 4}
			)
		assert (stored(agreement).docstatus, stored(agreement).special_rate) == (0, 5)

	def test_a_remark_makes_nobody_an_author(self, request_of_400, people):
		with acting_as(people.director):
			stored(request_of_400).update({"remarks": "Seen"}).save()
		assert approve(request_of_400, people).docstatus == 1

	def test_what_the_ledger_changes_has_no_author(self, request_of_400, account, people):
		manager = make_user("KAM Manager")
		payment = frappe.get_doc("Payment Entry", request_of_400.receipts[0].payment_document)
		payment.cancel()
		receive(account.order(), 100)
		with acting_as(manager):
			saved = stored(request_of_400).save()
		assert (saved.receipts, saved.drafted_by) == ([], None)

	def test_the_author_of_what_it_amends(self, agreement):
		done = lead(agreement, *approvers("Rebate Agreement").values())
		done.cancel()
		with acting_as(make_user("KAM Executive")):
			amended = frappe.copy_doc(done)
			amended.update({"amended_from": done.name, "docstatus": 0, "workflow_state": None}).insert()
		seller = frappe.get_doc("User", done.owner)
		seller.append("roles", {"role": "KAM Manager"})
		seller.save()
		with pytest.raises(frappe.PermissionError, match="somebody else"):
			take_step(amended, seller.name)

	def test_the_note_of_the_authors_is_not_the_clients(self, agreement):
		author = make_user("KAM Manager")
		with acting_as(author):
			stored(agreement).update({"special_rate": 9}).save()
			for door in WRITING.values():
				attempt(door, agreement.doctype, agreement.name, {"drafted_by": "", "owner": "Administrator"})
				assert stored(agreement).drafted_by == author, door.__name__


class TestChangedFigures:
	"""Who approved before is asked again only where it got worse (R75)."""

	@pytest.fixture
	def prepared(self, request_of_400, people):
		"""At the executive, by the workflow."""
		self.users = [make_user("KAM Manager"), people.finance, people.director]
		return lead(request_of_400, *self.users)

	def edit(self, document, user=None, **values):
		with acting_as(user or make_member(document.key_account)):
			edited = stored(document)
			edited.update({key: value for key, value in values.items() if key != "collected_amount"})
			if "collected_amount" in values:
				edited.receipts[0].collected_amount = values["collected_amount"]
			return edited.save()

	def test_less_asks_finance_alone(self, prepared, people):
		self.edit(prepared, collected_amount=300)
		assert [role for role, _user in standing(prepared)] == ["KAM Manager", "KAM Director"]
		assert state(prepared) == "Pending Finance"
		lead(prepared, make_user("KAM Finance"))
		assert state(prepared) == "Pending Executive"
		assert take_step(prepared, people.executive).total_rebate == 15

	def test_more_asks_everybody(self, prepared):
		self.edit(prepared, collected_amount=300)
		self.edit(prepared, collected_amount=400)
		assert (standing(prepared), state(prepared)) == ([], "Draft")
		assert frappe.db.get_value("Rebate Request", prepared.name, "status") == "Draft"

	def test_money_from_the_ledger_is_not_added_by_itself(self, prepared, account):
		receive(account.order(), 100)
		self.edit(prepared, remarks="Checked")
		assert [role for role, _user in standing(prepared)] == list(STEPS["Rebate Request"][:3])

	def test_paying_out_asks_all_but_finance(self, prepared):
		self.edit(prepared, settlement_method="Pay Customer", payment_account=cash_account())
		assert [role for role, _user in standing(prepared)] == ["KAM Finance"]
		assert state(prepared) == "Draft"

	def test_how_finance_books_it_asks_nobody(self, prepared):
		self.edit(prepared, user=make_user("KAM Finance"), settlement_date=this_month())
		assert len(standing(prepared)) == 3

	def test_how_somebody_else_books_it_asks_all_but_finance(self, prepared, account):
		invoice = invoice_of(account.order(50))
		self.edit(prepared, offset_invoices=[{"sales_invoice": invoice.name, "allocated_amount": 20}])
		assert [role for role, _user in standing(prepared)] == ["KAM Finance"]
		assert state(prepared) == "Draft"

	@pytest.mark.parametrize(("difference", "worse"), [(0.01, True), (0, False), (-0.01, False)])
	def test_the_total_counts_besides_the_receipts(self, prepared, difference, worse):
		"""A programme may give more on the same receipts."""
		changed = stored(prepared)
		changed.total_rebate += difference
		assert got_worse(prepared, changed) is worse

	def test_one_receipt_more_and_another_less_is_worse(self, prepared):
		changed = stored(prepared)
		changed.receipts[0].rebate_amount += 1
		assert got_worse(prepared, changed)

	def test_one_programme_more_and_another_less_is_worse(self, prepared):
		before, changed = stored(prepared), stored(prepared)
		periods = {"period_from": this_month(), "period_to": nowdate()}
		for request, amounts in ((before, (10, 20)), (changed, (15, 15))):
			for code, amount in zip("AB", amounts, strict=True):
				request.append("programmes", {"programme": code, "rebate_amount": amount} | periods)
		assert got_worse(before, changed)

	def test_a_remark_asks_nobody(self, prepared):
		self.edit(prepared, remarks="Checked")
		assert (len(standing(prepared)), state(prepared)) == (3, "Pending Executive")

	@pytest.mark.parametrize(
		("values", "kept"),
		[
			({"special_rate": 4}, True),
			({"valid_to": "2027-01-31"}, True),
			({"special_rate": 6}, False),
			({"valid_to": "2099-12-31"}, False),
			({"valid_from": "2020-01-01"}, False),
			({"rate_source": "Policy Ladder", "special_rate": 0}, False),
			({"terms": "More"}, False),
		],
	)
	def test_terms_of_an_agreement(self, agreement, values, kept):
		lead(agreement, make_user("KAM Manager"), make_user("KAM Director"))
		self.edit(agreement, **values)
		assert bool(standing(agreement)) is kept
		assert state(agreement) == ("Director Approved" if kept else "Draft")


class TestVerification:
	def test_finance_passes_nothing_on_unverified(self, request_of_400, people):
		take_step(request_of_400, make_user("KAM Manager"))
		with pytest.raises(frappe.ValidationError, match="not verified"):
			take_step(request_of_400, people.finance)
		assert state(request_of_400) == "Pending Finance"

	def test_nor_with_another_figure(self, request_of_400, people):
		take_step(request_of_400, make_user("KAM Manager"))
		verify(request_of_400, people, 399.99)
		with pytest.raises(frappe.ValidationError, match="differs"):
			take_step(request_of_400, people.finance)
		assert [role for role, _user in standing(request_of_400)] == ["KAM Manager"]

	def test_every_verification_stays(self, request_of_400, people):
		verify(request_of_400, people, 399)
		second = frappe._dict(finance=make_user("KAM Finance"))
		verify(request_of_400, second)
		rows = [
			(row.approved_by, row.amount, bool(row.withdrawn_on)) for row in stored(request_of_400).approvals
		]
		assert rows == [(people.finance, 399, True), (second.finance, 400, False)]

	def test_it_may_come_before_the_manager(self, request_of_400, people):
		verify(request_of_400, people)
		take_step(request_of_400, make_user("KAM Manager"))
		assert state(request_of_400) == "Pending Finance"
		take_step(request_of_400, make_user("KAM Finance"))
		assert standing(request_of_400)[0] == ("KAM Finance", people.finance)
		assert state(request_of_400) == "Pending Director"

	def test_the_figures_approved_are_kept(self, request_of_400, people):
		approve(request_of_400, people)
		assert [row.amount for row in stored(request_of_400).approvals] == [20, 400, 20, 20]


def test_set_up_scripts_run_as_administrator(account):
	assert make_rebate_agreement(make_key_account().name, submit=True).docstatus == 1


def test_the_director_waits_for_finance(request_of_400, people):
	approve_next_step(request_of_400, make_user("KAM Manager"))
	with pytest.raises(frappe.ValidationError, match="not verified"):
		approve_next_step(request_of_400, people.director)
	assert len(standing(request_of_400)) == 1


def cash_account() -> str:
	return frappe.get_all(
		"Account", {"company": company(), "account_type": "Cash", "is_group": 0}, pluck="name"
	)[0]
