"""The rows by account: sums, days sales outstanding, limit use, rebates, net exposure, what is overdue (R33)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.integration.credit.exposures import credit_positions
from kam_extension.kam_extension.report.key_account_receivables.key_account_receivables import execute
from kam_extension.kam_extension.report.rebate_statement import rebate_statement
from tests.site.books import customer_row, journal, ledger_row
from tests.site.credit_setup import due, make_credit_policy, standing
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
	unique,
)
from tests.site.query_count import count_queries
from tests.site.rebate_setup import approve, make_people, make_rebate_account, receive, set_rebate_accounts
from tests.site.receivables_setup import by_account, by_voucher, halves, sell

AMOUNTS = ("invoiced", "paid", "credit_note", "outstanding", "overdue", "total_due")


@pytest.fixture
def item() -> str:
	return make_item(cost=1, list_price=100).name


def test_sums_are_those_of_the_vouchers(item):
	account = make_key_account()
	paid = sell(account, item, 1000.1, 40, due_date=add_days(nowdate(), -20))
	make_payment_entry(paid, 333.33)
	sell(account, item, 50.05)
	make_payment_entry(customer=account.customer, amount=10)
	row, vouchers = by_account(account.customer), by_voucher(account.customer)
	assert len(vouchers) == 3
	assert {name: row[name] for name in AMOUNTS} == {
		name: round(sum(voucher[name] for voucher in vouchers), 2) for name in AMOUNTS
	}
	assert (row["outstanding"], row["overdue"], row["oldest_days_overdue"]) == (706.82, 666.77, 20)


def test_those_who_owe_most_for_too_long_come_first(item):
	late, later, punctual = (make_key_account() for _ in range(3))
	sell(late, item, 9_000_000, **due(5))
	sell(later, item, 9_500_000, **due(3))
	sell(punctual, item, 9_900_000)
	rows = execute({"company": company(), "group_by_account": 1})[1]
	order = [row["party"] for row in rows]
	assert sorted((later.customer, late.customer, punctual.customer), key=order.index) == [
		later.customer, late.customer, punctual.customer,
	]  # fmt: skip


def test_overdue_of_an_invoice_with_terms_is_what_its_later_terms_don_t_cover(item):
	account = make_key_account()
	days = {"posting_date": add_days(nowdate(), -30), "due_date": add_days(nowdate(), 10)}
	sold = make_sales_invoice(
		account.customer, [(item, 1, 100)], submit=True, payment_schedule=halves(-5, 10), **days
	)
	assert by_account(account.customer)["overdue"] == 50
	make_payment_entry(sold, 30)
	assert by_account(account.customer)["overdue"] == 20
	make_payment_entry(sold, 40)
	assert by_account(account.customer)["overdue"] == 0
	assert [row["overdue"] for row in by_voucher(account.customer, based_on_payment_terms=1)] == [0]


def test_what_is_due_on_the_report_date_is_not_overdue(item):
	account = make_key_account()
	sell(account, item, 100)
	assert by_account(account.customer)["overdue"] == 0
	assert by_account(account.customer, report_date=add_days(nowdate(), 1))["overdue"] == 100


def test_a_debit_without_due_date_is_due_when_posted():
	account = make_key_account()
	journal(
		add_days(nowdate(), -9), customer_row(account, 70, 0), ledger_row("default_income_account", 0, 70)
	)
	row = by_account(account.customer)
	assert (row["overdue"], row["oldest_days_overdue"], row["range1"]) == (70, 9, 70)


@pytest.mark.parametrize(
	("sales", "expected"),
	[
		([(364, 3000), (10, 650)], 36.5),  # half of 3,650 is open
		([(365, 5000), (364, 3000), (10, 650)], 36.5),  # older sales are none of the year
		([(9, 1000)], 5.0),  # customer for ten days, both counted
	],
)
def test_days_sales_outstanding(item, sales, expected):
	account = make_key_account()
	for days, amount in sales:
		sold = sell(account, item, amount, days)
		if amount > 650:
			make_payment_entry(sold, amount)
	last_year = sum(amount for days, amount in sales if days < 365)
	remainder = round(last_year * expected / min(365, sales[0][0] + 1), 2)
	outstanding = by_voucher(account.customer)
	owed = sum(row["outstanding"] for row in outstanding)
	journal(
		nowdate(),
		customer_row(account, remainder - owed, 0),
		ledger_row("default_income_account", 0, remainder - owed),
	)
	row = by_account(account.customer)
	assert row["outstanding"] == remainder
	assert row["days_sales_outstanding"] == expected


def test_without_sales_there_are_no_days():
	account = make_key_account()
	journal(nowdate(), customer_row(account, 70, 0), ledger_row("default_income_account", 0, 70))
	assert by_account(account.customer)["days_sales_outstanding"] is None


def test_limit_use_is_the_credit_rule_s(item):
	make_credit_policy()
	head = make_key_account(credit_limit_override=1000)
	branch = make_key_account(parent_key_account=head.name)
	alone, unlimited = make_key_account(credit_limit_override=400), make_key_account(tier=None)
	accounts = [head, branch, alone, unlimited]
	for number, account in enumerate(accounts, 1):
		sell(account, item, 100 * number)
		make_sales_order(account.customer, [(item, 1, 10 * number)], submit=True)
	for account in accounts:
		row, facts = by_account(account.customer), standing(account)
		assert (row["credit_exposure"], row["credit_limit"]) == (facts.exposure, facts.credit_limit)
		expected = float(facts.exposure / facts.credit_limit * 100) if facts.credit_limit else None
		assert row["limit_use"] == (None if expected is None else round(expected, 1))
	assert by_account(head.customer)["credit_exposure"] == 330
	assert by_account(alone.customer)["limit_use"] == 82.5


def test_positions_take_one_query_more_for_groups(item):
	make_credit_policy()
	accounts = [frappe.get_doc("Key Account", make_key_account().name) for _ in range(3)]
	alone = count_queries(lambda: credit_positions(company(), accounts))
	accounts += [make_key_account(parent_key_account=accounts[0].name) for _ in range(3)]
	assert count_queries(lambda: credit_positions(company(), accounts)) == alone + 1


def test_the_limit_is_of_today_only(item):
	account = make_key_account(credit_limit_override=400)
	sell(account, item, 100, 9)
	assert by_account(account.customer)["limit_use"] == 25
	assert by_account(account.customer, report_date=add_days(nowdate(), -1))["limit_use"] is None


def test_rebates_are_those_of_the_statement():
	set_rebate_accounts()
	account = make_rebate_account()
	receive(account.order(), 1000)
	receive(account.order(), 500)
	approve(account.request(), make_people())
	receive(account.order(), 400)
	sell(account, account.item, 5000)
	row = by_account(account.customer)
	statement = next(
		line
		for line in rebate_statement.execute({"company": company(), "to_date": nowdate()})[1]
		if line["key_account"] == account.name
	)
	assert row["accrued_rebate"] == statement["open"] == 20
	assert row["claimed_rebate"] == statement["claimed"] == 75
	assert row["settled_rebate"] == statement["settled"] == 75
	assert row["net_exposure"] == row["outstanding"]


def test_net_exposure_is_less_approved_rebates_that_are_not_settled():
	set_rebate_accounts()
	account = make_rebate_account()
	receive(account.order(), 1000)
	sell(account, account.item, 5000)
	request = approve(account.request(), make_people())
	settled = by_account(account.customer)
	assert settled["net_exposure"] == settled["outstanding"]
	frappe.get_doc("Journal Entry", request.settlement_document).cancel()
	row = by_account(account.customer)
	assert (row["claimed_rebate"], row["settled_rebate"]) == (50, 0)
	assert row["net_exposure"] == row["outstanding"] - 50
	assert row["outstanding"] == settled["outstanding"] + 50


@pytest.mark.parametrize(
	("narrowing", "expected"), [("cost_center", 100), ("party_account", 130), ("project", 100)]
)
def test_figures_of_the_whole_account_are_empty_where_filters_leave_a_part_out(item, narrowing, expected):
	account = make_key_account(credit_limit_override=400)
	project = insert("Project", project_name=unique("Project"), company=company()).name
	main = frappe.get_cached_value("Company", company(), "cost_center")
	sold = sell(account, item, 100, project=project, cost_center=main)
	sell(account, item, 30)
	names = {"cost_center": main, "party_account": sold.debit_to, "project": project}
	row = by_account(account.customer, **{narrowing: names[narrowing]})
	assert row["outstanding"] == expected
	for figure in ("days_sales_outstanding", "limit_use", "net_exposure", "accrued_rebate"):
		assert row[figure] is None


@pytest.mark.parametrize(
	"view", [{"group_by_account": 1}, {"based_on_payment_terms": 1, "show_future_payments": 1}]
)
def test_number_of_queries_is_fixed(item, view):
	make_credit_policy()

	def add_accounts(number: int) -> None:
		for _ in range(number):
			account = make_key_account()
			make_payment_entry(sell(account, item, 100), 40)
			make_payment_entry(customer=account.customer, amount=10)
			journal(nowdate(), customer_row(account, 70, 0), ledger_row("default_income_account", 0, 70))

	add_accounts(2)
	few = count_queries(lambda: execute({"company": company(), **view}))
	add_accounts(3)
	assert count_queries(lambda: execute({"company": company(), **view})) == few < 20


def test_plain_customers_have_no_account(item):
	customer = make_customer().name
	make_sales_invoice(customer, [(item, 1, 100)], submit=True)
	row = by_account(customer, all_customers=1)
	assert (row["outstanding"], row["key_account"], row["tier"], row["limit_use"]) == (100, None, None, None)
	assert row["days_sales_outstanding"] == 1
