"""Nobody approves what they asked for or wrote, through whatever door (R27, R70, R79)."""

import json

import frappe
import pytest
from frappe.model.workflow import apply_workflow, bulk_workflow_approval
from frappe.utils import add_days, nowdate

from tests.site import client_doors
from tests.site.client_doors import SUBMITTING, WRITING, attempt
from tests.site.exception_setup import FAILING, SELLER, ask, make_failing_order
from tests.site.factories import (
	make_customer,
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_order,
	make_user,
)

LOWER = 105  # cost 100, minimum markup 20 %
EXECUTIVE = ("KAM Executive", *SELLER, "Sales Manager")
submits = pytest.mark.parametrize("door", SUBMITTING.values(), ids=SUBMITTING)
writes = pytest.mark.parametrize("door", WRITING.values(), ids=WRITING)


@pytest.fixture(autouse=True)
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


@pytest.fixture
def seller():
	return make_user(*SELLER)


@pytest.fixture
def item():
	return make_item(cost=100, list_price=120).name


@pytest.fixture
def order(as_user, seller, item):
	return make_failing_order(as_user, seller, item)


@pytest.fixture
def exception(as_user, seller, order):
	return ask(as_user, seller, order)


def is_approved(exception) -> bool:
	return frappe.db.get_value("Price Exception", exception.name, "docstatus") == 1


def edit(as_user, user, document, **values):
	with as_user(user):
		edited = frappe.get_doc(document.doctype, document.name)
		edited.update(values)
		for row in edited.items:
			row.rate = values.get("rate", row.rate)
		edited.save()


class TestAuthorOfTheDocument:
	@pytest.mark.parametrize(
		"change", [{"rate": LOWER}, {"apply_discount_on": "Net Total", "discount_amount": 30}]
	)
	@pytest.mark.parametrize("make", [make_sales_order, make_quotation])
	def test_whoever_changed_the_prices_is_one(self, as_user, seller, item, make, change):
		account = make_key_account()
		with as_user(seller):
			document = make(account.customer, [(item, 10, FAILING)])
		helper = make_user(*EXECUTIVE)
		edit(as_user, helper, document, **change)
		asked = ask(as_user, seller, document)
		with as_user(helper), pytest.raises(frappe.PermissionError, match="Somebody else"):
			frappe.get_doc("Price Exception", asked.name).submit()
		with as_user(make_user("KAM Executive")):
			frappe.get_doc("Price Exception", asked.name).submit()

	def test_he_stays_one_when_others_change_the_prices_after_him(self, as_user, seller, order):
		helper = make_user(*EXECUTIVE)
		edit(as_user, helper, order, rate=LOWER)
		edit(as_user, make_user(*SELLER), order, rate=LOWER - 1)
		asked = ask(as_user, seller, order)
		with as_user(helper), pytest.raises(frappe.PermissionError, match="Somebody else"):
			frappe.get_doc("Price Exception", asked.name).submit()

	def test_whoever_changed_something_else_is_none(self, as_user, seller, order):
		helper = make_user(*EXECUTIVE)
		edit(as_user, helper, order, po_no="4711", delivery_date=add_days(nowdate(), 30))
		asked = ask(as_user, seller, order)
		with as_user(helper):
			frappe.get_doc("Price Exception", asked.name).submit()
		assert is_approved(asked)

	@writes
	def test_the_note_of_the_authors_is_not_the_clients(self, as_user, seller, order, door):
		helper = make_user(*EXECUTIVE)
		edit(as_user, helper, order, rate=LOWER)
		with as_user(helper):
			attempt(door, order.doctype, order.name, {"kam_priced_by": ""})
		assert frappe.db.get_value(order.doctype, order.name, "kam_priced_by") == helper

	def test_a_detour_by_another_customer_wipes_nothing_out(self, as_user, seller, order):
		helper = make_user(*EXECUTIVE)
		account, plain = order.customer, make_customer().name
		edit(as_user, helper, order, rate=LOWER)
		with as_user(make_user(*SELLER)):
			client_doors.put(order.doctype, order.name, {"customer": plain, "kam_priced_by": ""})
			client_doors.put(order.doctype, order.name, {"kam_priced_by": ""})
		edit(as_user, seller, order, customer=account)
		assert frappe.db.get_value(order.doctype, order.name, "kam_priced_by") == helper

	def test_whoever_gives_it_to_the_account_is_one(self, as_user, seller, item):
		account, helper = make_key_account().customer, make_user(*EXECUTIVE)
		with as_user(seller):
			order = make_sales_order(make_customer().name, [(item, 10, FAILING)])
		edit(as_user, helper, order, customer=account)
		assert frappe.db.get_value(order.doctype, order.name, "kam_priced_by") == helper

	@writes
	def test_the_owner_is_not_the_clients_either(self, as_user, seller, order, door):
		with as_user(seller):
			attempt(door, order.doctype, order.name, {"owner": "Administrator"})
		assert frappe.db.get_value(order.doctype, order.name, "owner") == seller

	def test_the_author_of_what_was_amended_is_one(self, as_user, seller, item):
		author = make_user(*EXECUTIVE)
		account = make_key_account()
		with as_user(author):
			order = make_sales_order(account.customer, [(item, 10, 120)], submit=True)
			order.cancel()
		with as_user(seller):
			amended = frappe.copy_doc(order)
			amended.update({"docstatus": 0, "amended_from": order.name})
			amended.delivery_date = add_days(nowdate(), 5)
			amended.items[0].rate = FAILING
			amended.insert()
		asked = ask(as_user, seller, amended)
		with as_user(author), pytest.raises(frappe.PermissionError, match="Somebody else"):
			frappe.get_doc("Price Exception", asked.name).submit()


class TestApproval:
	FORGED = {
		"workflow_state": "Approved",
		"requested_by": "Administrator",
		"owner": "Administrator",
		"approval_role": "KAM User",
		"approved_by": "Administrator",
		"flags": {"ignore_permissions": 1, "kam_system": 1},
	}

	@submits
	@pytest.mark.parametrize("forged", [{}, FORGED], ids=["plain", "forged"])
	def test_the_requester_gets_nowhere(self, as_user, order, door, forged):
		requester = make_user(*EXECUTIVE)
		exception = ask(as_user, requester, order)
		with as_user(requester):
			assert attempt(door, "Price Exception", exception.name, forged)
		assert not is_approved(exception)

	@submits
	def test_a_role_without_authority_gets_nowhere(self, as_user, exception, door):
		with as_user(make_user("KAM Manager", "KAM Director", "System Manager")):
			assert attempt(door, "Price Exception", exception.name, {"approval_role": "KAM Manager"})
		assert not is_approved(exception)

	@submits
	def test_an_executive_may(self, as_user, exception, door):
		approver = make_user("KAM Executive")
		with as_user(approver):
			assert attempt(door, "Price Exception", exception.name, {}) is None
		assert is_approved(exception)
		assert frappe.db.get_value("Price Exception", exception.name, "approved_by") == approver

	@writes
	def test_the_state_is_not_written(self, as_user, exception, seller, door):
		with as_user(seller):
			attempt(door, "Price Exception", exception.name, {"workflow_state": "Approved", "docstatus": 1})
		assert not is_approved(exception)

	def test_the_workflow_knows_authority_too(self, as_user, exception):
		with as_user(make_user("KAM Director")), pytest.raises(frappe.PermissionError, match="KAM Executive"):
			apply_workflow(exception, "Approve")
		assert not is_approved(exception)
		with as_user(make_user("KAM Executive")):
			apply_workflow(frappe.get_doc("Price Exception", exception.name), "Approve")
		assert is_approved(exception)

	def test_in_bulk_as_well(self, as_user, exception):
		frappe.db.commit()
		with as_user(make_user("KAM Director")):
			bulk_workflow_approval(json.dumps([exception.name]), "Price Exception", "Approve")
		assert not is_approved(exception)
		frappe.db.commit()
		with as_user(make_user("KAM Executive")):
			bulk_workflow_approval(json.dumps([exception.name]), "Price Exception", "Approve")
		assert is_approved(exception)

	def test_made_and_submitted_at_once(self, as_user, order):
		requester = make_user(*EXECUTIVE)
		values = {
			"doctype": "Price Exception",
			"reference_doctype": "Sales Order",
			"reference_name": order.name,
			"reason": "Please",
			"valid_until": nowdate(),
			"docstatus": 1,
			"requested_by": "Administrator",
		}
		with as_user(requester):
			assert attempt(frappe.client.insert, values)
		assert not frappe.db.exists("Price Exception", {"reference_name": order.name})

	def test_an_amended_exception_is_a_new_request(self, as_user, exception):
		approver, second = make_user("KAM Executive", *SELLER, "Sales Manager"), make_user("KAM Executive")
		with as_user(approver):
			approved = frappe.get_doc("Price Exception", exception.name).submit()
			approved.cancel()
			amended = frappe.copy_doc(approved)
			values = {"docstatus": 0, "amended_from": approved.name, "workflow_state": "Draft"}
			amended.update(values | {"approved_by": None})
			amended.insert()
			with pytest.raises(frappe.PermissionError, match="Somebody else"):
				amended.submit()
		with as_user(second):
			frappe.get_doc("Price Exception", amended.name).submit()
		assert is_approved(amended)

	def test_what_was_rejected_is_revised_first(self, as_user, exception):
		with as_user(make_user("KAM Executive")):
			apply_workflow(frappe.get_doc("Price Exception", exception.name), "Reject")
			with pytest.raises(frappe.ValidationError, match="was rejected"):
				frappe.get_doc("Price Exception", exception.name).submit()
