"""Metrics of the scorecard (R14) from prices and the ledger, against hand-worked cases."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days

from kam_extension.integration.metrics import METRICS, Scope
from kam_extension.policy.codes import Metric
from tests.site.books import (
	AS_OF,
	LONG_AGO,
	OTHER_COMPANY,
	YEAR_START,
	credit_note,
	customer_row,
	invoice,
	journal,
	ledger_row,
	listed_item,
	order,
	pay,
	termed_invoice,
	value,
	vat_row,
)
from tests.site.factories import (
	company,
	make_item,
	make_key_account,
	make_payment_entry,
	make_price,
	make_sales_order,
)


@pytest.fixture
def account(site):
	return make_key_account()


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


class TestPricePremium:
	def test_net_against_list(self, account, item):
		order(account, item, 10, 110)
		assert value("price_premium", account) == 10

	def test_document_discount_and_free_rows_count(self, account, item):
		order(account, item, 10, 110, apply_discount_on="Net Total", additional_discount_percentage=10)
		assert value("price_premium", account) == -1
		free = make_sales_order(
			account.customer,
			[(item, 1, None, {"is_free_item": 1, "discount_percentage": 100})],
			submit=True,
			transaction_date=AS_OF,
		)
		assert free.items[0].base_net_amount == 0
		assert value("price_premium", account) == Decimal("-10")

	def test_unlisted_items_are_left_out(self, account, item):
		unlisted = listed_item(None)
		order(account, unlisted, 1, 99999)
		assert value("price_premium", account) is None
		order(account, item, 1, 105)
		assert value("price_premium", account) == 5

	def test_the_price_of_the_order_date_counts(self, account):
		item = make_item().name
		make_price(item, 100, valid_from=LONG_AGO, valid_upto=add_days(AS_OF, -31))
		make_price(item, 50, valid_from=add_days(AS_OF, -30))
		make_price(item, 1, valid_from=add_days(AS_OF, 1))
		order(account, item, 1, 100, add_days(AS_OF, -40))
		assert value("price_premium", account) == 0
		order(account, item, 1, 100, AS_OF)
		assert value("price_premium", account) == Decimal("33.333333")

	def test_a_price_that_has_ended_is_no_list_price(self, account):
		item = make_item().name
		make_price(item, 100, valid_from=LONG_AGO, valid_upto=add_days(AS_OF, -1))
		order(account, item, 1, 100, AS_OF)
		assert value("price_premium", account) is None

	def test_prices_for_one_customer_are_not_the_list(self, account, item):
		make_price(item, 1, valid_from=LONG_AGO, customer=account.customer)
		order(account, item, 1, 100)
		assert value("price_premium", account) == 0

	def test_the_price_of_the_unit_wins_over_the_stock_unit(self, account):
		item = make_item(uoms=[{"uom": "Box", "conversion_factor": 12}]).name
		make_price(item, 10, valid_from=LONG_AGO, uom="Nos")
		boxes = [(item, 1, 120, {"uom": "Box", "conversion_factor": 12})]
		make_sales_order(account.customer, boxes, submit=True, transaction_date=AS_OF)
		assert value("price_premium", account) == 0
		make_price(item, 100, valid_from=LONG_AGO, uom="Box")
		assert value("price_premium", account) == 20

	def test_prices_that_include_tax_are_compared_with_tax(self, account, item):
		order(account, item, 1, 110, taxes=[vat_row(included=1)])
		assert value("price_premium", account) == 10

	def test_included_tax_is_scaled_with_a_document_discount(self, account, item):
		order(
			account, item, 100, 110, taxes=[vat_row(included=1)],
			apply_discount_on="Grand Total", additional_discount_percentage=10,
		)  # fmt: skip
		assert value("price_premium", account) == pytest.approx(Decimal(-1), abs=Decimal("0.001"))

	def test_cancelled_internal_and_other_companies_orders_do_not_count(self, account, item):
		order(account, item, 1, 500).cancel()
		order(account, item, 1, 500).db_set("company", OTHER_COMPANY)
		order(account, item, 1, 500).db_set("is_internal_customer", 1)
		order(account, item, 1, 500, add_days(YEAR_START, -1))
		assert value("price_premium", account) is None

	def test_no_base_list_no_premium(self, account, item):
		order(account, item, 1, 110)
		scope = Scope(company(), AS_OF, {account.customer: account.name}, None)
		assert METRICS[Metric.PRICE_PREMIUM](scope)[account.name] is None


class TestReceivables:
	def test_balance_is_that_of_the_day(self, account, item):
		sold = invoice(account, item, 10, 100, add_days(AS_OF, -40))
		pay(sold, 300, AS_OF)
		pay(sold, 200, add_days(AS_OF, 1))
		assert value("receivable_balance", account) == 700
		assert value("receivable_balance", account, add_days(AS_OF, -1)) == 1000
		assert value("receivable_balance", account, add_days(AS_OF, 1)) == 500

	def test_what_the_ledger_has_delinked_does_not_count(self, account, item):
		sold = invoice(account, item, 10, 100)
		payment = pay(sold, 300, AS_OF)
		frappe.db.set_value("Payment Ledger Entry", {"voucher_no": payment.name}, "delinked", 1)
		assert value("receivable_balance", account) == 1000

	def test_advances_and_credit_notes_lower_the_balance(self, account, item):
		sold = invoice(account, item, 10, 100)
		credit_note(sold, 1, AS_OF)
		make_payment_entry(customer=account.customer, amount=250, posting_date=AS_OF)
		assert value("receivable_balance", account) == 650

	def test_cancelled_invoices_and_other_companies_are_not_owed(self, account, item):
		invoice(account, item, 1, 100).cancel()
		other = invoice(account, item, 1, 100)
		frappe.db.set_value("Payment Ledger Entry", {"voucher_no": other.name}, "company", OTHER_COMPANY)
		assert value("receivable_balance", account) == 0

	def test_overdue_days_of_the_oldest_open_invoice(self, account, item):
		paid = invoice(account, item, 1, 100, add_days(AS_OF, -200), due=add_days(AS_OF, -100))
		pay(paid, 100, add_days(AS_OF, -10))
		invoice(account, item, 1, 100, add_days(AS_OF, -90), due=add_days(AS_OF, -16))
		invoice(account, item, 1, 100, add_days(AS_OF, -90), due=add_days(AS_OF, -15))
		assert value("overdue_days_max", account) == 16
		assert value("overdue_days_max", account, add_days(AS_OF, -11)) == 89

	def test_what_is_due_on_the_day_is_not_overdue(self, account, item):
		invoice(account, item, 1, 100, add_days(AS_OF, -30), due=AS_OF)
		assert value("overdue_days_max", account) == 0
		assert value("overdue_days_max", account, add_days(AS_OF, 1)) == 1

	def test_payments_pay_terms_oldest_first(self, account, item):
		sold = termed_invoice(account, item, add_days(AS_OF, -50))
		assert value("overdue_days_max", account) == 40
		first_term = pay(sold, 500, add_days(AS_OF, -30))
		assert value("overdue_days_max", account) == 20
		assert value("overdue_days_max", account, add_days(AS_OF, -25)) == 0
		first_term.cancel()
		pay(sold, 499.99, add_days(AS_OF, -30))
		assert value("overdue_days_max", account) == 40

	def test_a_journal_debit_is_due_when_posted(self, account):
		day = add_days(AS_OF, -7)
		journal(day, customer_row(account, 80, 0), ledger_row("default_income_account", 0, 80))
		assert value("overdue_days_max", account) == 7

	def test_credits_are_never_overdue(self, account, item):
		make_payment_entry(customer=account.customer, amount=250, posting_date=add_days(AS_OF, -60))
		sold = invoice(account, item, 1, 100, add_days(AS_OF, -60), due=add_days(AS_OF, -50))
		credit_note(sold, 1, add_days(AS_OF, -40))
		assert value("overdue_days_max", account) == 0

	def test_share_paid_by_the_due_date(self, account, item):
		due = add_days(AS_OF, -10)
		day = add_days(AS_OF, -40)
		on_time = invoice(account, item, 1, 300, day, due=due)
		pay(on_time, 300, due)
		late = invoice(account, item, 1, 100, day, due=due)
		pay(late, 60, add_days(due, -1))
		pay(late, 40, add_days(due, 1))
		invoice(account, item, 1, 9999, day, due=AS_OF)
		assert value("on_time_payment_share", account) == 90

	def test_credit_notes_lower_what_was_due(self, account, item):
		due = add_days(AS_OF, -10)
		sold = invoice(account, item, 10, 100, add_days(AS_OF, -40), due=due)
		credit_note(sold, 5, add_days(AS_OF, -1))
		pay(sold, 400, due)
		assert value("on_time_payment_share", account) == 80

	def test_what_was_paid_too_much_does_not_make_up_for_another_invoice(self, account, item):
		due, day = add_days(AS_OF, -10), add_days(AS_OF, -40)
		invoice(account, item, 5, 100, day, due=due)
		returned = invoice(account, item, 10, 100, day, due=due)
		pay(returned, 1000, due)
		credit_note(returned, 5, AS_OF)
		assert value("on_time_payment_share", account) == 50
