"""Days since the oldest unpaid instalment of open invoices (R32)."""

import frappe
import pytest
from frappe.utils import add_days

from kam_extension.exceptions import PolicyViolation
from tests.site.books import credit_note
from tests.site.credit_setup import due, make_credit_policy, standing
from tests.site.factories import (
	company,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_invoice,
	make_sales_order,
)


@pytest.fixture(autouse=True)
def policy():
	return make_credit_policy()


@pytest.fixture
def item():
	return make_item(cost=1, list_price=100).name


@pytest.fixture
def account():
	return make_key_account(account_class="Major", tier="A")  # 60 days


def test_the_oldest_open_invoice_counts(account, item):
	for days in (10, 40, 5):
		make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, **due(days))
	paid = make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, **due(90))
	make_payment_entry(paid, 10)
	make_sales_invoice(account.customer, [(item, 1, 10)], **due(100))  # a draft
	assert overdue_days(account) == 40


def test_nothing_is_late_before_its_due_date(account, item):
	make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, **due(0))
	make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, due_date=add_days(None, 5))
	assert overdue_days(account) == 0


def test_payments_pay_the_oldest_instalment_first(account, item):
	invoice = in_instalments(account, item, (-70, 400), (-30, 400), (10, 200))
	assert overdue_days(account) == 70
	make_payment_entry(invoice, 399.99)
	assert overdue_days(account) == 70
	make_payment_entry(frappe.get_doc("Sales Invoice", invoice.name), 0.01)
	assert overdue_days(account) == 30
	make_payment_entry(frappe.get_doc("Sales Invoice", invoice.name), 400)
	assert overdue_days(account) == 0


def test_a_payment_that_was_reconciled_later_pays_as_well(account, item):
	"""ERPNext leaves the instalments' own outstanding as it was then."""
	in_instalments(account, item, (-70, 400), (-30, 600))
	make_payment_entry(customer=account.customer, amount=400)
	assert overdue_days(account) == 70
	reconcile(account)
	assert overdue_days(account) == 30


def test_a_credit_note_on_an_invoice_pays_it_matched_or_not(account, item):
	for matched in (0, 1):
		invoice = make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, **due(70))
		assert overdue_days(account) == 70
		credit_note(invoice, 1, None, update_outstanding_for_self=matched)
		assert overdue_days(account) == 0


def test_an_opening_invoice_has_a_due_date_only(account, item):
	opening = frappe.get_value("Account", {"company": company(), "account_type": "Temporary"})
	line = (item, 1, 10, {"income_account": opening})
	make_sales_invoice(account.customer, [line], submit=True, is_opening="Yes", **due(61))
	assert overdue_days(account) == 61
	with pytest.raises(PolicyViolation, match="61 days late; 60 days"):
		make_sales_order(account.customer, [(item, 1, 10)], submit=True)


def overdue_days(account) -> int:
	return standing(account).overdue_days


def in_instalments(account, item: str, *rows: tuple[int, float]):
	"""An invoice 80 days old; a row is (due in days from today, amount)."""
	total = sum(amount for _days, amount in rows)
	schedule = [
		{"due_date": add_days(None, days), "payment_amount": amount, "invoice_portion": amount / total * 100}
		for days, amount in rows
	]
	return make_sales_invoice(
		account.customer,
		[(item, 1, total)],
		submit=True,
		posting_date=add_days(None, -80),
		payment_schedule=schedule,
	)


def reconcile(account) -> None:
	tool = frappe.get_doc("Payment Reconciliation")
	tool.update(
		{
			"company": account.company,
			"party_type": "Customer",
			"party": account.customer,
			"receivable_payable_account": frappe.get_cached_value(
				"Company", account.company, "default_receivable_account"
			),
		}
	)
	tool.get_unreconciled_entries()
	invoices, payments = ([row.as_dict() for row in tool.get(table)] for table in ("invoices", "payments"))
	tool.allocate_entries(frappe._dict(invoices=invoices, payments=payments))
	tool.reconcile()
