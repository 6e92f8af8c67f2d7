"""Arithmetic of the receivables report: what settles what, payment terms, ageing (R33)."""

from dataclasses import replace
from datetime import date

import pytest

from kam_extension.integration.receivables.ageing import age_of, range_labels
from kam_extension.integration.receivables.allocation import Entry, allocate
from kam_extension.integration.receivables.terms import Term, split

INVOICE = ("Debtors", "Sales Invoice", "SI-1", "Anna")
DAY = date(2026, 6, 30)


def entry(voucher_type, voucher, against_type, against, amount, **more) -> Entry:
	values = {"account": "Debtors", "party": "Anna", "base_amount": amount, "amount": amount}
	values |= {"amount_in_account_currency": amount} | more
	return Entry(
		voucher_type=voucher_type, voucher=voucher, against_type=against_type, against=against, **values
	)


def own(amount=100.0, voucher="SI-1", **more) -> Entry:
	return entry("Sales Invoice", voucher, "Sales Invoice", voucher, amount, **more)


def paid(amount, voucher="PE-1", kind="Payment Entry", **more) -> Entry:
	return entry(kind, voucher, "Sales Invoice", "SI-1", amount, **more)


def columns(balance) -> tuple:
	return balance.invoiced, balance.paid, balance.credit_note, balance.outstanding


@pytest.mark.parametrize(
	("settling", "expected"),
	[
		(paid(-40.0), (100, 40, 0, 60)),
		(paid(-40.0, kind="Journal Entry"), (100, 40, 0, 60)),
		(paid(15.0, kind="Journal Entry"), (100, -15, 0, 115)),
		(entry("Sales Invoice", "SI-2", "Sales Invoice", "SI-1", -30.0), (100, 0, 30, 70)),
		(entry("Sales Invoice", "SI-1", "Sales Invoice", "SI-1", -100.0), (100, 100, 0, 0)),
		(entry("Sales Invoice", "SI-2", "Sales Invoice", "SI-1", 30.0), (130, 0, 0, 130)),
	],
)
def test_columns(settling, expected):
	balances = allocate([own(), settling], {INVOICE})
	assert columns(balances[INVOICE]) == expected
	assert len(balances) == 1


def test_whether_debit_or_credit_follows_the_company_currency():
	"""A revaluation moves nothing in the account's currency."""
	moved = replace(paid(5.0, kind="Journal Entry"), amount=0.0, amount_in_account_currency=0.0)
	balance = allocate([own(), moved], {INVOICE})[INVOICE]
	assert (columns(balance), balance.in_account_currency) == ((100, 0, 0, 100), 100)


def test_what_settles_an_unknown_voucher_stands_on_its_own():
	advance = entry("Payment Entry", "PE-1", "Sales Order", "SO-1", -40.0)
	assert columns(allocate([advance], set())["Debtors", "Payment Entry", "PE-1", "Anna"]) == (0, 40, 0, -40)


@pytest.mark.parametrize("other", [{"party": "Berta"}, {"account": "Advances"}])
def test_another_party_or_account_is_another_voucher(other):
	balances = allocate([own(), paid(-40.0, **other)], {INVOICE})
	assert columns(balances.pop(INVOICE)) == (100, 0, 0, 100)
	assert [columns(balance) for balance in balances.values()] == [(0, 40, 0, -40)]


def test_accounts_put_together():
	everything = ("", *INVOICE[1:])
	balances = allocate([own(), paid(-40.0, account="Advances")], {everything}, ignore_accounts=True)
	assert {key: columns(balance) for key, balance in balances.items()} == {everything: (100, 40, 0, 60)}


def test_what_is_paid_on_a_return_is_paid_on_its_invoice():
	refund = entry("Journal Entry", "JV-1", "Sales Invoice", "SI-2", 20.0, returned="SI-1")
	assert columns(allocate([own(), refund], {INVOICE})[INVOICE]) == (100, -20, 0, 120)


def row(paid=0.0, credit_note=0.0, invoiced=100.0) -> dict:
	return {
		"due_date": date(2026, 8, 1),
		"invoiced": invoiced,
		"paid": paid,
		"credit_note": credit_note,
		"outstanding": invoiced - paid - credit_note,
	}


def halves(**first) -> list[Term]:
	return [Term(date(2026, 7, 1), "First", 50.0, **first), Term(date(2026, 8, 1), "Second", 50.0)]


def shown(rows: list[dict]) -> list[tuple]:
	return [
		(
			row["due_date"] and row["due_date"].month,
			row["invoiced"],
			row["paid"],
			row["credit_note"],
			row["outstanding"],
		)
		for row in rows
	]


@pytest.mark.parametrize(
	("given", "terms", "advance", "expected"),
	[
		(row(), halves(), 0, [(7, 50, 0, 0, 50), (8, 50, 0, 0, 50)]),
		(row(paid=60), halves(), 0, [(8, 50, 10, 0, 40)]),
		(row(paid=20, credit_note=40), halves(), 0, [(8, 50, 0, 10, 40)]),
		(row(paid=50), halves(scheduled_payment=50.0), 0, [(8, 50, 0, 0, 50)]),
		(row(paid=130), halves(), 0, [(8, 0, 30, 0, -30)]),
		(row(paid=60, credit_note=0), halves(scheduled_payment=60.0), 0, [(8, 50, 0, 0, 50)]),
		(row(credit_note=120), halves(), 0, [(8, 0, 0, 20, -20)]),
		(row(paid=30), halves(), 30, [(7, 50, 0, 0, 50), (8, 50, 0, 0, 50)]),
		(row(paid=48), halves(scheduled_payment=48.0, discounted=2.0), 0, [(8, 50, -2, 0, 52)]),
	],
)
def test_payment_terms(given, terms, advance, expected):
	assert shown(split(given, terms, advance, 2)) == expected


def test_what_is_paid_beyond_the_terms_follows_them_without_their_due_date():
	"""A term that the schedule says is paid takes no more; as in ERPNext the rest is a row of its own."""
	terms = halves(scheduled_payment=10.0)
	assert shown(split(row(paid=90), terms, 0, 2)) == [(7, 50, 10, 0, 40), (None, 0, 30, 0, -30)]


@pytest.mark.parametrize(
	("days", "expected"),
	[
		(-1, None),
		(0, "range1"),
		(30, "range1"),
		(31, "range2"),
		(60, "range2"),
		(61, "range3"),
		(5000, "range3"),
	],
)
def test_ranges_hold_their_upper_bound(days, expected):
	day = date.fromordinal(DAY.toordinal() - days)
	assert age_of(day, DAY, (30, 60)) == (days, expected)


def test_labels():
	assert range_labels((30, 60), "Above") == {"range1": "0-30", "range2": "31-60", "range3": "61-Above"}
	assert range_labels((), "Above") == {"range1": "0-Above"}
