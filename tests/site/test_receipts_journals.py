"""What a Journal Entry brought to its orders (R38): only what moved bank or cash."""

import frappe
import pytest
from erpnext.accounts.doctype.journal_entry.journal_entry import make_reverse_journal_entry
from frappe.utils import add_days, nowdate

from tests.site.factories import (
	bank_account,
	company,
	insert,
	make_customer,
	make_item,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
)
from tests.site.receipt_setup import (
	account_credit_row,
	cost_center,
	credit_row,
	debit_party_row,
	debit_row,
	default_account,
	make_account,
	make_credit_note,
	make_journal,
	receivable,
	received,
	reconcile,
	write_off_account,
)


@pytest.fixture
def customer():
	return make_customer().name


@pytest.fixture
def item():
	return make_item(list_price=1000).name


@pytest.fixture
def order(customer, item):
	return make_sales_order(customer, [(item, 1, 1000)], submit=True)


@pytest.fixture
def invoice(order):
	return make_sales_invoice(sales_order=order.name, submit=True)


def test_bank_and_several_customers_with_a_write_off(customer, order, invoice, item):
	other = make_customer().name
	second = make_sales_order(other, [(item, 1, 500)], submit=True)
	rows = [
		debit_row(bank_account(), 1400),
		debit_row(write_off_account(), 100),
		credit_row(customer, 1000, invoice),
		credit_row(other, 500, make_sales_invoice(sales_order=second.name, submit=True)),
	]
	journal = make_journal("Bank Entry", rows)
	expected = {(journal.name, order.name): 933.33, (journal.name, second.name): 466.67}
	assert received(customer, other) == expected
	assert received(other) == {(journal.name, second.name): 466.67}


def test_contra_of_two_customers_is_no_receipt(customer, order, invoice):
	rows = [credit_row(customer, 1000, invoice), debit_party_row(make_customer().name, 1000)]
	make_journal("Contra Entry", rows)
	assert received(customer) == {}


def test_contra_beside_money_counts_the_money_only(customer, order, invoice):
	rows = [
		debit_row(bank_account(), 600),
		debit_party_row(make_customer().name, 400),
		credit_row(customer, 1000, invoice),
	]
	journal = make_journal("Bank Entry", rows)
	assert received(customer) == {(journal.name, order.name): 600}


def test_set_off_against_a_supplier_counts_the_money_only(customer, order, invoice):
	supplier = insert("Supplier", supplier_name=frappe.generate_hash(length=8), supplier_group="Services")
	payable = {
		"account": default_account("default_payable_account"),
		"party_type": "Supplier",
		"party": supplier.name,
		"debit_in_account_currency": 700,
	}
	rows = [debit_row(bank_account(), 300), payable, credit_row(customer, 1000, invoice)]
	journal = make_journal("Bank Entry", rows)
	assert received(customer) == {(journal.name, order.name): 300}


def test_other_income_in_the_journal_is_not_for_the_order(customer, order, invoice):
	income = account_credit_row(default_account("default_income_account"), 200)
	rows = [debit_row(bank_account(), 1200), income, credit_row(customer, 1000, invoice)]
	journal = make_journal("Bank Entry", rows)
	assert received(customer) == {(journal.name, order.name): 1000}


def test_bad_debt_is_no_receipt(customer, order, invoice):
	make_journal("Journal Entry", [debit_row(write_off_account(), 1000), credit_row(customer, 1000, invoice)])
	assert received(customer) == {}


def test_credit_note_journal_is_no_receipt(customer, order, invoice):
	income = debit_row(default_account("default_income_account"), 300)
	make_journal("Credit Note", [income, credit_row(customer, 300, invoice)])
	assert received(customer) == {}


def test_cheque_in_hand_counts_when_it_reaches_the_bank_account(customer, order, invoice):
	"""An account for cheques that is neither bank nor cash: the credit to the customer is no money yet."""
	cheques = make_account(write_off_account())
	make_journal("Journal Entry", [debit_row(cheques, 1000), credit_row(customer, 1000, invoice)])
	assert received(customer) == {}


def test_reversed_by_the_button_the_receipt_is_taken_back(customer, order, invoice):
	journal = make_journal("Bank Entry", [debit_row(bank_account(), 400), credit_row(customer, 400, invoice)])
	reversal = make_reverse_journal_entry(journal.name)
	reversal.update({"posting_date": nowdate(), "cheque_no": "2", "cheque_date": nowdate()})
	reversal.insert().submit()
	assert received(customer) == {(journal.name, order.name): 400, (reversal.name, order.name): -400}


def test_reversed_advance_is_taken_back_though_its_row_may_not_name_the_order(customer, order, item):
	second = make_sales_order(customer, [(item, 1, 500)], submit=True)
	rows = [
		debit_row(bank_account(), 400),
		credit_row(customer, 300, order, is_advance="Yes"),
		credit_row(customer, 100, second, is_advance="Yes"),
	]
	journal = make_journal("Bank Entry", rows)
	reversal = make_reverse_journal_entry(journal.name)
	reversal.update({"posting_date": nowdate(), "cheque_no": "2", "cheque_date": nowdate()})
	for row in reversal.accounts:
		row.update({"reference_type": None, "reference_name": None, "is_advance": "No"})
	reversal.insert().submit()
	assert received(customer) == {
		(journal.name, order.name): 300,
		(journal.name, second.name): 100,
		(reversal.name, order.name): -300,
		(reversal.name, second.name): -100,
	}


def test_bounced_payment_booked_against_the_invoice(customer, order, invoice):
	payment = make_payment_entry(invoice, 400)
	journal = make_journal(
		"Bank Entry", [account_credit_row(bank_account(), 400), debit_party_row(customer, 400, invoice)]
	)
	assert received(customer) == {(payment.name, order.name): 400, (journal.name, order.name): -400}


def test_advance_by_journal_and_its_refund_are_gone_once_they_are_reconciled(customer, order):
	make_journal(
		"Bank Entry", [debit_row(bank_account(), 400), credit_row(customer, 400, order, is_advance="Yes")]
	)
	make_journal("Bank Entry", [account_credit_row(bank_account(), 400), debit_party_row(customer, 400)])
	assert sum(received(customer).values()) == 400
	reconcile(customer)
	assert received(customer) == {}


def test_refund_of_a_return_by_journal(customer, order, invoice):
	payment = make_payment_entry(invoice)
	credit_note = make_credit_note(invoice)
	refund = make_journal(
		"Bank Entry", [account_credit_row(bank_account(), 250), debit_party_row(customer, 250, credit_note)]
	)
	assert received(customer) == {(payment.name, order.name): 1000, (refund.name, order.name): -250}


def test_system_journal_of_a_reconciled_credit_note_is_no_receipt(customer, order, invoice, item):
	other = make_sales_order(customer, [(item, 1, 300)], submit=True)
	make_credit_note(make_sales_invoice(sales_order=other.name, submit=True))
	reconcile(customer)
	assert frappe.db.exists("Journal Entry", {"is_system_generated": 1, "voucher_type": "Credit Note"})
	assert received(customer) == {}


@pytest.mark.parametrize("voucher_type", ["Opening Entry", "Journal Entry"])
def test_opening_journal_with_a_bank_balance_is_no_receipt(customer, order, voucher_type):
	rows = [debit_row(bank_account(), 400), credit_row(customer, 400, order, is_advance="Yes")]
	journal = make_journal(voucher_type, rows, is_opening="Yes")
	assert frappe.db.get_value("Journal Entry", journal.name, "docstatus") == 1
	assert received(customer) == {}


def test_gain_of_a_foreign_payment_by_journal_is_received_as_by_payment_entry(item):
	account = make_account(receivable(), account_type="Receivable", account_currency="EUR")
	accounts = [{"company": company(), "account": account}]
	customer = make_customer(default_currency="EUR", accounts=accounts).name
	order = make_sales_order(customer, [(item, 1, 100)], submit=True, currency="EUR", conversion_rate=8)
	invoice = make_sales_invoice(sales_order=order.name, submit=True, debit_to=account)
	rows = [
		debit_row(bank_account(), 810),
		account_credit_row(default_account("exchange_gain_loss_account"), 10),
		credit_row(customer, 100, invoice, account=account, exchange_rate=8),
	]
	journal = make_journal("Bank Entry", rows, multi_currency=1)
	assert received(customer) == {(journal.name, order.name): 810}


def test_revaluation_that_moves_a_bank_in_foreign_currency_is_no_receipt(customer, order, invoice):
	rows = [debit_row(bank_account(), 30), credit_row(customer, 30, invoice)]
	make_journal("Exchange Rate Revaluation", rows)
	assert received(customer) == {}


def test_discounted_invoice_counts_when_the_customer_pays_not_when_the_bank_lends(customer, order):
	invoice = make_sales_invoice(sales_order=order.name, submit=True)
	account = {
		name: make_account(receivable(), account_type="Receivable")
		for name in (
			"accounts_receivable_credit",
			"accounts_receivable_discounted",
			"accounts_receivable_unpaid",
		)
	}
	discounting = insert(
		"Invoice Discounting",
		submit=True,
		company=company(),
		posting_date=nowdate(),
		loan_start_date=nowdate(),
		loan_period=60,
		short_term_loan=make_account(default_account("default_payable_account"), account_type=""),
		bank_account=bank_account(),
		bank_charges_account=write_off_account(),
		bank_charges=50,
		invoices=[{"sales_invoice": invoice.name}],
		**account,
	)
	disbursement = discounting.create_disbursement_entry()
	disbursement.update({"posting_date": nowdate()})
	disbursement.insert().submit()
	assert received(customer) == {}
	rows = [
		debit_row(bank_account(), 1000),
		credit_row(customer, 1000, invoice, account=account["accounts_receivable_discounted"]),
	]
	journal = make_journal("Bank Entry", rows)
	assert received(customer) == {(journal.name, order.name): 1000}


def test_settlement_of_a_rebate_is_no_receipt(customer, order, invoice):
	rows = [account_credit_row(bank_account(), 50), debit_party_row(customer, 50, invoice)]
	journal = make_journal("Journal Entry", rows)
	assert received(customer) == {(journal.name, order.name): -50}
	journal.db_set("kam_rebate_request", "RBR")
	assert received(customer) == {}


def test_back_dated_journal_counts_in_its_own_month(customer, order, invoice):
	day = add_days(nowdate(), -60)
	rows = [debit_row(bank_account(), 400), credit_row(customer, 400, invoice)]
	journal = make_journal("Bank Entry", rows, posting_date=day)
	assert received(customer, until=day) == {(journal.name, order.name): 400}
	assert received(customer, since=add_days(day, 1)) == {}


def test_lines_keep_their_own_cost_center(customer, order, invoice):
	"""Two rows of one customer for one order are one receipt."""
	rows = [
		debit_row(bank_account(), 400),
		credit_row(customer, 150, invoice, cost_center=cost_center()),
		credit_row(customer, 250, invoice),
	]
	journal = make_journal("Bank Entry", rows)
	assert received(customer) == {(journal.name, order.name): 400}
