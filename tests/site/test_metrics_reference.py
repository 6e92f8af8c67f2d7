"""Metrics of the scorecard (R14) against reading every document of a small random book, one by one."""

import random
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, date_diff, getdate

from kam_extension.integration.metrics import measure
from tests.site.books import AS_OF, YEAR_START, credit_note, listed_item, pay, scope_of
from tests.site.factories import (
	BASE_PRICE_LIST,
	company,
	make_key_account,
	make_sales_invoice,
	make_sales_order,
)


class TestAgainstPlainReference:
	"""The set-based queries against reading every document of a small random book, one by one."""

	@pytest.mark.parametrize("seed", [1, 2])
	def test_four_metrics(self, site, seed):
		accounts = [make_key_account() for _ in range(3)]
		write_random_book(random.Random(seed), accounts)
		references = {
			"contract_amount": plain_contract_amount,
			"receivable_balance": plain_receivable_balance,
			"overdue_days_max": plain_overdue_days_max,
			"price_premium": plain_price_premium,
		}
		measured = measure(references, scope_of(*accounts))
		expected = {
			metric: {account.name: reference(account.customer) for account in accounts}
			for metric, reference in references.items()
		}
		assert measured == expected
		assert all(any(values.values()) for values in expected.values())


def write_random_book(chance: random.Random, accounts) -> None:
	items = [listed_item(rate) for rate in (10, 99.5, 250)] + [listed_item(None)]
	for _ in range(20):
		account = chance.choice(accounts)
		day = add_days(AS_OF, chance.randint(-430, 10))
		lines = [
			(chance.choice(items), chance.randint(1, 9), chance.randint(50, 30000) / 100) for _ in range(2)
		]
		kind = chance.choice(["order", "order", "cancelled order", "draft", "invoice", "invoice", "terms"])
		if kind in ("invoice", "terms"):
			write_random_invoice(chance, account, lines, day, with_terms=kind == "terms")
			continue
		written = make_sales_order(account.customer, lines, submit=kind != "draft", transaction_date=day)
		if kind == "cancelled order":
			written.cancel()


def write_random_invoice(chance: random.Random, account, lines, day, with_terms: bool) -> None:
	days = (10, 45) if with_terms else (30,)
	terms = [{"due_date": add_days(day, due), "invoice_portion": 100 / len(days)} for due in days]
	sold = make_sales_invoice(
		account.customer, lines, submit=True, posting_date=day, due_date=add_days(day, days[-1]),
		payment_schedule=terms,
	)  # fmt: skip
	owed = sold.rounded_total or sold.grand_total
	for _ in range(chance.randint(0, 2)):
		paid_on = min(getdate(add_days(day, chance.randint(0, 60))), getdate())
		pay(sold, round(owed * chance.choice([0.25, 0.5]), 2), paid_on)
	if chance.random() < 0.2:
		credit_note(sold, 1, min(getdate(add_days(day, 5)), getdate()))


def documents(doctype: str, **filters) -> list:
	names = frappe.get_all(doctype, {"docstatus": 1, "company": company()} | filters, pluck="name")
	return [frappe.get_doc(doctype, name) for name in names]


def money(amount) -> Decimal:
	return Decimal(str(round(amount, 2)))


def orders_of_the_year(customer: str) -> list:
	return [
		document
		for document in documents("Sales Order", customer=customer)
		if YEAR_START <= document.transaction_date <= AS_OF
	]


def plain_contract_amount(customer: str) -> Decimal:
	return sum((money(document.base_net_total) for document in orders_of_the_year(customer)), Decimal(0))


def plain_price_premium(customer: str) -> Decimal | None:
	paid = listed = Decimal(0)
	for document in orders_of_the_year(customer):
		for row in document.items:
			listed_since = {"price_list": BASE_PRICE_LIST, "valid_from": ("<=", document.transaction_date)}
			price = frappe.db.get_value(
				"Item Price", {"item_code": row.item_code} | listed_since, "price_list_rate"
			)
			if price:
				paid += money(row.base_net_amount)
				listed += money(price) * Decimal(str(row.stock_qty))
	return ((paid - listed) * 100 / listed).quantize(Decimal("0.000001")) if listed else None


def total_of(sold) -> Decimal:
	return money(sold.base_rounded_total or sold.base_grand_total)


def invoices_until_as_of(customer: str) -> list:
	return [sold for sold in documents("Sales Invoice", customer=customer) if sold.posting_date <= AS_OF]


def payments_until_as_of(customer: str) -> list:
	return [paid for paid in documents("Payment Entry", party=customer) if paid.posting_date <= AS_OF]


def plain_receivable_balance(customer: str) -> Decimal:
	sold = sum((total_of(document) for document in invoices_until_as_of(customer)), Decimal(0))
	return sold - sum(
		(money(document.paid_amount) for document in payments_until_as_of(customer)), Decimal(0)
	)


def plain_overdue_days_max(customer: str) -> Decimal:
	sold = invoices_until_as_of(customer)
	days = [0]
	for document in (document for document in sold if not document.is_return):
		paid = sum(
			money(reference.allocated_amount)
			for payment in payments_until_as_of(customer)
			for reference in payment.references
			if reference.reference_name == document.name
		) - sum(total_of(note) for note in sold if note.return_against == document.name)
		days.append(plain_overdue_days(document, paid))
	return Decimal(max(days))


def plain_overdue_days(document, paid: Decimal) -> int:
	"""Pay the terms one after the other; days since the first that isn't fully paid."""
	total = total_of(document)
	if paid >= total:
		return 0
	for term in sorted(document.payment_schedule, key=lambda row: getdate(row.due_date)):
		paid -= money(term.base_payment_amount)
		if paid < 0:
			return max(date_diff(AS_OF, term.due_date), 0)
	return 0
