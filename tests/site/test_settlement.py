"""Settling a rebate: a native ledger entry, and both sides true after either is cancelled (R40)."""

import frappe
import pytest
from frappe.utils import getdate, nowdate

from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import receipts_on_orders
from tests.site.factories import bank_account, company, insert, make_customer, make_sales_invoice
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
def settled(account, people):
	receive(account.order(), 400)
	return approve(account.request(), people)


def ledger_of(journal: str) -> dict:
	rows = frappe.get_all(
		"GL Entry", {"voucher_no": journal, "is_cancelled": 0}, ["account", "party", "debit", "credit"]
	)
	return {(row.account, row.party or None, row.debit, row.credit) for row in rows}


def receivable_of(customer: str) -> float:
	"""What ERPNext's own report says; its module wants a database connection when it is imported."""
	from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute as accounts_receivable

	filters = {"company": company(), "party_type": "Customer", "party": [customer], "report_date": nowdate()}
	return sum(row.outstanding for row in accounts_receivable(filters)[1])


def receivable_account() -> str:
	return frappe.db.get_value("Company", company(), "default_receivable_account")


def test_credit_is_posted_and_shows_in_accounts_receivable(settled, account, expense):
	assert (settled.status, settled.settlement_document_type) == ("Settled", "Journal Entry")
	journal = frappe.get_doc("Journal Entry", settled.settlement_document)
	assert (journal.docstatus, journal.voucher_type, journal.kam_rebate_request) == (
		1,
		"Credit Note",
		settled.name,
	)
	assert getdate(journal.posting_date) == getdate()
	assert settled.name in journal.user_remark
	assert ledger_of(journal.name) == {
		(expense, None, 20, 0),
		(receivable_account(), account.customer, 0, 20),
	}
	assert receivable_of(account.customer) == -420


def test_settling_shows_no_hints_of_the_journal(settled):
	assert not [message for message in frappe.get_message_log() if "Is Advance" in message.get("message", "")]


def test_settlement_is_never_a_receipt(settled, account):
	scope = Scope(company(), (account.customer,), getdate())
	assert len(receipts_on_orders(scope)) == 1
	assert account.request().receipts == []


def test_pay_customer_shows_expense_customer_and_bank(account, people, expense):
	receive(account.order(), 400)
	before = receivable_of(account.customer)
	request = account.request(settlement_method="Pay Customer", payment_account=bank_account())
	request = approve(request, people)
	assert ledger_of(request.settlement_document) == {
		(expense, None, 20, 0),
		(receivable_account(), account.customer, 0, 20),
		(receivable_account(), account.customer, 20, 0),
		(bank_account(), None, 0, 20),
	}
	assert receivable_of(account.customer) == before
	assert account.request().receipts == []


def test_pay_customer_needs_a_bank_or_cash_account(account, people, expense):
	receive(account.order(), 400)
	request = account.request(settlement_method="Pay Customer", payment_account=expense)
	with pytest.raises(frappe.ValidationError, match="Payment Account"):
		approve(request, people)


def test_missing_account_names_the_settings(account, people):
	frappe.get_doc("KAM Settings").update({"companies": []}).save()
	receive(account.order(), 400)
	request = account.request()
	with pytest.raises(frappe.ValidationError, match="KAM Settings"):
		approve(request, people)


def test_cancelling_the_request_reverses_everything(settled, account, people):
	with acting_as(people.executive):
		settled.cancel()
	settled.reload()
	assert settled.status == "Cancelled"
	assert frappe.db.get_value("Journal Entry", settled.settlement_document, "docstatus") == 2
	claims = frappe.get_all(
		"KAM Rebate Claim",
		{"rebate_request": settled.name},
		["claimed_amount", "rebate_amount", "is_reversal"],
	)
	assert sorted((row.is_reversal, row.claimed_amount, row.rebate_amount) for row in claims) == [
		(0, 400, 20),
		(1, -400, -20),
	]
	assert receivable_of(account.customer) == -400
	assert account.request().total_rebate == 20


def test_amended_request_claims_again(settled, people):
	"""The desk's Amend copies even fields that are never copied otherwise, and starts the workflow anew."""
	settled.cancel()
	amended = frappe.copy_doc(settled)
	amended.amended_from = settled.name
	amended.update({"docstatus": 0, "workflow_state": "Draft"})
	amended.insert()
	assert (amended.status, amended.verified_by, amended.settlement_document) == ("Draft", None, None)
	assert amended.total_rebate == 20
	amended = approve(amended, people)
	assert (amended.status, amended.total_rebate) == ("Settled", 20)


def test_journal_cancelled_first_keeps_the_claims(settled, account, people):
	journal = settled.settlement_document
	with acting_as(people.finance):
		frappe.get_doc("Journal Entry", journal).cancel()
	settled.reload()
	assert (settled.docstatus, settled.status, settled.settlement_document) == (1, "Approved", None)
	assert account.request().receipts == []
	with acting_as(people.finance):
		settled.settle_again()
	settled.reload()
	assert settled.status == "Settled"
	assert settled.settlement_document not in (None, journal)
	with pytest.raises(frappe.ValidationError):
		settled.settle_again()


def test_amended_journal_settles_the_request_again(settled):
	journal = frappe.get_doc("Journal Entry", settled.settlement_document)
	journal.cancel()
	amended = frappe.copy_doc(journal)
	amended.update({"docstatus": 0, "amended_from": journal.name, "user_remark": "Another remark"})
	amended.insert()
	assert not amended.kam_rebate_request
	amended.submit()
	settled.reload()
	assert (settled.status, settled.settlement_document) == ("Settled", amended.name)
	settled.cancel()
	amended.reload()
	assert amended.docstatus == 2


def test_amended_journal_keeps_the_amount(settled):
	journal = frappe.get_doc("Journal Entry", settled.settlement_document)
	journal.cancel()
	amended = frappe.copy_doc(journal)
	amended.update({"docstatus": 0, "amended_from": journal.name})
	amended.accounts[0].debit_in_account_currency = 200
	amended.accounts[1].credit_in_account_currency = 200
	amended.insert()
	with pytest.raises(frappe.ValidationError, match="has to stay"):
		amended.submit()


def test_request_cancelled_after_its_journal(settled, account):
	frappe.get_doc("Journal Entry", settled.settlement_document).cancel()
	settled.reload()
	settled.cancel()
	settled.reload()
	assert settled.status == "Cancelled"
	assert account.request().total_rebate == 20


def test_settling_again_needs_finance_or_executive(settled, people):
	frappe.get_doc("Journal Entry", settled.settlement_document).cancel()
	settled.reload()
	with acting_as(people.requester), pytest.raises(frappe.PermissionError):
		settled.settle_again()


def test_journal_can_not_be_tied_to_a_request_by_hand(settled):
	journal = frappe.copy_doc(frappe.get_doc("Journal Entry", settled.settlement_document))
	journal.kam_rebate_request = settled.name
	journal.insert()
	assert not journal.kam_rebate_request
	journal.submit()
	journal.cancel()
	settled.reload()
	assert settled.status == "Settled"


def test_payment_and_order_can_be_cancelled_after_the_claim(settled):
	payment = frappe.get_doc("Payment Entry", settled.receipts[0].payment_document)
	payment.cancel()
	order = frappe.get_doc("Sales Order", settled.receipts[0].sales_order)
	order.cancel()
	assert order.docstatus == 2


def test_foreign_receivable_is_credited_at_todays_rate(people, expense):
	receivable = insert(
		"Account",
		account_name=frappe.generate_hash(length=8),
		company=company(),
		parent_account=frappe.db.get_value("Account", receivable_account(), "parent_account"),
		account_type="Receivable",
		account_currency="EUR",
	).name
	rate = {"from_currency": "EUR", "to_currency": "CNY", "exchange_rate": 7.83, "for_selling": 1}
	insert("Currency Exchange", date=nowdate(), **rate)
	customer = make_customer(
		default_currency="EUR", accounts=[{"company": company(), "account": receivable}]
	).name
	account = make_rebate_account(customer)
	order = account.order(12_500, currency="EUR", conversion_rate=8)
	invoice = invoice_of(order, debit_to=receivable)
	receive(invoice, 8000, source_exchange_rate=8.1, received_amount=64_800)
	request = approve(account.request(), people)
	assert (request.total_collected, request.total_rebate) == (64_800, 3240)
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": request.settlement_document, "party": customer},
		["account", "credit", "credit_in_account_currency"],
	)
	assert [(row.account, row.credit, row.credit_in_account_currency) for row in rows] == [
		(receivable, 3240, 413.79)
	]


def test_a_failing_settlement_leaves_no_claim(account, people):
	receive(account.order(), 400)
	request = account.request()
	frappe.get_doc("KAM Settings").update({"companies": []}).save()
	prepare_approval(request, people)
	frappe.db.savepoint("before_submit")
	with acting_as(people.executive), pytest.raises(frappe.ValidationError):
		frappe.get_doc("Rebate Request", request.name).submit()
	frappe.db.rollback(save_point="before_submit")
	assert frappe.db.count("KAM Rebate Claim", {"rebate_request": request.name}) == 0


def test_credit_can_be_set_against_an_invoice(settled, account):
	invoice = make_sales_invoice(account.customer, [(account.item, 1, 20)], submit=True)
	tool = frappe.get_doc(
		{
			"doctype": "Payment Reconciliation",
			"company": company(),
			"party_type": "Customer",
			"party": account.customer,
			"receivable_payable_account": receivable_account(),
		}
	)
	tool.get_unreconciled_entries()
	credit = [row.as_dict() for row in tool.payments if row.reference_name == settled.settlement_document]
	tool.allocate_entries({"invoices": [row.as_dict() for row in tool.invoices], "payments": credit})
	tool.reconcile()
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	assert account.request().receipts == []
