"""The demo book adds up: its figures are what ERPNext computes from quantities, rates and tax."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from kam_extension.replay.command_line import DEMO_BOOK


def rows(name):
	with (DEMO_BOOK / f"{name}.csv").open(encoding="utf-8") as lines:
		return list(csv.DictReader(lines))


@pytest.mark.parametrize(
	("documents", "lines", "key"),
	[("orders", "order_lines", "order"), ("invoices", "invoice_lines", "invoice")],
)
def test_documents_are_the_sum_of_their_rows_and_tax(documents, lines, key):
	sums = defaultdict(Decimal)
	for line in rows(lines):
		assert Decimal(line["quantity"]) * Decimal(line["rate"]) == Decimal(line["amount"])
		sums[line[key]] += Decimal(line["amount"])
	for document in rows(documents):
		net, tax = Decimal(document["net_total"]), Decimal(document["tax_total"])
		exact = net * Decimal(document["tax_rate"]) / 100
		assert sums[document[key]] == net
		assert abs(tax - exact) < Decimal("0.005"), (
			"a half cent would be rounded differently from site to site"
		)
		assert net + tax == Decimal(document["grand_total"])


def test_no_more_is_billed_than_was_ordered_and_returns_are_part_of_their_invoice():
	ordered = {(row["order"], row["row"]): Decimal(row["quantity"]) for row in rows("order_lines")}
	orders = {row["invoice"]: row["order"] for row in rows("invoices")}
	billed = defaultdict(Decimal)
	for line in rows("invoice_lines"):
		billed[(orders[line["invoice"]], line["order_row"])] += Decimal(line["quantity"])
	assert all(0 <= quantity <= ordered[place] for place, quantity in billed.items())


def test_payments_are_allocated_in_full_and_never_beyond_what_was_billed():
	allocated, by_document = defaultdict(Decimal), defaultdict(Decimal)
	for row in rows("payment_references"):
		allocated[row["payment"]] += Decimal(row["amount"])
		by_document[row["document"]] += Decimal(row["amount"])
	sign = {"Receive": 1, "Pay": -1}
	assert allocated == {
		row["payment"]: sign[row["kind"]] * Decimal(row["amount"]) for row in rows("payments")
	}
	by_order = defaultdict(Decimal, {row["order"]: by_document[row["order"]] for row in rows("orders")})
	for row in rows("invoices"):
		assert abs(by_document[row["invoice"]]) <= abs(Decimal(row["grand_total"]))
		by_order[row["order"]] += max(by_document[row["invoice"]], Decimal(0))
	cent = Decimal("0.01")  # tax on two part invoices may round up twice
	assert all(by_order[row["order"]] <= Decimal(row["grand_total"]) + cent for row in rows("orders"))


def test_nothing_happens_before_its_cause_or_after_the_date():
	orders = {row["order"]: row["order_date"] for row in rows("orders")}
	assert max(orders.values()) == "2026-06-30"
	assert all(orders[row["order"]] <= row["posting_date"] <= "2026-06-30" for row in rows("invoices"))
	assert all(row["posting_date"] <= "2026-06-30" for row in rows("payments"))
	assert date.fromisoformat(min(orders.values())) < date(2024, 7, 31)


def test_it_is_as_large_as_promised():
	accounts = rows("key_accounts")
	assert (len(accounts), len(rows("customers")) - len(accounts)) == (12, 60)
	assert {row["account_class"] for row in accounts} == {"Major", "Ordinary"}
	assert {row["account_level"] for row in accounts} == {"Group", "Subsidiary", "Project", ""}
	assert len(rows("orders")) > 340
	assert len(rows("order_lines")) > 900
	assert {row["state"] for row in rows("orders")} == {"Submitted", "Draft"}
	assert sum(1 for row in rows("invoices") if row["return_against"]) >= 8
	assert {row["kind"] for row in rows("payments")} == {"Receive", "Pay"}
	assert {row["tax_rate"] for row in rows("invoices")} == {"0", "13"}
