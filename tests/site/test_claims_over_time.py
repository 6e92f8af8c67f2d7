"""Whatever happens to receipts, orders and requests, each receipt is claimed once, at the rate of its order as it
stands (R38, R39, R41). `KAM_CLAIM_BOOKS=40` plays so many lives of an account."""

import os
from collections import defaultdict
from contextlib import suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.exceptions import ReceiptAlreadyClaimed
from kam_extension.integration.rebates import rebate_requests
from kam_extension.integration.rebates.rebate_orders import order_rebates
from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import Receipt, receipts_on_orders
from tests.site.claim_book import ClaimBook
from tests.site.factories import company, make_key_account, make_rebate_agreement
from tests.site.rebate_setup import (
	Account,
	acting_as,
	approve,
	last_month,
	make_people,
	make_rebate_account,
	prepare_approval,
	receive,
	set_rebate_accounts,
	this_month,
)

BOOKS = int(os.environ.get("KAM_CLAIM_BOOKS") or 2)
STEPS = 24


@pytest.fixture
def account():
	set_rebate_accounts()
	return make_rebate_account()


@pytest.fixture
def people():
	return make_people()


def received(account) -> dict[tuple, Receipt]:
	scope = Scope(company(), (account.customer,), getdate())
	return {(key.payment_document, key.sales_order): row for key, row in receipts_on_orders(scope).items()}


def claimed(account) -> tuple[dict, dict]:
	"""Money and rebate claimed of each receipt, net of what was reversed."""
	money, rebate = defaultdict(Decimal), defaultdict(Decimal)
	fields = ["payment_document", "sales_order", "claimed_amount", "rebate_amount"]
	for row in frappe.get_all("KAM Rebate Claim", {"key_account": account.name}, fields):
		money[(row.payment_document, row.sales_order)] += Decimal(str(row.claimed_amount))
		rebate[(row.payment_document, row.sales_order)] += Decimal(str(row.rebate_amount))
	return money, rebate


def check_claims_at_submit(account, done: list) -> None:
	"""A submit has netted all that was taken back: nothing is claimed beyond what is received."""
	current, (money, _rebate) = received(account), claimed(account)
	for key, amount in money.items():
		there = current[key].amount if key in current else 0
		assert 0 <= amount <= there or there <= amount <= 0, (key, amount, there, done)


def check_cancelled_requests_claim_nothing(account, done: list) -> None:
	cancelled = frappe.get_all("Rebate Request", {"key_account": account.name, "docstatus": 2}, pluck="name")
	for name in cancelled:
		amounts = frappe.get_all("KAM Rebate Claim", {"rebate_request": name}, pluck="rebate_amount")
		assert amounts and abs(sum(amounts)) < 0.005, (name, amounts, done)


def check_all_is_claimed(account, done: list) -> None:
	current, (money, rebate) = received(account), claimed(account)
	orders = order_rebates(company(), [account.name], {order for _payment, order in current})
	for key in current.keys() | money.keys():
		amount = current[key].amount if key in current else Decimal(0)
		order = orders.get(key[1])
		assert money[key] == (amount if order else money[key]), (key, done)
		assert rebate[key] == (amount * order.rate / 100 if order else rebate[key]), (key, done)


@pytest.mark.parametrize("seed", range(1, BOOKS + 1))
def test_everything_is_claimed_once_and_at_the_rate_as_it_stands(account, people, seed):
	book = ClaimBook(account, people, seed)
	for _number in range(STEPS):
		book.step()
		if book.done[-1] in ("claim_part", "amend_claim"):
			check_claims_at_submit(account, book.done)
	book.claim_everything()
	check_claims_at_submit(account, book.done)
	check_all_is_claimed(account, book.done)
	check_cancelled_requests_claim_nothing(account, book.done)
	assert account.request().receipts == []
	assert sum(claimed(account)[1].values()) > 0


def submit(name: str):
	return lambda: frappe.get_doc("Rebate Request", name).submit().name


def when_both_are_there(function):
	"""The same, once the other session has come as far, or can't come because it waits for this one."""
	meeting = Barrier(2)

	def late(*arguments):
		with suppress(BrokenBarrierError):
			meeting.wait(timeout=4)
		return function(*arguments)

	return late


def winners_and_losers(results: list) -> tuple[list, list]:
	won = [result for result in results if isinstance(result, str)]
	return won, [result for result in results if isinstance(result, ReceiptAlreadyClaimed)]


@pytest.mark.committing
def test_requests_of_different_months_at_once_claim_a_receipt_once(account, people, in_parallel):
	"""Last month's receipt is in its own month's request and an open difference of this month's."""
	receive(account.order(), 400, posting_date=last_month())
	requests = [account.request(last_month()), account.request(this_month())]
	for request in requests:
		prepare_approval(request, people)
	results = in_parallel(*(submit(request.name) for request in requests), user=people.executive)
	won, lost = winners_and_losers(results)
	assert len(won) == len(lost) == 1, results
	assert sum(claimed(account)[1].values()) == 20


@pytest.mark.committing
def test_requests_of_two_accounts_at_once_are_both_claimed(account, people, in_parallel, monkeypatch):
	"""Neither may end in a deadlock: locks on the empty ranges of both accounts would cross."""
	late = when_both_are_there(rebate_requests.record_claims)
	monkeypatch.setattr(rebate_requests, "record_claims", late)
	other = Account(make_key_account(tier=None).name, "", account.item)
	other.customer = frappe.db.get_value("Key Account", other.name, "customer")
	make_rebate_agreement(other.name, submit=True)
	requests = []
	for one in (account, other):
		receive(one.order(), 400)
		requests.append(prepare_approval(one.request(), people))
	results = in_parallel(*(submit(request.name) for request in requests), user=people.executive)
	assert sorted(map(str, results)) == sorted(request.name for request in requests)
	assert [sum(claimed(one)[1].values()) for one in (account, other)] == [20, 20]


@pytest.mark.committing
def test_an_amended_request_and_a_new_one_at_once_claim_a_receipt_once(account, people, in_parallel):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	with acting_as(people.executive):
		request.cancel()
	amended = frappe.copy_doc(request)
	amended.update({"amended_from": request.name, "docstatus": 0, "workflow_state": None})
	drafts = [amended.insert(), account.request()]
	for draft in drafts:
		prepare_approval(draft, people)
	results = in_parallel(*(submit(draft.name) for draft in drafts), user=people.executive)
	won, lost = winners_and_losers(results)
	assert len(won) == len(lost) == 1, results
	assert sum(claimed(account)[1].values()) == 20


@pytest.mark.committing
def test_a_cancel_and_a_new_request_at_once_claim_a_receipt_once(account, people, in_parallel):
	"""The new one either finds the receipt still claimed, or claims it after the cancelled one freed it."""
	receive(account.order(), 400)
	first, second = account.request(), account.request()
	prepare_approval(second, people)
	approve(first, people)
	results = in_parallel(
		lambda: frappe.get_doc("Rebate Request", first.name).cancel(),
		submit(second.name),
		user=people.executive,
	)
	won, lost = winners_and_losers(results[1:])
	assert len(won) + len(lost) == 1, results
	assert sum(claimed(account)[1].values()) == 20 * len(won)
