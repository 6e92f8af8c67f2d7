"""Price Exception: asked for, approved by authority and by somebody else, covers its document and chain (R27)."""

import frappe
import pytest
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_order,
	make_user,
)

FAILING = 110  # cost 100, minimum markup 20 %
PASSING = 120


@pytest.fixture(autouse=True)
def policy():
	authorities = [
		{"role": "KAM Manager", "max_markup_concession": 5, "max_discount": 5},
		{"role": "KAM Executive", "max_markup_concession": 100, "max_discount": 100, "may_pass_credit": 1},
	]
	return make_policy(
		margin_action="Block", price_action="Block", credit_action="Off", authorities=authorities
	)


@pytest.fixture
def account():
	return make_key_account(account_class="Major", tier="A")


@pytest.fixture
def item():
	return make_item(cost=100, list_price=120).name


@pytest.fixture
def seller():
	return make_user("KAM User", "Sales User")


@pytest.fixture
def executive():
	return make_user("KAM Executive")


@pytest.fixture
def order(as_user, seller, account, item):
	with as_user(seller):
		return make_sales_order(account.customer, [(item, 10, FAILING)])


def ask(as_user, seller, doc, **fields):
	with as_user(seller):
		name = request_exception(doc.doctype, doc.name, "Lost tender otherwise", **fields)
	return frappe.get_doc("Price Exception", name)


def approve(as_user, approver, exception):
	with as_user(approver):
		return frappe.get_doc("Price Exception", exception.name).submit()


def test_request_holds_what_is_broken(as_user, seller, order, item):
	exception = ask(as_user, seller, order)
	(violation,) = exception.violations
	assert (violation.rule, violation.required, violation.requested) == ("Markup", 1200, 1100)
	assert exception.requested_by == seller
	assert exception.approval_role == "KAM Executive"


def test_approved_exception_lets_the_order_through(as_user, seller, executive, order):
	with pytest.raises(PolicyViolation), as_user(seller):
		order.submit()
	exception = approve(as_user, executive, ask(as_user, seller, order))
	assert exception.approved_by == executive
	order.reload().submit()
	assert order.kam_verdict == "Excepted"
	assert order.kam_price_exception == exception.name


def test_a_role_below_the_needed_authority_is_refused(as_user, seller, order):
	exception = ask(as_user, seller, order)
	with pytest.raises(frappe.PermissionError, match="KAM Executive"):
		approve(as_user, make_user("KAM Manager"), exception)


def test_the_lowest_sufficient_role_may_approve(as_user, seller, account, item):
	with as_user(seller):
		order = make_sales_order(account.customer, [(item, 10, 116)])
	exception = ask(as_user, seller, order)
	assert exception.approval_role == "KAM Manager"
	approve(as_user, make_user("KAM Manager"), exception)
	assert order.reload().submit().kam_verdict == "Excepted"


def test_the_requester_never_approves(as_user, order):
	requester = make_user("KAM Executive", "KAM User", "Sales User")
	exception = ask(as_user, requester, order)
	with pytest.raises(frappe.PermissionError, match="Somebody else"):
		approve(as_user, requester, exception)


def test_the_author_of_the_order_never_approves(as_user, account, item):
	author = make_user("KAM Executive", "KAM User", "Sales User")
	with as_user(author):
		order = make_sales_order(account.customer, [(item, 10, FAILING)])
	exception = ask(as_user, make_user("KAM User", "Sales User"), order)
	with pytest.raises(frappe.PermissionError, match="Somebody else"):
		approve(as_user, author, exception)


def test_a_lower_price_than_approved_is_not_covered(as_user, seller, executive, order):
	approve(as_user, executive, ask(as_user, seller, order))
	order.reload().items[0].rate = FAILING - 0.01
	order.save()
	with pytest.raises(PolicyViolation):
		order.submit()


def test_more_than_approved_is_not_covered(as_user, seller, executive, order):
	approve(as_user, executive, ask(as_user, seller, order))
	order.reload().items[0].qty = 11
	order.save()
	with pytest.raises(PolicyViolation):
		order.submit()


def test_an_expired_exception_covers_nothing(as_user, seller, executive, order):
	exception = approve(as_user, executive, ask(as_user, seller, order))
	exception.db_set("valid_until", frappe.utils.add_days(None, -1))
	with pytest.raises(PolicyViolation):
		order.reload().submit()


def test_a_cancelled_exception_covers_nothing(as_user, seller, executive, order):
	exception = approve(as_user, executive, ask(as_user, seller, order))
	exception.reload().cancel()
	with pytest.raises(PolicyViolation):
		order.reload().submit()


def test_a_draft_that_a_cancelled_exception_covered_is_judged_anew(as_user, seller, executive, order):
	"""Frappe refuses a link to a cancelled document before any event of ours."""
	exception = approve(as_user, executive, ask(as_user, seller, order))
	order.reload().save()
	assert (order.kam_verdict, order.kam_price_exception) == ("Excepted", exception.name)
	exception.reload().cancel()
	with pytest.raises(frappe.TimestampMismatchError):
		order.save()
	order.reload().items[0].rate = PASSING
	order.save()
	order.submit()
	assert (order.kam_verdict, order.kam_price_exception) == ("Pass", None)


def test_a_submitted_document_goes_on_naming_its_cancelled_exception(as_user, seller, executive, order):
	exception = approve(as_user, executive, ask(as_user, seller, order))
	order.reload().submit()
	exception.reload().cancel()
	assert order.reload().kam_price_exception == exception.name


def test_the_exception_of_a_quotation_covers_its_order(as_user, seller, executive, account, item):
	with as_user(seller):
		quotation = make_quotation(account.customer, [(item, 10, FAILING)])
	approve(as_user, executive, ask(as_user, seller, quotation))
	quotation.reload().submit()
	order = order_of(quotation.name)
	order.delivery_date = frappe.utils.add_days(None, 5)
	order.insert().submit()
	assert order.kam_verdict in ("Excepted", "Not Applicable")


def amend(order):
	order.cancel()
	amended = frappe.copy_doc(order, ignore_no_copy=False)
	amended.update({"amended_from": order.name, "docstatus": 0})
	amended.delivery_date = frappe.utils.add_days(None, 5)
	return amended


def test_the_exception_covers_amendments_of_amendments(as_user, seller, executive, order):
	approve(as_user, executive, ask(as_user, seller, order))
	first = amend(order.reload().submit())
	assert not first.kam_price_exception
	assert first.insert().submit().kam_verdict == "Excepted"
	assert amend(first).insert().submit().kam_verdict == "Excepted"


def test_a_second_open_request_is_refused(as_user, seller, order):
	ask(as_user, seller, order)
	with pytest.raises(frappe.ValidationError, match="already waiting"):
		ask(as_user, seller, order)


def test_a_document_that_breaks_nothing_needs_none(as_user, seller, account, item):
	with as_user(seller):
		order = make_sales_order(account.customer, [(item, 10, 120)])
	with pytest.raises(frappe.ValidationError, match="breaks no rule"):
		ask(as_user, seller, order)


def test_a_reason_is_mandatory(as_user, seller, order):
	with pytest.raises(frappe.ValidationError, match="Reason"), as_user(seller):
		request_exception(order.doctype, order.name, "  ")


def test_who_may_not_write_the_document_may_not_ask(as_user, order):
	with pytest.raises(frappe.PermissionError), as_user(make_user("KAM Finance")):
		request_exception(order.doctype, order.name, "Because")


def test_figures_are_not_the_requesters_to_write(as_user, seller, executive, order):
	"""An edited row would let an approver sign one figure and the order use another."""
	exception = ask(as_user, seller, order)
	with as_user(seller), pytest.raises(frappe.ValidationError):
		changed = frappe.get_doc("Price Exception", exception.name)
		changed.violations[0].approved = 1
		changed.save()
