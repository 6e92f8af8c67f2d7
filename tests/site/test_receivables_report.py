"""Key Account Receivables equals ERPNext's Accounts Receivable to the cent (R33)."""

import pytest
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from frappe.utils import add_days, nowdate

from kam_extension.kam_extension.report.key_account_receivables.key_account_receivables import execute
from tests.site.factories import (
	company,
	make_customer,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
	make_user,
)
from tests.site.rebate_setup import (
	acting_as,
)

AMOUNTS = ("invoiced", "paid", "credit_note", "outstanding", "range1", "range2", "range3", "range4", "range5")


def native(filters: dict) -> list:
	from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute as accounts_receivable

	return accounts_receivable(dict(filters))[1]


@pytest.fixture
def filters() -> dict:
	return {
		"company": company(),
		"report_date": nowdate(),
		"ageing_based_on": "Due Date",
		"calculate_ageing_with": "Report Date",
		"range": "30, 60, 90, 120",
	}


@pytest.fixture
def item():
	return make_item(list_price=100).name


@pytest.fixture
def account(item):
	"""Invoices of several ages, a part payment, a return, money on account and an odd cent."""
	account = make_key_account(tier="B")
	for days, amount in ((5, 100.1), (45, 200.2), (75, 333.33), (200, 1000)):
		day = add_days(nowdate(), -days)
		invoice = make_sales_invoice(
			account.customer, [(item, 1, amount)], submit=True, posting_date=day, due_date=add_days(day, 10)
		)
	make_payment_entry(invoice, 250.55)
	returned = make_sales_invoice(account.customer, [(item, 1, 70)], submit=True)
	credit_note = make_sales_return(returned.name)
	credit_note.insert()
	credit_note.submit()
	make_payment_entry(customer=account.customer, amount=40)
	return account


def sums(rows: list) -> dict:
	return {field: round(sum(row.get(field) or 0 for row in rows), 2) for field in AMOUNTS}


@pytest.mark.parametrize("ageing", ["Due Date", "Posting Date"])
def test_equals_accounts_receivable(account, filters, ageing):
	filters["ageing_based_on"] = ageing
	expected = [row for row in native(filters) if row.party == account.customer]
	assert sums(expected)["outstanding"] == 1343.08
	by_voucher = [row for row in execute(filters)[1] if row["party"] == account.customer]
	by_account = [
		row for row in execute(filters | {"group_by_account": 1})[1] if row["party"] == account.customer
	]
	assert {row["voucher_no"]: row["outstanding"] for row in by_voucher} == {
		row.voucher_no: row.outstanding for row in expected
	}
	assert sums(by_voucher) == sums(expected)
	assert len(by_account) == 1
	assert sums(by_account) == sums(expected)


def test_overdue_is_what_is_past_its_due_date(account, filters):
	row = next(
		row for row in execute(filters | {"group_by_account": 1})[1] if row["party"] == account.customer
	)
	assert row["overdue"] == round(200.2 + 333.33 + 1000 - 250.55, 2)


def test_as_of_an_earlier_date(account, filters):
	filters["report_date"] = add_days(nowdate(), -60)
	expected = [row for row in native(filters) if row.party == account.customer]
	rows = [row for row in execute(filters)[1] if row["party"] == account.customer]
	assert sums(rows) == sums(expected)
	assert sums(rows)["outstanding"] == 1333.33


def test_only_key_accounts_show(account, filters, item):
	customer = make_customer().name
	make_sales_invoice(customer, [(item, 1, 100)], submit=True)
	assert customer in {row.party for row in native(filters)}
	assert customer not in {row["party"] for row in execute(filters)[1]}


def test_filter_by_tier_and_manager(account, filters, item):
	manager = make_user("KAM User")
	other = make_key_account(tier="A", account_manager=manager)
	make_sales_invoice(other.customer, [(item, 1, 100)], submit=True)

	def parties(**more):
		return {row["party"] for row in execute(filters | more)[1]}

	assert {account.customer, other.customer} <= parties()
	assert account.customer in parties(tier="B")
	assert other.customer not in parties(tier="B")
	assert parties(account_manager=manager) == {other.customer}
	assert parties(tier="C", account_manager=manager) == set()


def test_columns_name_account_tier_and_manager(account, filters):
	columns = {column["fieldname"] for column in execute(filters | {"group_by_account": 1})[0]}
	assert {"key_account", "tier", "account_manager", "outstanding", "range1", "range5"} <= columns


def test_kam_finance_can_run_it_without_an_accounting_role(account, filters):
	with acting_as(make_user("KAM Finance")):
		rows = execute(filters | {"group_by_account": 1})[1]
	assert account.customer in {row["party"] for row in rows}
