"""Who sees which receivables: roles and user permissions (R33, R68)."""

import frappe
import pytest

from kam_extension.kam_extension.report.key_account_receivables.key_account_receivables import execute
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
	make_user,
	unique,
)
from tests.site.receivables_book import receivable_account

READERS = ("KAM Manager", "KAM Director", "KAM Executive", "KAM Finance")
BOTH_VIEWS = ({"group_by_account": 1}, {"group_by_account": 0})


@pytest.fixture
def item() -> str:
	return make_item().name


@pytest.fixture
def accounts(item) -> list:
	"""Two key accounts that owe 100 each."""
	found = [make_key_account(), make_key_account()]
	for account in found:
		make_sales_invoice(account.customer, [(item, 1, 100)], submit=True)
	return found


@pytest.fixture
def plain_customer(item) -> str:
	customer = make_customer().name
	make_sales_invoice(customer, [(item, 1, 100)], submit=True)
	return customer


def allow(user: str, doctype: str, name: str, **more) -> None:
	insert("User Permission", user=user, allow=doctype, for_value=name, apply_to_all_doctypes=1, **more)


def parties(**filters) -> set[str]:
	return {row["party"] for row in execute({"company": company(), **filters})[1]}


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("view", BOTH_VIEWS)
def test_readers_need_no_other_role(accounts, as_user, role, view):
	with as_user(make_user(role)):
		assert {account.customer for account in accounts} <= parties(**view)


def test_a_kam_user_has_no_right_to_the_ledger(accounts, as_user):
	with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
		parties()


def test_one_shared_entry_is_no_right_to_all(accounts, as_user):
	user = make_user("KAM User")
	entry = frappe.get_all("Payment Ledger Entry", {"party": accounts[0].customer}, pluck="name")[0]
	frappe.share.add("Payment Ledger Entry", entry, user, read=1)
	with as_user(user), pytest.raises(frappe.PermissionError):
		parties()


def test_the_report_opens_for_its_roles_only(as_user):
	from frappe.desk.query_report import run

	with as_user(make_user("KAM Finance")):
		answer = run("Key Account Receivables", {"company": company(), "group_by_account": 1})
	assert [column["fieldname"] for column in answer["columns"]][:2] == ["key_account", "party"]
	with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
		run("Key Account Receivables", {"company": company()})


@pytest.mark.parametrize("view", BOTH_VIEWS)
@pytest.mark.parametrize("doctype", ["Key Account", "Customer"])
def test_user_permissions_on_accounts_and_customers(accounts, as_user, doctype, view):
	mine, other = accounts
	user = make_user("KAM Manager")
	allow(user, doctype, mine.name if doctype == "Key Account" else mine.customer)
	with as_user(user):
		seen = parties(**view)
	assert mine.customer in seen
	assert other.customer not in seen


def test_all_customers_are_those_whom_the_reader_may_see(accounts, plain_customer, as_user):
	user = make_user("KAM Finance")
	with as_user(user):
		assert plain_customer not in parties()
		assert {plain_customer, accounts[0].customer} <= parties(all_customers=1)
	allow(user, "Customer", plain_customer)
	with as_user(user):
		assert parties(all_customers=1) == {plain_customer}
		assert parties(all_customers=1, party=[accounts[0].customer]) == set()


def test_all_customers_don_t_tell_of_accounts_that_the_reader_may_not_see(accounts, as_user):
	mine, other = accounts
	user = make_user("KAM Finance")
	allow(user, "Key Account", mine.name)
	with as_user(user):
		rows = execute({"company": company(), "all_customers": 1})[1]
	tiers = {row["party"]: (row["key_account"], row["tier"]) for row in rows}
	assert tiers[mine.customer] == (mine.name, "A")
	assert tiers.get(other.customer, (None, None)) == (None, None)


def test_user_permission_on_another_company(accounts, as_user):
	other = insert(
		"Company",
		company_name=unique("Company"),
		default_currency="CNY",
		country="China",
		abbr=unique("C")[-5:],
	).name
	user = make_user("KAM Finance")
	allow(user, "Company", other)
	with as_user(user):
		assert parties() == set()


@pytest.mark.parametrize("view", BOTH_VIEWS)
def test_user_permission_on_a_receivable_account(item, as_user, view):
	account, receivable = make_key_account(), receivable_account()
	make_sales_invoice(account.customer, [(item, 1, 100)], submit=True)
	make_sales_invoice(account.customer, [(item, 1, 30)], submit=True, debit_to=receivable)
	user = make_user("KAM Finance")
	allow(user, "Account", receivable)
	with as_user(user):
		rows = execute({"company": company(), **view})[1]
	assert [row["outstanding"] for row in rows if row["party"] == account.customer] == [30]


def test_user_permission_on_a_cost_center_leaves_out_payments_elsewhere(item, as_user):
	"""As in ERPNext: the reader sees the entries of his cost center, what settles them on another one he doesn't."""
	main = frappe.get_cached_value("Company", company(), "cost_center")
	parent = frappe.db.get_value("Cost Center", main, "parent_cost_center")
	values = {"cost_center_name": unique("Center"), "parent_cost_center": parent, "company": company()}
	other = insert("Cost Center", **values).name
	account = make_key_account()
	sold = make_sales_invoice(account.customer, [(item, 1, 100)], submit=True, cost_center=main)
	make_payment_entry(sold, 40, cost_center=other)
	user = make_user("KAM Finance")
	allow(user, "Cost Center", main)
	with as_user(user):
		rows = execute({"company": company()})[1]
	assert [row["outstanding"] for row in rows if row["party"] == account.customer] == [100]
