"""Each rule of ERPNext's Accounts Receivable that random ledgers rarely meet, in both reports (R33)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.books import credit_note, customer_row, default_account, journal, ledger_row
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
from tests.site.random_parties import foreign
from tests.site.receivables_book import sales_people
from tests.site.receivables_comparison import shown_of


@pytest.fixture
def account():
	return make_key_account()


@pytest.fixture
def item() -> str:
	return make_item().name


@pytest.fixture
def sold(account, item):
	return make_sales_invoice(
		account.customer, [(item, 1, 100)], submit=True, posting_date=add_days(nowdate(), -20)
	)


def test_a_journal_without_bill_number_ages_from_its_day(account):
	rows = customer_row(account, 70, 0), ledger_row("default_income_account", 0, 70)
	days = {"due_date": add_days(nowdate(), -3)}
	plain = journal(add_days(nowdate(), -40), *rows, **days)
	billed = journal(add_days(nowdate(), -40), *rows, bill_no=unique("Bill"), bill_date=nowdate(), **days)
	assert shown_of(account.customer) == [(plain.name, 70), (billed.name, 70)]


def test_a_payment_torn_off_its_invoice(account, sold):
	paid = make_payment_entry(sold, 40)
	assert shown_of(account.customer) == [(sold.name, 60)]
	undo = frappe.new_doc("Unreconcile Payment")
	undo.update({"company": company(), "voucher_type": "Payment Entry", "voucher_no": paid.name})
	undo.add_references()
	undo.insert().submit()
	assert shown_of(account.customer) == [(paid.name, -40), (sold.name, 100)]


def test_delinked_entries_are_out(account, sold):
	"""What ERPNext leaves in the ledger of a link that was undone."""
	paid = make_payment_entry(sold, 40)
	frappe.db.set_value("Payment Ledger Entry", {"voucher_no": paid.name}, "delinked", 1)
	assert shown_of(account.customer) == [(sold.name, 100)]


@pytest.mark.parametrize("stands_alone", [0, 1])
def test_what_is_paid_back_on_a_return(account, sold, stands_alone):
	note = credit_note(sold, 1, nowdate(), update_outstanding_for_self=stands_alone)
	receivable, _debit, _credit, party = customer_row(account, 30, 0)
	reference = {"reference_type": "Sales Invoice", "reference_name": note.name}
	journal(nowdate(), (receivable, 30, 0, party | reference), ledger_row("write_off_account", 0, 30))
	expected = [(note.name, -70), (sold.name, 100)] if stands_alone else [(sold.name, 30)]
	assert shown_of(account.customer) == sorted(expected)


def test_the_team_of_a_customer_and_of_an_invoice(item):
	head, person, other = sales_people()
	team = [{"sales_person": person, "allocated_percentage": 100}]
	served, plain = make_customer(sales_team=team).name, make_customer().name
	first = make_sales_invoice(served, [(item, 1, 100)], submit=True)
	second = make_sales_invoice(plain, [(item, 1, 30)], submit=True, sales_team=team)
	make_sales_invoice(plain, [(item, 1, 7)], submit=True)
	make_payment_entry(second, 10)
	expected = sorted([(first.name, 100), (second.name, 20)])
	assert shown_of(served, plain, sales_person=head) == expected
	assert shown_of(served, plain, sales_person=person) == expected
	assert shown_of(served, plain, sales_person=other) == []


def test_cost_centers_below_the_one_asked_for(account, item):
	parent = frappe.db.get_value("Cost Center", default_account("cost_center"), "parent_cost_center")
	values = {"company": company(), "is_group": 1, "parent_cost_center": parent}
	group = insert("Cost Center", cost_center_name=unique("Group"), **values).name
	below = {"cost_center_name": unique("Center"), "parent_cost_center": group, "company": company()}
	center = insert("Cost Center", **below).name
	sold = make_sales_invoice(account.customer, [(item, 1, 100)], submit=True, cost_center=center)
	make_sales_invoice(account.customer, [(item, 1, 30)], submit=True)
	assert shown_of(account.customer, cost_center=[group]) == [(sold.name, 100)]
	assert shown_of(account.customer, cost_center=group) == [(sold.name, 100)]


@pytest.mark.parametrize(("day", "submit"), [(1, True), (1, False), (0, True)])
def test_payments_to_come(account, sold, day, submit):
	"""Those of the report date are paid, not to come, and drafts are only to come."""
	make_payment_entry(sold, 40, submit=submit, posting_date=add_days(nowdate(), day))
	assert shown_of(account.customer, show_future_payments=1) == [(sold.name, 100 if day else 60)]


def test_an_invoice_dated_ahead_shows_among_future_payments(account, item):
	day = add_days(nowdate(), 5)
	ahead = make_sales_invoice(
		account.customer, [(item, 1, 100)], submit=True, posting_date=day, due_date=day
	)
	assert shown_of(account.customer) == []
	assert shown_of(account.customer, show_future_payments=1) == [(ahead.name, 100)]
	frappe.db.set_value(
		"Payment Ledger Entry",
		{"voucher_no": ahead.name},
		"creation",
		add_days(nowdate(), 1),
		update_modified=False,
	)
	assert shown_of(account.customer, show_future_payments=1) == []


def test_what_is_open_in_one_currency_only(account):
	"""A plain journal that moves company currency alone is left out, a revaluation stays."""
	party = foreign()
	row = {"party_type": "Customer", "party": party.customer}
	rows = (
		(party.receivable, 0, 10, row | {"exchange_rate": 7}),
		(party.receivable, 10, 0, row | {"exchange_rate": 7.5}),
		ledger_row("exchange_gain_loss_account", 0, 5),
	)
	plain = journal(nowdate(), *rows, multi_currency=1)
	revalued = journal(nowdate(), *rows, multi_currency=1, voucher_type="Exchange Rate Revaluation")
	assert shown_of(party.customer) == [(revalued.name, 5)]
	assert shown_of(party.customer, for_revaluation_journals=1) == [(plain.name, 5), (revalued.name, 5)]
	assert shown_of(party.customer, for_revaluation_journals=1, in_party_currency=1) == []


def test_what_is_open_in_the_account_s_currency_only():
	party = foreign()
	row = {"party_type": "Customer", "party": party.customer}
	moved = journal(
		nowdate(),
		(party.receivable, 0, 10, row | {"exchange_rate": 7.5}),
		(party.receivable, 15, 0, row | {"exchange_rate": 5}),
		multi_currency=1,
	)
	assert shown_of(party.customer) == []
	assert shown_of(party.customer, for_revaluation_journals=1) == [(moved.name, 0)]


def test_an_advance_shows_the_cost_center_of_its_order_s_payment(account, item):
	placed = make_sales_order(account.customer, [(item, 1, 100)], submit=True)
	paid = make_payment_entry(placed, 40, cost_center=default_account("cost_center"))
	assert shown_of(account.customer) == [(paid.name, -40)]


def test_payments_of_another_cost_center_than_their_invoice_stand_alone(account, item):
	"""Asked for their cost center, the invoice isn't there to take them, even where they make up for each other."""
	parent = frappe.db.get_value("Cost Center", default_account("cost_center"), "parent_cost_center")
	values = {"company": company(), "cost_center_name": unique("Center"), "parent_cost_center": parent}
	other = insert("Cost Center", **values).name
	sold = make_sales_invoice(account.customer, [(item, 1, 100)], submit=True)
	paid = make_payment_entry(sold, 40, cost_center=other)
	receivable, _debit, _credit, party = customer_row(account, 40, 0)
	reference = {"reference_type": "Sales Invoice", "reference_name": sold.name, "cost_center": other}
	bounced = journal(
		nowdate(), (receivable, 40, 0, party | reference), ledger_row("write_off_account", 0, 40)
	)
	assert shown_of(account.customer) == [(sold.name, 100)]
	assert shown_of(account.customer, cost_center=[other]) == sorted([(paid.name, -40), (bounced.name, 40)])


def test_a_return_that_was_told_later_to_lower_its_invoice(account, sold):
	"""Its own entry stays in the ledger as it was posted; what settles it goes to the invoice."""
	note = credit_note(sold, 1, nowdate(), update_outstanding_for_self=1)
	receivable, _debit, _credit, party = customer_row(account, 30, 0)
	reference = {"reference_type": "Sales Invoice", "reference_name": note.name}
	journal(nowdate(), (receivable, 30, 0, party | reference), ledger_row("write_off_account", 0, 30))
	note.db_set("update_outstanding_for_self", 0)
	shown = shown_of(account.customer)
	assert sum(amount for _name, amount in shown) == 30
	assert shown != sorted([(note.name, -70), (sold.name, 100)])


def test_what_floats_leave_of_a_settled_amount():
	"""20.3 − 10.1 − 10.2 isn't 0: the journal is settled in its own currency, with a gain left in the company's."""
	party = foreign()
	row = {"party_type": "Customer", "party": party.customer}
	owed = journal(
		nowdate(),
		(party.receivable, 20.3, 0, row | {"exchange_rate": 7}),
		ledger_row("exchange_gain_loss_account", 0, 142.1),
		multi_currency=1,
	)
	for amount, base in ((10.1, 75.75), (10.2, 76.5)):
		reference = {"reference_type": "Journal Entry", "reference_name": owed.name, "exchange_rate": 7.5}
		credit = (party.receivable, 0, amount, row | reference)
		journal(nowdate(), credit, ledger_row("exchange_gain_loss_account", base, 0), multi_currency=1)
	assert shown_of(party.customer) == []
