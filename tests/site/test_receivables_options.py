"""What the receivables report says where ERPNext's is wrong; chart, totals, wrong filters (R33)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension.kam_extension.report.key_account_receivables.key_account_receivables import execute
from tests.site.books import customer_row, journal, ledger_row
from tests.site.factories import (
	company,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
)
from tests.site.random_parties import DOLLARS, foreign
from tests.site.receivables_setup import by_account, by_voucher, halves, sell


@pytest.fixture
def item() -> str:
	return make_item(cost=1, list_price=100).name


def test_future_journals_stand_with_their_own_vouchers(item):
	"""ERPNext adds all of them up into one row of some voucher."""
	account = make_key_account()
	sold = [sell(account, item, amount, 5) for amount in (100, 200)]
	for invoice, amount in zip(sold, (30, 70), strict=True):
		reference = {"reference_type": "Sales Invoice", "reference_name": invoice.name}
		account_name, _debit, _credit, party = customer_row(account, 0, amount)
		journal(
			add_days(nowdate(), 3),
			(account_name, 0, amount, party | reference),
			ledger_row("write_off_account", amount, 0),
		)
	rows = by_voucher(account.customer, show_future_payments=1)
	assert {row["outstanding"]: (row["future_amount"], row["remaining_balance"]) for row in rows} == {
		100: (30, 70),
		200: (70, 130),
	}


@pytest.mark.parametrize("by_receivable_account", [True, False])
def test_terms_of_a_foreign_invoice_add_up(item, by_receivable_account):
	"""ERPNext mixes the currencies of the terms and of the advance with that of the row."""
	party = foreign()
	sold = make_sales_invoice(
		party.customer,
		[(item, 1, 100)],
		submit=True,
		debit_to=party.receivable,
		posting_date=add_days(nowdate(), -20),
		due_date=add_days(nowdate(), 10),
		payment_schedule=halves(-5, 10),
		**DOLLARS,
	)
	make_payment_entry(sold, 60, source_exchange_rate=7, received_amount=420)
	asked = {"party_account": party.receivable} if by_receivable_account else {}
	rows = by_voucher(party.customer, based_on_payment_terms=1, **asked)
	rate = 1 if by_receivable_account else 7
	assert [(row["outstanding"], row["currency"]) for row in rows] == [
		(40 * rate, "USD" if by_receivable_account else "CNY")
	]


def test_currencies_are_not_added_up(item):
	party = foreign()
	make_sales_invoice(party.customer, [(item, 1, 100)], submit=True, debit_to=party.receivable, **DOLLARS)
	sell(make_key_account(), item, 50)
	*_report, chart, _summary, skips_total = execute({"company": company(), "in_party_currency": 1})
	assert (chart, skips_total) == (None, True)
	*_report, chart, _summary, skips_total = execute({"company": company()})
	assert chart["data"]["datasets"][0]["values"]
	assert skips_total is False


def test_chart_shows_what_is_not_due_apart(item):
	account = make_key_account()
	sell(account, item, 100, 50, due_date=add_days(nowdate(), -40))
	sell(account, item, 30, due_date=add_days(nowdate(), 5))
	chart = execute({"company": company(), "party": [account.customer]})[3]
	assert chart["data"]["labels"] == ["Not Due", "0-30", "31-60", "61-90", "91-120", "121-Above"]
	assert chart["data"]["datasets"][0]["values"] == [30, 0, 100, 0, 0, 0]


@pytest.mark.parametrize(
	("wrong", "message"),
	[
		({"company": ""}, "Choose a company"),
		({"company": "Nowhere"}, "Choose a company"),
		({"range": "30, many"}, "Write days in rising order"),
		({"range": "60, 30"}, "Write days in rising order"),
		({"ageing_based_on": "Moon"}, "is none of: Due Date, Posting Date"),
		({"cost_center": ["Nowhere"]}, "does not exist"),
		({"customer_group": "Nobody"}, "does not exist"),
	],
)
def test_wrong_filters_are_named(wrong, message):
	with pytest.raises(frappe.ValidationError, match=message):
		execute({"company": company(), **wrong})


def test_as_of_a_day_before_the_payment(item):
	account = make_key_account()
	make_payment_entry(sell(account, item, 100, 30), 60)
	assert by_account(account.customer, report_date=add_days(nowdate(), -1))["outstanding"] == 100
	assert by_account(account.customer, report_date=str(getdate()))["outstanding"] == 40
