"""Metrics of the scorecard (R14): each against hand-worked cases, four of them against a slow plain reference."""

import random
from datetime import date, timedelta
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, add_months, date_diff, getdate

from kam_extension.integration.metrics import METRICS, Scope, measure
from kam_extension.policy.codes import Metric
from tests.site.factories import (
	BASE_PRICE_LIST,
	bank_account,
	company,
	insert,
	make_item,
	make_key_account,
	make_payment_entry,
	make_price,
	make_sales_invoice,
	make_sales_order,
	make_visit_log,
	unique,
)

AS_OF = date.today() - timedelta(days=20)
YEAR_START = getdate(add_days(add_months(AS_OF, -12), 1))
LONG_AGO = "2020-01-01"
OTHER_COMPANY = "Some Other Company"


@pytest.fixture
def account(site):
	return make_key_account()


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


def listed_item(rate: float | None, **fields) -> str:
	name = make_item(**fields).name
	if rate is not None:
		make_price(name, rate, valid_from=LONG_AGO)
	return name


def scope_of(*accounts, as_of=AS_OF) -> Scope:
	return Scope(company(), getdate(as_of), {row.customer: row.name for row in accounts}, BASE_PRICE_LIST)


def value(metric: str, account, as_of=AS_OF) -> Decimal | None:
	return METRICS[Metric(metric)](scope_of(account, as_of=as_of))[account.name]


def order(account, item, qty, rate, day=AS_OF, submit=True, **fields):
	return make_sales_order(
		account.customer, [(item, qty, rate)], submit=submit, transaction_date=day, **fields
	)


def invoice(account, item, qty, rate, day=AS_OF, due=None, **fields):
	due_date = due or add_days(day, 30)
	return make_sales_invoice(
		account.customer, [(item, qty, rate)], submit=True, posting_date=day, due_date=due_date, **fields
	)


def credit_note(against, qty, day, **fields):
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	document = make_return_doc("Sales Invoice", against.name)
	document.update({"posting_date": day, "set_posting_time": 1, "due_date": day} | fields)
	document.items[0].qty = -qty
	return document.insert().submit()


def pay(reference, amount, day):
	return make_payment_entry(reference, amount, posting_date=day)


def journal(day, *rows, **fields):
	accounts = [
		{"account": account, "debit_in_account_currency": debit, "credit_in_account_currency": credit} | more
		for account, debit, credit, more in rows
	]
	values = {
		"voucher_type": "Journal Entry",
		"company": company(),
		"posting_date": day,
		"accounts": accounts,
	}
	return insert("Journal Entry", submit=True, **values | fields)


def default_account(field: str) -> str:
	return frappe.get_cached_value("Company", company(), field)


def customer_row(account, debit, credit):
	party = {"party_type": "Customer", "party": account.customer}
	return (default_account("default_receivable_account"), debit, credit, party)


def ledger_row(account_field: str, debit, credit):
	cost_center = {"cost_center": default_account("cost_center")}
	return (default_account(account_field), debit, credit, cost_center)


class TestRegistry:
	def test_every_metric_can_be_measured(self, account):
		measured = measure(list(Metric), scope_of(account))
		assert set(measured) == set(Metric)
		assert all(set(values) == {account.name} for values in measured.values())

	def test_an_account_without_any_document(self, account):
		measured = measure(list(Metric), scope_of(account))
		unknown = {metric for metric, values in measured.items() if values[account.name] is None}
		assert unknown == {
			"revenue_growth", "gross_margin", "on_time_payment_share", "price_premium", "tenure_months",
			"satisfaction", "strategic_influence",
		}  # fmt: skip

	def test_an_unknown_metric_is_refused(self, account):
		with pytest.raises(ValueError, match="weather"):
			measure(["weather"], scope_of(account))


class TestOrders:
	def test_both_ends_of_the_year_count(self, account, item):
		order(account, item, 1, 100, add_days(YEAR_START, -1))
		order(account, item, 1, 20, YEAR_START)
		order(account, item, 1, 3, AS_OF)
		order(account, item, 1, 4000, add_days(AS_OF, 1))
		assert value("contract_amount", account) == 23
		assert value("order_count", account) == 2

	def test_drafts_and_cancelled_orders_do_not_count(self, account, item):
		order(account, item, 1, 100, submit=False)
		order(account, item, 1, 100).cancel()
		assert value("contract_amount", account) == 0
		assert value("order_count", account) == 0
		assert value("tenure_months", account) is None

	def test_other_companies_and_internal_orders_do_not_count(self, account, item):
		order(account, item, 1, 100).db_set("company", OTHER_COMPANY)
		order(account, item, 1, 100).db_set("is_internal_customer", 1)
		assert value("contract_amount", account) == 0
		assert value("tenure_months", account) is None

	def test_foreign_orders_count_in_company_currency(self, account, item):
		order(account, item, 2, 100, currency="USD", conversion_rate=7, plc_conversion_rate=1)
		assert value("contract_amount", account) == 1400

	def test_a_closed_order_counts_with_its_fulfilled_share(self, account, item):
		closed = order(account, item, 4, 100)
		closed.db_set({"status": "Closed", "per_billed": 25, "per_delivered": 75})
		assert value("contract_amount", account) == 300
		assert value("order_count", account) == 1

	def test_tax_is_not_contract_amount(self, account, item):
		order(account, item, 1, 100, taxes=[vat_row()])
		assert value("contract_amount", account) == 100

	@pytest.mark.parametrize(("day_shift", "months"), [(0, 12), (1, 11)])
	def test_tenure_counts_full_months(self, account, item, day_shift, months):
		order(account, item, 1, 1, add_days(add_months(AS_OF, -12), day_shift))
		order(account, item, 1, 1, AS_OF)
		assert value("tenure_months", account) == months


class TestInvoices:
	def test_credit_notes_lower_revenue(self, account, item):
		sold = invoice(account, item, 10, 100)
		credit_note(sold, 4, AS_OF)
		assert value("revenue", account) == 600

	def test_opening_internal_and_foreign_company_invoices_are_no_revenue(self, account, item):
		invoice(account, item, 1, 100).db_set("is_opening", "Yes")
		invoice(account, item, 1, 100).db_set("is_internal_customer", 1)
		invoice(account, item, 1, 100).db_set("company", OTHER_COMPANY)
		invoice(account, item, 1, 100).cancel()
		assert value("revenue", account) == 0

	def test_growth_compares_with_the_twelve_months_before(self, account, item):
		invoice(account, item, 1, 5000, add_days(add_months(AS_OF, -24), 0))
		invoice(account, item, 1, 200, add_days(YEAR_START, -1))
		invoice(account, item, 1, 230, YEAR_START)
		assert value("revenue_growth", account) == 15

	def test_margin_leaves_rows_of_unknown_cost_out(self, account, item):
		sold = make_sales_invoice(
			account.customer, [(item, 10, 100), (item, 1, 5000)], submit=True, posting_date=AS_OF
		)
		frappe.db.set_value("Sales Invoice Item", sold.items[0].name, "incoming_rate", 75)
		assert value("gross_margin", account) == 25

	def test_margin_takes_the_cost_of_stock_that_was_valued(self, account):
		stocked = make_item(is_stock_item=1, valuation_rate=60).name
		stock_in(stocked, 20, 60)
		make_sales_invoice(
			account.customer, [(stocked, 10, 100)], submit=True, posting_date=AS_OF, update_stock=1
		)
		assert value("gross_margin", account) == 40


def stock_in(item_code: str, qty: float, rate: float):
	warehouse = frappe.get_all("Warehouse", {"company": company(), "warehouse_name": "Stores"}, pluck="name")[
		0
	]
	row = {"item_code": item_code, "qty": qty, "basic_rate": rate, "t_warehouse": warehouse}
	values = {"stock_entry_type": "Material Receipt", "company": company(), "items": [row]}
	day = {"posting_date": add_days(AS_OF, -5), "set_posting_time": 1}
	return insert("Stock Entry", submit=True, **values | day)


def vat_row(included: int = 0) -> dict:
	return {
		"charge_type": "On Net Total",
		"account_head": tax_account(),
		"description": "VAT",
		"rate": 13,
		"included_in_print_rate": included,
	}


def tax_account() -> str:
	parent = frappe.get_all(
		"Account", {"company": company(), "account_name": "Duties and Taxes"}, pluck="name"
	)[0]
	values = {
		"account_name": unique("VAT"),
		"parent_account": parent,
		"account_type": "Tax",
		"company": company(),
	}
	return insert("Account", **values).name


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
		assert value("price_premium", account) == percent("33.333333")

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


def percent(text: str) -> Decimal:
	return Decimal(text)


class TestReceivables:
	def test_balance_is_that_of_the_day(self, account, item):
		sold = invoice(account, item, 10, 100, add_days(AS_OF, -40))
		pay(sold, 300, AS_OF)
		pay(sold, 200, add_days(AS_OF, 1))
		assert value("receivable_balance", account) == 700
		assert value("receivable_balance", account, add_days(AS_OF, -1)) == 1000
		assert value("receivable_balance", account, add_days(AS_OF, 1)) == 500

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


def termed_invoice(account, item, day):
	"""1,000 due in halves after 10 and 30 days."""
	schedule = [
		{"due_date": add_days(day, days), "invoice_portion": 50, "payment_amount": 500} for days in (10, 30)
	]
	return invoice(account, item, 10, 100, day, due=add_days(day, 30), payment_schedule=schedule)


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

	def test_a_point_of_sale_invoice_is_paid_on_the_spot(self, account, item):
		cash = frappe.get_all("Mode of Payment", {"type": "Cash"}, pluck="name")[0]
		payment = {"mode_of_payment": cash, "account": bank_account(), "amount": 120}
		sold = invoice(
			account, item, 1, 100, is_pos=1, payments=[payment], account_for_change_amount=bank_account()
		)
		assert (sold.paid_amount, sold.change_amount) == (120, 20)
		assert value("collected", account) == 100


def refund(account, amount, day):
	return make_payment_entry(
		customer=account.customer,
		amount=amount,
		posting_date=day,
		payment_type="Pay",
		paid_from=bank_account(),
		paid_to=default_account("default_receivable_account"),
	)


def cheque() -> dict:
	return {"cheque_no": unique("Cheque"), "cheque_date": AS_OF}


class TestService:
	def test_issues_of_the_year_and_company(self, account):
		for day in (add_days(YEAR_START, -1), YEAR_START, AS_OF, add_days(AS_OF, 1)):
			issue(account, day)
		issue(account, AS_OF).db_set("company", OTHER_COMPANY)
		assert value("complaint_count", account) == 2

	def test_satisfaction_is_the_mean_of_completed_visits_that_asked(self, account):
		for rating, status in ((90, "Completed"), (81, "Completed"), (0, "Completed"), (10, "Cancelled")):
			visit = make_visit_log(account.name, visit_date=AS_OF, status=status, discussion="Talked")
			visit.db_set("satisfaction", rating)
		assert value("satisfaction", account) == Decimal("85.5")

	@pytest.mark.parametrize(("judged", "measured"), [(3, 3), (0, None)])
	def test_strategic_influence_is_the_managers(self, account, judged, measured):
		account.db_set("strategic_influence", judged)
		assert value("strategic_influence", account) == measured


def issue(account, day):
	return insert(
		"Issue", subject=unique("Issue"), customer=account.customer, company=company(), opening_date=day
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
