"""By a switch, selling and receivable documents of key accounts are seen by their team only (R68)."""

import frappe
import pytest
from frappe import client

from kam_extension.integration.security import selling_visibility
from kam_extension.integration.security.selling_visibility import CUSTOMER_FIELDS
from tests.site.factories import (
	make_customer,
	make_item,
	make_key_account,
	make_quotation,
	make_sales_order,
	make_user,
)
from tests.site.query_count import count_queries
from tests.site.visibility_setup import ALL_ACCOUNTS, make_foreign_account

BESIDE = ("Sales User", "Accounts User", "Support Team")


@pytest.fixture
def user():
	return make_user("KAM User", *BESIDE)


@pytest.fixture
def switch():
	def turn(on: bool = True):
		frappe.db.set_single_value("KAM Settings", "limit_selling_documents", int(on))

	return turn


def put_document(doctype: str, customer: str) -> str:
	"""A stored document as plain as can be: who reads it depends on its customer only."""
	if doctype == "Customer":
		return customer
	field, kind = CUSTOMER_FIELDS[doctype]
	document = frappe.new_doc(doctype)
	document.update({field: customer, **({kind: "Customer"} if kind else {})})
	document.name = f"T-{frappe.generate_hash(length=10)}"
	document.owner = document.modified_by = "Administrator"
	document.db_insert()
	return document.name


def names_of(doctype: str) -> set[str]:
	return set(frappe.get_list(doctype, pluck="name", limit_page_length=0))


@pytest.mark.parametrize("doctype", sorted(CUSTOMER_FIELDS))
def test_every_document(as_user, user, switch, doctype):
	customers = (
		make_key_account(account_manager=user).customer,
		make_customer().name,
		make_foreign_account().customer,
	)
	own, plain, foreign = (put_document(doctype, customer) for customer in customers)
	if not frappe.has_permission(doctype, "read", user=user):
		user_reads_by(doctype)
	with as_user(user):
		assert {own, plain, foreign} <= names_of(doctype)
		assert frappe.has_permission(doctype, "read", doc=foreign)
	switch()
	with as_user(user):
		assert {own, plain} <= names_of(doctype)
		assert foreign not in names_of(doctype)
		assert client.get_count(doctype, {"name": ("in", [own, plain, foreign])}) == 2
		assert frappe.has_permission(doctype, "read", doc=own)
		assert frappe.has_permission(doctype, "read", doc=plain)
		for right in ("read", "write", "print", "submit"):
			assert not frappe.has_permission(doctype, right, doc=foreign), right


def user_reads_by(doctype: str) -> None:
	"""Let Sales Users read what ERPNext gives to others only."""
	from frappe.permissions import add_permission

	add_permission(doctype, "Sales User")


@pytest.mark.parametrize("roles", [*((role, "KAM User") for role in ALL_ACCOUNTS), ("Sales User",)], ids=str)
def test_it_binds_limited_users_only(as_user, switch, roles):
	switch()
	customer = make_foreign_account().customer
	order = put_document("Sales Order", customer)
	with as_user(make_user(*roles, "Sales User")):
		assert order in names_of("Sales Order")
		assert customer in names_of("Customer")
		assert frappe.has_permission("Sales Order", "read", doc=order)


def test_another_kind_of_party_is_not_a_customer(as_user, user, switch):
	switch()
	quotation = put_document("Quotation", make_foreign_account().customer)
	frappe.db.set_value("Quotation", quotation, "quotation_to", "Lead")
	with as_user(user):
		assert quotation in names_of("Quotation")
		assert frappe.has_permission("Quotation", "read", doc=quotation)


def test_item_rows_follow(as_user, user, switch):
	account, item = make_foreign_account(), make_item(cost=1, list_price=10).name
	order = make_sales_order(account.customer, [(item, 1, 10)])
	with as_user(user):
		rows = client.get_list("Sales Order Item", parent="Sales Order", filters={"parent": order.name})
		assert len(rows) == 1
	switch()
	with as_user(user):
		assert not client.get_list("Sales Order Item", parent="Sales Order", filters={"parent": order.name})


def test_nobody_sells_to_an_account_that_he_cannot_see(as_user, user, switch):
	account, item = make_foreign_account(), make_item(cost=1, list_price=10).name
	with as_user(user):
		assert make_quotation(account.customer, [(item, 1, 10)]).kam_key_account == account.name
	switch()
	with as_user(user), pytest.raises(frappe.PermissionError):
		make_quotation(account.customer, [(item, 1, 10)])


def test_a_document_is_not_moved_to_an_own_customer(as_user, user, switch):
	item = make_item(cost=1, list_price=10).name
	order = make_sales_order(make_foreign_account().customer, [(item, 1, 10)])
	own = make_key_account(account_manager=user).customer
	switch()
	with as_user(user), pytest.raises(frappe.PermissionError):
		client.save(order.as_dict() | {"customer": own})


def test_shared_documents_are_seen(as_user, user, switch):
	switch()
	order = put_document("Sales Order", make_foreign_account().customer)
	frappe.share.add("Sales Order", order, user)
	with as_user(user):
		assert order in names_of("Sales Order")
		assert frappe.has_permission("Sales Order", "read", doc=order)


def test_switched_off_costs_no_query(as_user, user):
	item = make_item(cost=1, list_price=10).name
	order = make_sales_order(make_foreign_account().customer, [(item, 1, 10)])
	with as_user(user):
		assert count_queries(lambda: selling_visibility.may_use(order, "write")) == 0
