"""The credit pays named invoices (R40): outstanding falls, nothing is paid twice, the rest stays an open credit."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.factories import bank_account, company, insert, make_customer, make_payment_entry
from tests.site.rebate_setup import (
	acting_as,
	approve,
	invoice_of,
	make_people,
	make_rebate_account,
	prepare_approval,
	receive,
	set_rebate_accounts,
)
from tests.site.settlement_setup import (
	change,
	entry_of,
	ledger,
	make_cost_center,
	make_foreign_receivable,
	open_claims,
	open_invoice,
	outstanding_of,
	receivable_account,
	set_options,
)


@pytest.fixture
def expense():
	return set_rebate_accounts()


@pytest.fixture
def account(expense):
	return make_rebate_account()


@pytest.fixture
def people():
	return make_people()


@pytest.fixture
def request_of_20(account):
	receive(account.order(), 400)
	return account.request()


def offsets(*pairs) -> list[dict]:
	return [{"sales_invoice": invoice.name, "allocated_amount": amount} for invoice, amount in pairs]


def test_the_credit_pays_the_named_invoices_and_the_rest_stays_open(request_of_20, account, people):
	first, second = open_invoice(account.customer, 12), open_invoice(account.customer, 30)
	change(request_of_20, offset_invoices=offsets((first, 12), (second, 3)))
	request = approve(request_of_20, people)
	assert (outstanding_of(first), outstanding_of(second)) == (0, 27)
	rows = [row.as_dict() for row in entry_of(request).accounts if row.party]
	assert [(row.reference_name, row.credit) for row in rows] == [
		(first.name, 12),
		(second.name, 3),
		(None, 5),
	]
	assert account.request().receipts == []


def test_cancelling_the_request_opens_the_invoices_again(request_of_20, account, people):
	invoice = open_invoice(account.customer, 12)
	change(request_of_20, offset_invoices=offsets((invoice, 12)))
	request = approve(request_of_20, people)
	with acting_as(people.executive):
		request.cancel()
	assert (outstanding_of(invoice), open_claims(request)) == (12, 0)


def test_an_invoice_paid_by_the_credit_can_be_cancelled(request_of_20, account, people):
	invoice = open_invoice(account.customer, 12)
	change(request_of_20, offset_invoices=offsets((invoice, 12)))
	request = approve(request_of_20, people)
	frappe.get_doc("Sales Invoice", invoice.name).cancel()
	assert (request.reload().status, entry_of(request).docstatus) == ("Settled", 1)
	with acting_as(people.executive):
		request.cancel()
	assert open_claims(request) == 0


def test_oldest_invoices_first(request_of_20, account):
	newer = open_invoice(account.customer, 15, add_days(nowdate(), 9))
	older = open_invoice(account.customer, 12, add_days(nowdate(), 5))
	open_invoice(account.customer, 7, add_days(nowdate(), 20))
	request_of_20.propose_offsets()
	assert [(row.sales_invoice, row.allocated_amount) for row in request_of_20.offset_invoices] == [
		(older.name, 12),
		(newer.name, 8),
	]


def test_an_empty_amount_takes_what_is_open(request_of_20, account):
	invoice = open_invoice(account.customer, 12)
	request = change(request_of_20, offset_invoices=[{"sales_invoice": invoice.name}])
	row = request.offset_invoices[0]
	assert (row.allocated_amount, row.outstanding_amount, row.receivable_account) == (
		12,
		12,
		receivable_account(),
	)


def test_more_than_is_outstanding_or_than_the_rebate_is_refused(request_of_20, account):
	small, large = open_invoice(account.customer, 12), open_invoice(account.customer, 30)
	with pytest.raises(frappe.ValidationError, match="outstanding"):
		change(request_of_20, offset_invoices=offsets((small, 12.01)))
	with pytest.raises(frappe.ValidationError, match="more than Amount to Settle"):
		change(request_of_20, offset_invoices=offsets((large, 20.01)))
	with pytest.raises(frappe.ValidationError, match="has a row already"):
		change(request_of_20, offset_invoices=offsets((large, 5), (large, 5)))


def test_more_rows_than_a_journal_submits_at_once(account, people):
	"""ERPNext submits journals of more than 100 rows in the background."""
	receive(account.order(5000), 4000)
	invoices = copies_of(open_invoice(account.customer, 1), 100)
	request = account.request()
	change(request, offset_invoices=[{"sales_invoice": name, "allocated_amount": 1} for name in invoices])
	request = approve(request, people)
	assert (request.status, entry_of(request).docstatus) == ("Settled", 1)
	filters = {"name": ("in", invoices), "outstanding_amount": 0}
	assert frappe.db.count("Sales Invoice", filters) == 100


def copies_of(invoice, count: int) -> list[str]:
	"""Names of so many open invoices like `invoice`; only what the ledger and the entry ask for is there."""
	ledger_entry = frappe.get_doc("Payment Ledger Entry", {"voucher_no": invoice.name})
	names = [f"{invoice.name}-{number}" for number in range(count)]
	for name in names:
		copy, entry = frappe.copy_doc(invoice), frappe.copy_doc(ledger_entry)
		copy.update({"name": name, "docstatus": 1, "outstanding_amount": invoice.outstanding_amount})
		entry.update({"name": name, "docstatus": 1, "voucher_no": name, "against_voucher_no": name})
		copy.db_insert()
		entry.db_insert()
	return names


def test_only_open_invoices_of_the_customer(request_of_20):
	foreign = open_invoice(make_customer().name, 12)
	with pytest.raises(frappe.ValidationError, match="no submitted invoice of customer"):
		change(request_of_20, offset_invoices=offsets((foreign, 5)))


def test_an_invoice_paid_before_the_approval_stops_it_and_nothing_is_written(request_of_20, account, people):
	invoice = open_invoice(account.customer, 12)
	change(request_of_20, offset_invoices=offsets((invoice, 12)))
	request = prepare_approval(request_of_20, people)
	make_payment_entry(invoice, 5)
	frappe.db.savepoint("before_submit")
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="outstanding"):
		request.submit()
	frappe.db.rollback(save_point="before_submit")
	assert (outstanding_of(invoice), open_claims(request)) == (7, 0)


def test_a_draft_entry_whose_invoice_was_paid_meanwhile_is_not_submitted(request_of_20, account, people):
	set_options(submit_settlement=0)
	invoice = open_invoice(account.customer, 12)
	change(request_of_20, offset_invoices=offsets((invoice, 12)))
	request = approve(request_of_20, people)
	make_payment_entry(invoice, 5)
	with pytest.raises(frappe.ValidationError, match="open with less"):
		entry_of(request).submit()


def test_offsets_mean_nothing_where_money_is_paid_out(request_of_20, account):
	invoice = open_invoice(account.customer, 12)
	request = change(
		request_of_20,
		offset_invoices=offsets((invoice, 12)),
		settlement_method="Pay Customer",
		payment_account=bank_account(),
	)
	assert request.offset_invoices == []


def test_the_receivable_falls_by_the_cost_center_of_the_invoice(request_of_20, account, people):
	east = make_cost_center()
	invoice = open_invoice(account.customer, 12, cost_center=east)
	change(request_of_20, offset_invoices=offsets((invoice, 12)))
	request = approve(request_of_20, people)
	rows = ledger(request.settlement_document, "cost_center", "against_voucher")
	assert (receivable_account(), -12, east, invoice.name) in rows


def test_a_foreign_invoice_falls_at_its_own_rate_and_the_difference_is_booked(people, expense):
	receivable = make_foreign_receivable()
	rate = {"from_currency": "EUR", "to_currency": "CNY", "exchange_rate": 8.5, "for_selling": 1}
	insert("Currency Exchange", date=nowdate(), **rate)
	customer = make_customer(
		default_currency="EUR", accounts=[{"company": company(), "account": receivable}]
	).name
	account = make_rebate_account(customer)
	order = account.order(12_500, currency="EUR", conversion_rate=8)
	receive(invoice_of(order, debit_to=receivable), 8000, source_exchange_rate=8, received_amount=64_000)
	invoice = open_invoice(customer, 300, currency="EUR", conversion_rate=8, debit_to=receivable)
	request = account.request()
	request = change(request, offset_invoices=offsets((invoice, 200)))
	assert (request.total_rebate, request.offset_invoices[0].account_currency) == (3200, "EUR")
	request = approve(request, people)
	assert outstanding_of(invoice) == 100
	difference = frappe.get_cached_value("Company", company(), "exchange_gain_loss_account")
	rows = ledger(request.settlement_document, "against_voucher", "credit_in_account_currency")
	assert (receivable, -1600, invoice.name, 200) in rows
	assert (receivable, -1500, None, 176.47) in [
		(a, m, v if v == invoice.name else None, c) for a, m, v, c in rows
	]
	assert [row[1] for row in rows if row[0] == difference] == [-100]
	assert round(sum(row[1] for row in rows), 2) == 0


@pytest.mark.committing
def test_two_requests_do_not_pay_one_invoice_twice(account, people, in_parallel):
	receive(account.order(), 400)
	receive(account.order(), 400)
	invoice = open_invoice(account.customer, 12)
	first = account.request()
	first.set("receipts", first.receipts[:1])
	change(first, receipts=first.receipts, offset_invoices=offsets((invoice, 12)))
	second = account.request()
	second.set("receipts", second.receipts[1:])
	change(second, receipts=second.receipts, offset_invoices=offsets((invoice, 12)))
	for request in (first, second):
		prepare_approval(request, people)

	def submit(name):
		return lambda: frappe.get_doc("Rebate Request", name).submit().name

	results = in_parallel(submit(first.name), submit(second.name), user=people.executive)
	assert len([result for result in results if isinstance(result, str)]) == 1, results
	assert outstanding_of(invoice) == 0
	assert sum(open_claims(request) for request in (first, second)) == 20
