"""On random ledgers Key Account Receivables says what ERPNext's Accounts Receivable says, for random filters (R33)."""

import random

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from tests.site.books import AS_OF, customer_row, journal, ledger_row
from tests.site.factories import (
	company,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
)
from tests.site.receivables_book import ReceivablesBook, receivable_account
from tests.site.receivables_comparison import differences, native, ours, plain, shown_of

FLAGS = (
	"based_on_payment_terms", "show_future_payments", "show_delivery_notes", "show_sales_person", "show_remarks",
	"for_revaluation_journals", "ignore_accounts", "in_party_currency",
)  # fmt: skip
DRAWS = 60


def draw(chance: random.Random, book: ReceivablesBook) -> dict:
	"""Filters by chance; each is left out more often than not."""

	def now_and_then(value, share=0.2):
		return value() if chance.random() < share else None

	accounts = [book.second_account, *(party.receivable for party in book.parties if party.receivable)]
	customers = [party.customer for party in book.parties]
	filters = {
		"company": company(),
		"report_date": add_days(AS_OF, chance.randint(-120, 20)),
		"ageing_based_on": chance.choice(("Due Date", "Posting Date")),
		"calculate_ageing_with": chance.choice(("Report Date", "Today Date")),
		"range": chance.choice(("30, 60, 90, 120", "15, 45", "90")),
		"cost_center": now_and_then(lambda: chance.sample(book.cost_centers, chance.randint(1, 2))),
		"party": now_and_then(lambda: chance.sample(customers, 2)),
		"party_account": now_and_then(lambda: chance.choice(accounts)),
		"customer_group": now_and_then(lambda: ["All Customer Groups"], 0.1),
		"territory": now_and_then(lambda: "Rest Of The World", 0.1),
		"payment_terms_template": now_and_then(lambda: book.terms, 0.1),
		"sales_person": now_and_then(lambda: chance.choice(book.people), 0.15),
		**{flag: 1 for flag in FLAGS if chance.random() < 0.25},
	}
	return without_known_faults({name: value for name, value in filters.items() if value is not None})


def without_known_faults(filters: dict) -> dict:
	"""ERPNext splits by terms in company currency what a filter by account states in the account's."""
	if filters.get("party_account"):
		filters.pop("based_on_payment_terms", None)
	return filters


@pytest.mark.parametrize("seed", [1, 2])
def test_equals_accounts_receivable(seed):
	book = ReceivablesBook(seed).write(1)
	chance = random.Random(seed)
	shown = 0
	for number in range(DRAWS):
		filters = draw(chance, book)
		method = ("Buffered Cursor", "UnBuffered Cursor")[number % 2]
		frappe.db.set_single_value("Accounts Settings", "receivable_payable_fetch_method", method)
		expected, found = native(dict(filters)), ours(dict(filters))
		assert differences(found, expected, filters) == [], filters
		days = [(getdate(row["posting_date"]), row["party"]) for row in found]
		assert days == sorted(days)
		shown += len(found)
	assert shown > 5 * DRAWS


@pytest.fixture
def pair() -> list:
	return [make_key_account(), make_key_account()]


def test_a_debt_moved_from_one_customer_to_another(pair):
	moved = journal(nowdate(), customer_row(pair[0], 70, 0), customer_row(pair[1], 0, 70))
	assert shown_of(*(account.customer for account in pair)) == [(moved.name, -70), (moved.name, 70)]


def test_a_debt_moved_from_one_receivable_account_to_another(pair):
	account, _debit, _credit, party = customer_row(pair[0], 0, 70)
	moved = journal(nowdate(), (account, 0, 70, party), (receivable_account(), 70, 0, party))
	assert shown_of(pair[0].customer) == [(moved.name, -70), (moved.name, 70)]
	assert shown_of(pair[0].customer, ignore_accounts=1) == []


def test_two_documents_of_one_name(pair):
	sold = make_sales_invoice(pair[0].customer, [(make_item().name, 1, 70)], submit=True)
	rows = (customer_row(pair[0], 0, 70), ledger_row("write_off_account", 70, 0))
	accounts = [
		{"account": account, "debit_in_account_currency": debit, "credit_in_account_currency": credit} | more
		for account, debit, credit, more in rows
	]
	values = {
		"doctype": "Journal Entry",
		"company": company(),
		"posting_date": nowdate(),
		"accounts": accounts,
	}
	frappe.get_doc(values).insert(set_name=sold.name).submit()
	for report in (native, ours):
		rows = [row for row in report(plain()) if row["party"] == pair[0].customer]
		assert sorted((row["voucher_type"], row["voucher_no"], row["outstanding"]) for row in rows) == [
			("Journal Entry", sold.name, -70),
			("Sales Invoice", sold.name, 70),
		]


def test_a_number_in_other_letters_names_no_voucher(pair):
	"""As imports may write it; the database would find the invoice."""
	sold = make_sales_invoice(pair[0].customer, [(make_item().name, 1, 70)], submit=True)
	paid = make_payment_entry(sold, 30)
	entry = {"voucher_no": paid.name, "against_voucher_no": sold.name}
	frappe.db.set_value("Payment Ledger Entry", entry, "against_voucher_no", sold.name.lower())
	assert shown_of(pair[0].customer) == sorted([(paid.name, -30), (sold.name, 70)])
