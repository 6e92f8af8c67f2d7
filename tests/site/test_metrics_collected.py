"""What a customer paid (R14), against hand-worked cases."""

import frappe
import pytest
from frappe.utils import add_days

from tests.site.books import (
	AS_OF,
	YEAR_START,
	cheque,
	credit_note,
	customer_row,
	default_account,
	invoice,
	journal,
	ledger_row,
	listed_item,
	pay,
	reconcile,
	refund,
	value,
)
from tests.site.factories import (
	bank_account,
	make_key_account,
	make_payment_entry,
)


@pytest.fixture
def account(site):
	return make_key_account()


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


class TestCollected:
	def test_receipts_less_refunds_in_the_year(self, account, item):
		sold = invoice(account, item, 10, 100, YEAR_START)
		pay(sold, 600, YEAR_START)
		make_payment_entry(customer=account.customer, amount=150, posting_date=AS_OF)
		make_payment_entry(customer=account.customer, amount=7, posting_date=add_days(YEAR_START, -1))
		make_payment_entry(customer=account.customer, amount=9, posting_date=add_days(AS_OF, 1))
		make_payment_entry(customer=account.customer, amount=5, posting_date=AS_OF).cancel()
		refund(account, 50, AS_OF)
		assert value("collected", account) == 700

	def test_a_write_off_with_the_payment_is_not_received(self, account, item):
		sold = invoice(account, item, 10, 100)
		write_off = {
			"account": default_account("write_off_account"),
			"cost_center": default_account("cost_center"),
			"amount": 50,
		}
		make_payment_entry(
			sold, 1000, posting_date=AS_OF, paid_amount=950, received_amount=950, deductions=[write_off]
		)
		assert value("collected", account) == 950
		assert value("receivable_balance", account) == 0

	def test_journals_count_as_far_as_bank_backs_them(self, account):
		bank = (bank_account(), 950, 0, {})
		journal(
			AS_OF, bank, ledger_row("write_off_account", 50, 0), customer_row(account, 0, 1000), **cheque()
		)
		assert value("collected", account) == 950

	def test_other_income_in_a_journal_is_not_the_customers(self, account):
		bank = (bank_account(), 1000, 0, {})
		journal(
			AS_OF,
			bank,
			ledger_row("default_income_account", 0, 400),
			customer_row(account, 0, 600),
			**cheque(),
		)
		assert value("collected", account) == 600

	def test_write_offs_and_credit_notes_are_no_receipts(self, account, item):
		sold = invoice(account, item, 10, 100)
		credit_note(sold, 2, AS_OF)
		journal(AS_OF, ledger_row("write_off_account", 100, 0), customer_row(account, 0, 100))
		assert value("collected", account) == 0

	def test_a_debt_moved_to_another_customer_is_no_receipt(self, account):
		other = make_key_account()
		journal(AS_OF, customer_row(other, 100, 0), customer_row(account, 0, 100))
		assert value("collected", account) == 0

	def test_what_reached_the_bank_counts(self, account):
		payment = make_payment_entry(customer=account.customer, amount=700, posting_date=AS_OF)
		payment.db_set({"base_paid_amount": 700, "base_received_amount": 710})
		assert value("collected", account) == 710

	def test_a_point_of_sale_invoice_is_paid_on_the_spot(self, account, item):
		cash = frappe.get_all("Mode of Payment", {"type": "Cash"}, pluck="name")[0]
		payment = {"mode_of_payment": cash, "account": bank_account(), "amount": 120}
		sold = invoice(
			account, item, 1, 100, is_pos=1, payments=[payment], account_for_change_amount=bank_account()
		)
		assert (sold.paid_amount, sold.change_amount) == (120, 20)
		assert value("collected", account) == 100
		sold.db_set("is_opening", "Yes")
		assert value("collected", account) == 0

	def test_opening_entries_are_owed_but_not_received(self, account):
		bank = (bank_account(), 70, 0, {})
		journal(AS_OF, bank, customer_row(account, 0, 70), is_opening="Yes", **cheque())
		payment = make_payment_entry(customer=account.customer, amount=30, posting_date=AS_OF)
		payment.db_set("is_opening", "Yes")
		assert value("collected", account) == 0
		assert value("receivable_balance", account) == -100

	def test_a_payment_counts_when_received_however_late_it_is_matched(self, account, item):
		make_payment_entry(customer=account.customer, amount=100, posting_date=AS_OF)
		sold = invoice(account, item, 1, 100, add_days(AS_OF, -40), due=add_days(AS_OF, -5))
		before = {name: value(name, account) for name in ("collected", "receivable_balance")}
		assert value("overdue_days_max", account) == 5
		reconcile(account)
		sold.reload()
		assert sold.outstanding_amount == 0
		assert (
			{name: value(name, account) for name in before}
			== before
			== {"collected": 100, "receivable_balance": 0}
		)
		assert value("overdue_days_max", account) == 0
