"""Commission on receipts verified in time, worked examples (R60, S4 4.1)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.commission import (
	PaidCommission,
	VerifiedReceipt,
	commission_lines,
	cut_off,
	last_settled_month,
	month_before,
	next_month,
)
from kam_extension.policy.money import Rounding

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
CENTS = Rounding()


def receipt(day, verified, amount="10000", manager="wang"):
	return VerifiedReceipt(day, verified, Decimal(amount), manager)


def lines(month, receipts, paid=None, rate="2"):
	found = commission_lines(month, receipts, paid or {}, Decimal(rate), CENTS)
	return [(line.key, str(line.kind), line.amount, line.commission, line.account_manager) for line in found]


def add_up(paid, found):
	"""The entries of the months so far, as the ledger of commissions adds them up."""
	for line in found:
		before = paid.get(line.key)
		paid[line.key] = PaidCommission(
			line.posting_date,
			line.amount + (before.amount if before else 0),
			line.commission + (before.commission if before else 0),
			line.rate,
			line.account_manager,
		)
	return paid


@pytest.mark.parametrize(
	("month", "day"),
	[
		(date(2026, 4, 1), date(2026, 4, 30)),
		(date(2026, 5, 17), date(2026, 5, 30)),
		(date(2026, 2, 1), date(2026, 2, 28)),
		(date(2028, 2, 29), date(2028, 2, 29)),
		(date(2026, 12, 31), date(2026, 12, 30)),
	],
)
def test_the_cut_off_day_is_the_30th_or_the_last_day_of_a_shorter_month(month, day):
	assert cut_off(month) == day


@pytest.mark.parametrize(
	("today", "month"),
	[
		(date(2026, 5, 30), APRIL),
		(date(2026, 5, 31), MAY),
		(date(2026, 3, 1), date(2026, 2, 1)),
		(date(2026, 1, 15), date(2025, 12, 1)),
	],
)
def test_a_month_is_settled_when_its_cut_off_day_has_passed(today, month):
	assert last_settled_month(today) == month


def test_two_percent_of_the_previous_month_verified_by_the_30th():
	"""The source's example in figures: 180,000 received in March and verified on 30 April give 3,600 for April."""
	march = {"a": receipt(date(2026, 3, 31), date(2026, 4, 30), "180000")}
	assert lines(APRIL, march) == [("a", "Receipt", 180000, 3600, "wang")]


@pytest.mark.parametrize(("day", "kind"), [(MARCH, "Receipt"), (date(2026, 2, 28), "Late")])
def test_the_first_day_of_the_month_before_is_of_that_month(day, kind):
	assert lines(APRIL, {"a": receipt(day, date(2026, 4, 30))})[0][1] == kind


def test_what_is_received_in_the_month_itself_waits():
	assert lines(APRIL, {"a": receipt(date(2026, 4, 1), date(2026, 4, 2))}) == []


def test_verified_a_day_late_it_counts_a_month_later_and_is_shown_as_late():
	late = {"a": receipt(date(2026, 3, 31), date(2026, 5, 1))}
	assert lines(APRIL, late) == []
	assert lines(MAY, late) == [("a", "Late", 10000, 200, "wang")]


def test_verified_on_the_31st_it_misses_its_month():
	late = {"a": receipt(date(2026, 4, 15), date(2026, 5, 31))}
	assert lines(MAY, late) == []
	assert lines(date(2026, 6, 1), late) == [("a", "Late", 10000, 200, "wang")]


def test_not_verified_it_never_counts():
	assert lines(MAY, {"a": receipt(date(2026, 3, 5), None)}) == []


def test_a_refund_takes_its_commission_with_it():
	rows = {"a": receipt(date(2026, 3, 5), date(2026, 3, 6), "-500")}
	assert lines(APRIL, rows) == [("a", "Receipt", -500, -10, "wang")]


class TestPaidAlready:
	PAID = {"a": PaidCommission(date(2026, 3, 5), Decimal(10000), Decimal(200), Decimal(2), "wang")}

	def test_nothing_new_gives_nothing(self):
		assert lines(MAY, {"a": receipt(date(2026, 3, 5), date(2026, 3, 6))}, self.PAID) == []

	def test_a_bounced_payment_comes_back_from_who_got_it(self):
		assert lines(MAY, {}, self.PAID) == [("a", "Correction", -10000, -200, "wang")]

	def test_a_verification_taken_back_comes_back_too(self):
		rows = {"a": receipt(date(2026, 3, 5), None)}
		assert lines(MAY, rows, self.PAID) == [("a", "Correction", -10000, -200, "wang")]

	def test_a_change_is_at_the_rate_paid_not_at_the_rate_now(self):
		rows = {"a": receipt(date(2026, 3, 5), date(2026, 3, 6), "10001", "li")}
		assert lines(MAY, rows, self.PAID, rate="3") == [("a", "Correction", 1, Decimal("0.02"), "wang")]

	def test_a_correction_leaves_what_the_whole_receipt_gives(self):
		"""2 % of 10.25 and of 10.50 are 0.21 each; 2 % of the difference would be another cent."""
		paid = {"a": PaidCommission(date(2026, 3, 5), Decimal("10.25"), Decimal("0.21"), Decimal(2), "wang")}
		rows = {"a": receipt(date(2026, 3, 5), date(2026, 3, 6), "10.50")}
		assert lines(MAY, rows, paid) == [("a", "Correction", Decimal("0.25"), 0, "wang")]

	def test_all_of_it_comes_back_to_the_cent(self):
		paid = {"a": PaidCommission(date(2026, 3, 5), Decimal("33.33"), Decimal("0.67"), Decimal(2), "wang")}
		assert lines(MAY, {}, paid) == [("a", "Correction", Decimal("-33.33"), Decimal("-0.67"), "wang")]


DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30))
STATES = st.dictionaries(
	st.sampled_from("abcd"),
	st.builds(
		receipt,
		DAYS,
		st.none() | DAYS,
		st.decimals(-1000, 1000, places=2, allow_nan=False),
		st.sampled_from(("wang", "li")),
	),
)


@given(st.lists(STATES, min_size=1, max_size=5))
def test_whatever_happens_the_months_add_up_to_what_is_verified(states):
	"""After any changes, once everything could be verified, what was paid is 2 % of what stands, cent by cent."""
	month, paid = date(2026, 2, 1), {}
	for state in states:
		add_up(paid, commission_lines(month, state, paid, Decimal(2), CENTS))
		month = next_month(month)
	last = date(2026, 8, 1)
	add_up(paid, commission_lines(last, states[-1], paid, Decimal(2), CENTS))
	stands = {key: one.amount for key, one in states[-1].items() if one.verified_on}
	assert {key: one.amount for key, one in paid.items() if one.amount} == {
		key: amount for key, amount in stands.items() if amount
	}
	assert all(one.commission == CENTS.share(one.amount, Decimal(2)) for one in paid.values())


def test_months_follow_each_other():
	assert month_before(MARCH) == date(2026, 2, 1) and next_month(date(2026, 1, 31)) == date(2026, 2, 1)
