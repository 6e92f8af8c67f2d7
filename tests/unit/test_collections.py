"""Stages of collection, promises, and what is open of an invoice's terms (R34, R35, R53)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.collections import Promise, Received, collection_stage, judge_promises
from kam_extension.policy.open_terms import Term, ageing, open_terms, overdue

TODAY = date(2026, 6, 30)


def day(number: int) -> date:
	return date(2026, 6, number)


class TestStage:
	@pytest.mark.parametrize(
		("days", "allowed", "written_off", "stage"),
		[
			(0, 30, False, "Not Due"),
			(1, 30, False, "In Term"),
			(30, 30, False, "In Term"),
			(31, 30, False, "Beyond Policy Days"),
			(31, 30, True, "Beyond Policy Days"),
			(400, 0, False, "In Term"),
			(0, 30, True, "Written Off"),
			(5, 30, True, "In Term"),
		],
	)
	def test_by_the_oldest_days_and_the_days_allowed(self, days, allowed, written_off, stage):
		assert str(collection_stage(days, allowed, written_off)) == stage


class TestPromises:
	def judge(self, promises, received, today=TODAY):
		judged = judge_promises(promises, received, today)
		return {name: (str(one.status), one.received) for name, one in judged.items()}

	def promise(self, name="a", until=10, amount=100, since=1, invoice=None):
		return Promise(name, day(since), day(until), Decimal(amount), invoice)

	def test_paid_on_the_day_it_is_kept(self):
		assert self.judge([self.promise()], [Received(day(10), Decimal(100))]) == {"a": ("Kept", 100)}

	def test_paid_a_day_later_it_is_broken(self):
		assert self.judge([self.promise()], [Received(day(11), Decimal(100))]) == {"a": ("Broken", 0)}

	def test_paid_before_it_was_given_it_is_not_kept(self):
		paid_before = [Received(day(1), Decimal(100))]
		assert self.judge([self.promise(since=2)], paid_before) == {"a": ("Broken", 0)}

	def test_a_cent_less_is_not_enough(self):
		paid = [Received(day(5), Decimal("99.99"))]
		assert self.judge([self.promise()], paid) == {"a": ("Broken", Decimal("99.99"))}

	def test_until_its_day_is_over_it_is_open(self):
		assert self.judge([self.promise()], [], day(10)) == {"a": ("Open", 0)}
		assert self.judge([self.promise()], [], day(11)) == {"a": ("Broken", 0)}

	def test_no_money_serves_two_and_the_earlier_is_first(self):
		promises = [self.promise("a", until=20), self.promise("b", until=10)]
		paid = [Received(day(5), Decimal(150))]
		assert self.judge(promises, paid) == {"b": ("Kept", 100), "a": ("Broken", 50)}

	def test_a_promise_on_an_invoice_is_kept_by_its_payment_only(self):
		promise = self.promise(invoice="INV-1")
		assert self.judge([promise], [Received(day(5), Decimal(100), "INV-2")]) == {"a": ("Broken", 0)}
		assert self.judge([promise], [Received(day(5), Decimal(100), "INV-1")]) == {"a": ("Kept", 100)}

	def test_several_payments_add_up_and_refunds_are_none(self):
		paid = [Received(day(2), Decimal(60)), Received(day(4), Decimal(-60)), Received(day(9), Decimal(40))]
		assert self.judge([self.promise()], paid) == {"a": ("Kept", 100)}

	@given(
		st.lists(st.tuples(st.integers(1, 28), st.integers(0, 20), st.integers(1, 300)), max_size=6),
		st.lists(st.tuples(st.integers(1, 30), st.integers(-50, 300)), max_size=6),
	)
	def test_never_more_than_promised_nor_than_received(self, promised, paid):
		promises = [
			Promise(str(number), day(start), day(start) + timedelta(days=length), Decimal(amount))
			for number, (start, length, amount) in enumerate(promised)
		]
		received = [Received(day(number), Decimal(amount)) for number, amount in paid]
		judged = judge_promises(promises, received, TODAY)
		assert all(judged[one.name].received <= one.amount for one in promises)
		assert sum(one.received for one in judged.values()) <= sum(max(one.amount, 0) for one in received)


class TestTerms:
	TERMS = (Term(day(1), Decimal(40)), Term(day(20), Decimal(60)))

	@pytest.mark.parametrize(
		("outstanding", "left"),
		[(100, [(1, 40), (20, 60)]), (70, [(1, 10), (20, 60)]), (60, [(20, 60)]), (25, [(20, 25)])],
	)
	def test_money_pays_the_earliest_first(self, outstanding, left):
		found = open_terms(Decimal(outstanding), day(20), self.TERMS)
		assert [(term.due_date.day, term.amount) for term in found] == left

	def test_more_than_its_terms_is_due_with_the_invoice(self):
		found = open_terms(Decimal(110), day(5), self.TERMS)
		assert [(term.due_date.day, term.amount) for term in found] == [(1, 40), (5, 10), (20, 60)]

	def test_a_credit_is_one_amount(self):
		assert open_terms(Decimal(-30), day(5), self.TERMS) == [Term(day(5), Decimal(-30))]

	def test_nothing_open_nothing_due(self):
		assert open_terms(Decimal(0), day(5)) == []

	@pytest.mark.parametrize(
		("days", "bucket"), [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)]
	)
	def test_buckets(self, days, bucket):
		found = ageing([Term(TODAY - timedelta(days=days), Decimal(7))], TODAY)
		assert found[bucket] == 7 and sum(found) == 7
		assert overdue([Term(TODAY - timedelta(days=days), Decimal(7))], TODAY) == (7 if days > 0 else 0)

	@given(st.integers(-500, 500), st.lists(st.tuples(st.integers(1, 30), st.integers(0, 200)), max_size=5))
	def test_they_add_up_to_what_is_open(self, outstanding, terms):
		rows = [Term(day(number), Decimal(amount)) for number, amount in terms]
		assert sum(term.amount for term in open_terms(Decimal(outstanding), day(15), rows)) == outstanding
