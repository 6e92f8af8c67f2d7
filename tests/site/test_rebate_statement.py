"""Rebate Statement: as of a day, by hand-made sums over random actions, drill-down, readers (R43, R44)."""

import random
from collections import defaultdict

import frappe
import pytest
from frappe.utils import add_days, flt, getdate, nowdate

from kam_extension.kam_extension.report.rebate_statement.rebate_statement import execute
from tests.site.factories import company, make_user
from tests.site.rebate_setup import (
	acting_as,
	approve,
	make_people,
	make_rebate_account,
	receive,
	set_rebate_accounts,
	verify,
)


@pytest.fixture
def account(site):
	"""An account whose orders earn 5 %."""
	found = make_rebate_account()
	set_rebate_accounts()
	return found


@pytest.fixture
def people(site):
	return make_people()


def rows(account=None, **filters):
	values = {"company": company(), "to_date": nowdate()} | filters
	if account:
		values["key_account"] = account.name
	return execute(values)[1]


def row_of(account, **filters):
	[row] = rows(account, **filters)
	return row


def figures(account, *names, **filters):
	row = row_of(account, **filters)
	return tuple(row[name] for name in names)


def made_days_ago(request, days: int) -> None:
	"""As if the request had been approved and settled on that day."""
	day = add_days(nowdate(), -days)
	frappe.db.set_value("KAM Rebate Claim", {"rebate_request": request.name}, "creation", str(day))
	if request.settlement_document:
		frappe.db.set_value("Journal Entry", request.settlement_document, "posting_date", day)


class TestSteps:
	def test_received_and_not_asked_for_is_earned_and_open(self, account):
		receive(account.order())
		assert figures(account, "collected", "earned", "open", "claimed", "balance") == (1000, 50, 50, 0, 50)

	def test_a_request_in_progress_is_shown_apart(self, account):
		receive(account.order())
		request = account.request()
		assert figures(account, "pending", "open", "claimed", "approved") == (50, 50, 0, 0)
		frappe.db.set_value("Rebate Request", request.name, "status", "Rejected")
		assert figures(account, "pending") == (0,)

	def test_approved_and_settled(self, account, people):
		receive(account.order())
		request = approve(account.request(), people)
		assert figures(account, "claimed", "settled", "approved", "open", "pending", "balance") == (
			50,
			50,
			0,
			0,
			0,
			0,
		)
		frappe.get_doc("Journal Entry", request.settlement_document).cancel()
		assert figures(account, "claimed", "settled", "approved", "balance") == (50, 0, 50, 50)

	def test_taken_back_is_part_of_claimed(self, account, people):
		payment = receive(account.order())
		receive(account.order(2000))
		approve(account.request(), people)
		payment.reload()
		payment.cancel()
		assert figures(account, "earned", "claimed", "open") == (100, 150, -50)
		receive(account.order(4000))
		approve(account.request(), people)
		assert figures(account, "claimed", "taken_back", "open", "earned") == (300, -50, 0, 300)

	def test_a_cancelled_claim_is_free_again(self, account, people):
		receive(account.order())
		request = approve(account.request(), people)
		frappe.get_doc("Rebate Request", request.name).cancel()
		assert figures(account, "claimed", "cancelled", "settled", "open") == (0, 50, 0, 50)

	def test_what_a_cancelled_request_took_back_is_owed_back_again(self, account, people):
		payment = receive(account.order())
		approve(account.request(), people)
		payment.reload()
		payment.cancel()
		receive(account.order(3000))
		request = approve(account.request(), people)
		assert figures(account, "claimed", "taken_back", "open") == (150, -50, 0)
		frappe.get_doc("Rebate Request", request.name).cancel()
		assert figures(account, "claimed", "taken_back", "cancelled", "open") == (50, 0, 100, 100)

	def test_money_without_a_rebate_is_not_in_it(self, account):
		frappe.db.set_value("Rebate Agreement", {"key_account": account.name}, "docstatus", 2)
		receive(account.order())
		assert rows(account) == []


class TestAsOfADay:
	def test_settled_later_it_was_not_settled_then(self, account, people):
		receive(account.order(), posting_date=add_days(nowdate(), -1))
		request = approve(account.request(), people)
		made_days_ago(request, 1)
		frappe.db.set_value("Journal Entry", request.settlement_document, "posting_date", nowdate())
		yesterday = add_days(nowdate(), -1)
		assert figures(account, "claimed", "settled", "approved", to_date=yesterday) == (50, 0, 50)
		assert figures(account, "claimed", "settled") == (50, 50)

	def test_claimed_later_it_was_open_then(self, account, people):
		receive(account.order(), posting_date=add_days(nowdate(), -1))
		approve(account.request(), people)
		yesterday = add_days(nowdate(), -1)
		assert figures(account, "claimed", "open", "earned", to_date=yesterday) == (0, 50, 50)

	def test_cancelled_later_it_was_settled_then(self, account, people):
		receive(account.order(), posting_date=add_days(nowdate(), -3))
		request = approve(account.request(), people)
		made_days_ago(request, 2)
		frappe.get_doc("Rebate Request", request.name).cancel()
		yesterday = add_days(nowdate(), -1)
		assert figures(account, "claimed", "settled", "cancelled", to_date=yesterday) == (50, 50, 0)
		assert figures(account, "claimed", "settled", "cancelled") == (0, 0, 50)

	def test_received_later_it_was_not_there(self, account):
		receive(account.order())
		assert rows(account, to_date=add_days(nowdate(), -1)) == []

	def test_a_period_has_an_opening_balance(self, account, people):
		receive(account.order(), posting_date=add_days(nowdate(), -5))
		receive(account.order(2000))
		names = ("opening", "earned", "settled", "balance")
		assert figures(account, *names, from_date=nowdate()) == (50, 100, 0, 150)
		approve(account.request(), people)
		assert figures(account, *names, from_date=nowdate()) == (50, 100, 150, 0)

	def test_the_period_has_to_be_one(self, account):
		with pytest.raises(frappe.ValidationError, match="From Date is after"):
			rows(account, from_date=nowdate(), to_date=add_days(nowdate(), -1))


def by_hand(account, day) -> dict[str, float]:
	"""The statement from the tables, entry by entry."""
	sums = defaultdict(float)
	for entry in frappe.get_all("KAM Rebate Claim", {"key_account": account.name}, ["*"]):
		if getdate(entry.creation) > getdate(day):
			continue
		request = frappe.get_doc("Rebate Request", entry.rebate_request)
		sums["claimed"] += entry.rebate_amount
		sums["cancelled"] -= entry.rebate_amount if entry.is_reversal else 0
		if request.docstatus == 1 and request.status == "Settled":
			sums["settled"] += entry.rebate_amount
		if request.docstatus == 1 and entry.rebate_amount < 0:
			sums["taken_back"] += entry.rebate_amount
	for request in frappe.get_all("Rebate Request", {"key_account": account.name, "docstatus": 0}, ["*"]):
		sums["pending"] += request.total_rebate
	received = 0.0
	for payment in frappe.get_all("Payment Entry", {"party": account.customer, "docstatus": 1}, ["*"]):
		received += payment.received_amount
	sums["earned"] = received * 0.05
	return {name: flt(amount, 2) for name, amount in sums.items()}


@pytest.mark.parametrize("seed", range(2))
def test_random_actions_equal_the_sums_by_hand(account, people, seed):
	"""Receipts, partial claims, take-backs, cancelled requests and settlements, claims anew."""
	dice = random.Random(seed)
	payments, requests = [receive(account.order(40000))], []
	for _step in range(7):
		action = dice.choice(("receive", "claim", "claim", "bounce", "cancel", "unsettle", "ask"))
		if action == "receive":
			payments.append(receive(account.order(dice.randint(1, 99) * 20)))
		elif action == "bounce" and len(payments) > 1:
			payments.pop().reload().cancel()
		elif action == "claim":
			claim(account, people, dice, requests)
		elif action == "ask":
			ask(account)
		elif action in ("cancel", "unsettle") and requests:
			undo(requests, action)
		hand = by_hand(account, nowdate())
		row = row_of(account)
		assert {name: row[name] for name in hand} == hand
		assert flt(row["claimed"] + row["open"], 2) == row["earned"]
		assert flt(row["earned"] - row["settled"], 2) == row["balance"]


def claim(account, people, dice, requests) -> None:
	for name in frappe.get_all("Rebate Request", {"key_account": account.name, "docstatus": 0}, pluck="name"):
		frappe.delete_doc("Rebate Request", name)
	request = account.request()
	divisible = [row for row in request.receipts if row.collected_amount > 200]
	if divisible:
		row = dice.choice(divisible)
		row.collected_amount = flt(row.collected_amount / 2, 2)
		request.save()
	if request.total_rebate > 0:
		requests.append(approve(request, people))


def ask(account) -> None:
	if not frappe.db.exists("Rebate Request", {"key_account": account.name, "docstatus": 0}):
		account.request()


def undo(requests, action: str) -> None:
	request = frappe.get_doc("Rebate Request", requests[-1].name)
	if action == "cancel":
		requests.pop()
		request.cancel()
	elif request.settlement_document:
		frappe.get_doc("Journal Entry", request.settlement_document).cancel()


class TestByRequest:
	def test_what_each_request_claimed_and_how_it_was_settled(self, account, people):
		receive(account.order())
		request = approve(account.request(), people)
		row = row_of(account, by_request=1)
		assert (row["rebate_request"], row["claimed"], row["settled"], row["approved"]) == (
			request.name,
			50,
			50,
			0,
		)
		assert row["settlement_document"] == request.settlement_document
		assert getdate(row["settled_on"]) == getdate()

	def test_requests_in_progress_promise_nothing(self, account):
		receive(account.order())
		account.request()
		assert rows(account, by_request=1) == []

	def test_a_cancelled_one_says_so(self, account, people):
		receive(account.order())
		request = approve(account.request(), people)
		frappe.get_doc("Rebate Request", request.name).cancel()
		row = row_of(account, by_request=1)
		assert (row["state"], row["claimed"], row["cancelled"]) == ("Cancelled", 0, 50)

	def test_sums_are_those_by_account(self, account, people):
		receive(account.order())
		approve(account.request(), people)
		receive(account.order(3000))
		approve(account.request(), people)
		detail = rows(account, by_request=1)
		assert len(detail) == 2 and sum(row["settled"] for row in detail) == row_of(account)["settled"]


def test_by_programme_the_rate_of_the_order_is_one(account, people):
	receive(account.order())
	approve(account.request(), people)
	receive(account.order(400))
	row = row_of(account, group_by_programme=1)
	assert (row["programme"], row["claimed"], row["open"], row["earned"]) == ("Rate of the Order", 50, 20, 70)


class TestReaders:
	def test_sales_see_their_own_accounts(self, account):
		receive(account.order())
		user = make_user("KAM User")
		with acting_as(user):
			assert rows() == []
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		with acting_as(user):
			assert row_of(account)["earned"] == 50
			for filters in ({"by_request": 1}, {"group_by_programme": 1}):
				execute({"company": company(), "to_date": nowdate()} | filters)

	def test_finance_sees_all(self, account, people):
		receive(account.order())
		verify(account.request(), people)
		with acting_as(people.finance):
			assert row_of(account)["pending"] == 50

	def test_without_a_company_it_says_so(self):
		with pytest.raises(frappe.ValidationError, match="Choose a company"):
			execute({})
