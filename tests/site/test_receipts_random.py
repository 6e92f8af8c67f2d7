"""Random books of money against a slow reading of every document (R38). `KAM_RECEIPT_BOOKS=40` plays so many."""

import os
from collections import defaultdict
from fractions import Fraction

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import receipts_on_orders
from tests.site.factories import company
from tests.site.plain_receipts import bank_cash, fraction, plain_receipts
from tests.site.receipt_book import ReceiptBook

BOOKS = int(os.environ.get("KAM_RECEIPT_BOOKS") or 2)
STEPS, CHECK_EVERY = 45, 9
CENT = Fraction(1, 100)


def check(book: ReceiptBook) -> None:
	receipts = receipts_on_orders(Scope(company(), book.customers, getdate()))
	found = {(key.payment_document, key.sales_order): fraction(row.amount) for key, row in receipts.items()}
	plain = plain_receipts(book.customers)
	for key in found.keys() | plain.keys():
		assert abs(found.get(key, 0) - plain.get(key, 0)) < CENT, (key, book.done)
	by_payment, exact = defaultdict(Fraction), defaultdict(Fraction)
	for (payment, _order), amount in found.items():
		by_payment[payment] += amount
	for (payment, _order), amount in plain.items():
		exact[payment] += amount
	doctypes = {key.payment_document: key.payment_document_type for key in receipts}
	for payment, amount in by_payment.items():
		cash = bank_cash(doctypes[payment], payment)
		assert amount * cash > 0, (payment, amount, cash, book.done)
		assert abs(amount) <= abs(cash), (payment, amount, cash, book.done)
		assert abs(amount - exact[payment]) <= CENT / 2, (payment, amount, exact[payment], book.done)


@pytest.mark.parametrize("seed", range(1, BOOKS + 1))
def test_every_receipt_is_what_the_documents_say(seed):
	book = ReceiptBook(seed)
	for number in range(1, STEPS + 1):
		book.step()
		if number % CHECK_EVERY == 0:
			check(book)
	assert frappe.db.count("Payment Entry", {"party": ("in", book.customers)}) >= 5
