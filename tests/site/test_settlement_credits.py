"""Credits given by hand settle a part of a request, each once (R74); a negative balance is decided (R73)."""

import frappe
import pytest

from tests.site.factories import bank_account, make_customer
from tests.site.rebate_setup import (
	acting_as,
	approve,
	make_people,
	make_rebate_account,
	prepare_approval,
	receive,
	set_rebate_accounts,
	verify,
)
from tests.site.settlement_setup import (
	change,
	entry_of,
	give_credit,
	give_credit_note,
	ledger,
	open_claims,
	receivable_account,
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


def attach(request, *pairs, user: str = "Administrator"):
	rows = [
		{"credit_document_type": credit.doctype, "credit_document": credit.name, "attached_amount": amount}
		for credit, amount in pairs
	]
	return change(request, user, attached_credits=rows)


# Attached credits


@pytest.mark.parametrize("give", ["journal", "credit note"])
def test_only_the_rest_is_settled(request_of_20, account, people, expense, give):
	if give == "journal":
		credit = give_credit(account.customer, expense, 15)
	else:
		credit = give_credit_note(account.customer, 15)
	request = attach(request_of_20, (credit, 15))
	assert (request.attached_total, request.amount_to_settle) == (15, 5)
	request = approve(request, people)
	assert request.status == "Settled"
	assert ledger(request.settlement_document) == sorted([(expense, 5), (receivable_account(), -5)])
	assert open_claims(request) == 20
	assert account.request().receipts == []


def test_a_request_that_credits_settle_whole_posts_nothing(request_of_20, account, people, expense):
	credit = give_credit(account.customer, expense, 30)
	request = attach(request_of_20, (credit, None))
	assert (request.attached_credits[0].attached_amount, request.amount_to_settle) == (20, 0)
	request = approve(request, people)
	assert (request.status, request.settlement_document, open_claims(request)) == ("Settled", None, 20)
	with acting_as(people.finance), pytest.raises(frappe.ValidationError, match="can be settled"):
		request.settle_again()


def test_a_credit_is_attached_up_to_its_amount_over_all_requests(request_of_20, account, people, expense):
	credit = give_credit(account.customer, expense, 30)
	approve(attach(request_of_20, (credit, 20)), people)
	receive(account.order(), 400)
	second = account.request()
	with pytest.raises(frappe.ValidationError, match="at most CNY 10"):
		attach(second, (credit, 10.01))
	second = attach(second, (credit, None))
	assert (second.attached_credits[0].available_amount, second.amount_to_settle) == (10, 10)


def test_a_cancelled_request_gives_the_credit_free(request_of_20, account, people, expense):
	credit = give_credit(account.customer, expense, 20)
	request = approve(attach(request_of_20, (credit, 20)), people)
	with acting_as(people.executive):
		request.cancel()
	again = attach(account.request(), (credit, 20))
	assert again.amount_to_settle == 0


def test_more_than_the_rebate_is_refused(request_of_20, account, expense):
	credit = give_credit(account.customer, expense, 30)
	with pytest.raises(frappe.ValidationError, match="more than Total Rebate"):
		attach(request_of_20, (credit, 25))


def test_what_is_no_credit_of_the_customer_is_refused(request_of_20, account, people, expense):
	money = give_credit(account.customer, expense, 20, submit=False)
	money.accounts[0].account = bank_account()
	money.update({"cheque_no": "1", "cheque_date": money.posting_date})
	money.save().submit()
	settled = approve(request_of_20, people)
	receive(account.order(), 400)
	request = account.request()
	others = (
		give_credit(make_customer().name, expense, 20),
		give_credit(account.customer, expense, 20, submit=False),
		money,
		entry_of(settled),
	)
	for other in others:
		with pytest.raises(frappe.ValidationError, match="no credit of customer"):
			attach(request, (other, 5))
	with pytest.raises(frappe.ValidationError, match="has a row already"):
		credit = give_credit(account.customer, expense, 20)
		attach(request, (credit, 5), (credit, 5))


def test_an_attached_credit_is_not_cancelled_under_its_request(request_of_20, account, people, expense):
	credit = give_credit(account.customer, expense, 15)
	request = approve(attach(request_of_20, (credit, 15)), people)
	with pytest.raises(frappe.ValidationError, match=request.name):
		credit.reload().cancel()
	with acting_as(people.executive):
		request.cancel()
	credit.reload().cancel()
	assert credit.docstatus == 2


def test_a_credit_cancelled_before_the_approval_stops_it(request_of_20, account, people, expense):
	credit = give_credit(account.customer, expense, 15)
	request = prepare_approval(attach(request_of_20, (credit, 15)), people)
	credit.reload().cancel()
	frappe.db.savepoint("before_submit")
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="Attached Credits"):
		request.submit()
	frappe.db.rollback(save_point="before_submit")
	assert open_claims(request) == 0


def test_attaching_a_credit_makes_finance_verify_again(request_of_20, account, people, expense):
	verify(request_of_20, people)
	request = attach(request_of_20, (give_credit(account.customer, expense, 15), 15))
	assert (request.verified_by, request.verified_collected) == (None, 0)


@pytest.mark.committing
def test_two_requests_do_not_count_one_credit_twice(account, people, expense, in_parallel):
	for _order in range(2):
		receive(account.order(), 400)
	credit = give_credit(account.customer, expense, 20)
	requests = []
	for position in range(2):
		request = account.request()
		change(request, receipts=[request.receipts[position]])
		attach(request, (credit, 20))
		requests.append(prepare_approval(request, people))

	def submit(name):
		return lambda: frappe.get_doc("Rebate Request", name).submit().name

	results = in_parallel(*(submit(request.name) for request in requests), user=people.executive)
	assert len([result for result in results if isinstance(result, str)]) == 1, results
	assert sum(open_claims(request) for request in requests) == 20


# Negative balances


@pytest.fixture
def owed_back(account, people):
	"""The customer was credited 20 for a payment that bounced afterwards."""
	payment = receive(account.order(), 400)
	approve(account.request(), people)
	payment.reload().cancel()
	return account.request()


def test_a_negative_balance_is_carried_forward_unless_decided(owed_back, people):
	assert (owed_back.total_rebate, owed_back.negative_balance_action) == (-20, "Carry Forward")
	request = prepare_approval(owed_back, people)
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="carried forward"):
		request.submit()


def test_the_customer_is_charged_what_was_taken_back(owed_back, account, people, expense):
	change(owed_back, negative_balance_action="Charge Customer", negative_balance_reason="Account closed")
	request = approve(owed_back, people)
	assert request.status == "Settled"
	assert entry_of(request).voucher_type == "Debit Note"
	assert ledger(request.settlement_document) == sorted([(expense, -20), (receivable_account(), 20)])
	assert account.request().receipts == []
	with acting_as(people.executive):
		request.cancel()
	assert account.request().total_rebate == -20


def test_a_written_off_balance_is_claimed_and_posts_nothing(owed_back, account, people):
	change(owed_back, negative_balance_action="Write Off", negative_balance_reason="Insolvent")
	request = approve(owed_back, people)
	assert (request.status, request.settlement_document, open_claims(request)) == ("Settled", None, -20)
	assert account.request().receipts == []


def test_a_decision_about_a_negative_balance_needs_a_reason_and_a_new_verification(owed_back, people):
	with pytest.raises(frappe.ValidationError, match="Reason"):
		change(owed_back, negative_balance_action="Write Off")
	verify(owed_back, people)
	request = change(owed_back, negative_balance_action="Write Off", negative_balance_reason="Insolvent")
	assert request.verified_by is None


def test_a_positive_total_knows_no_decision(request_of_20):
	request = change(request_of_20, negative_balance_action="Write Off", negative_balance_reason="None")
	assert (request.negative_balance_action, request.negative_balance_reason) == ("Carry Forward", None)
