"""Sums over verdicts (R62)."""

from datetime import date
from decimal import Decimal

import pytest

from kam_extension.policy.codes import Action, Rule, VerdictCode
from kam_extension.policy.margin import MarginFigures
from kam_extension.policy.verdict import Verdict, Violation
from kam_extension.replay.tally import AccountTally, Markup, Tally, markup_of, step_of


def margin(cost: int, required: int, actual: str | None) -> MarginFigures:
	return MarginFigures(
		net=Decimal(0),
		cost=Decimal(cost),
		required_markup=Decimal(required),
		rebate_rate=Decimal(0),
		rebate_base_amount=Decimal(0),
		rebate=Decimal(0),
		required_net=Decimal(0),
		actual_markup=None if actual is None else Decimal(actual),
		net_markup=None,
	)


def broken(rule: Rule, row: int | None = None) -> Violation:
	return Violation(rule, "markup", Action.BLOCK, row=row)


def verdict(code: VerdictCode, net: int, figures: MarginFigures | None, *violations: Violation) -> Verdict:
	return Verdict(code, violations, figures, Decimal(net))


@pytest.fixture
def tally() -> Tally:
	tally = Tally()
	twice = (broken(Rule.DISCOUNT_CAP, 1), broken(Rule.DISCOUNT_CAP, 2), broken(Rule.MARKUP))
	tally.add(date(2026, 1, 31), verdict(VerdictCode.BLOCKED, 100, margin(100, 14, "4"), *twice))
	tally.add(date(2026, 2, 1), verdict(VerdictCode.PASS, 50, margin(300, 10, "20")))
	tally.add(date(2026, 2, 2), verdict(VerdictCode.PASS, 7, None))
	return tally


def test_orders_and_net_by_verdict(tally):
	assert tally.verdicts == {"Blocked": 1, "Pass": 2}
	assert tally.net == {"Blocked": 100, "Pass": 57}


def test_orders_by_month(tally):
	assert tally.months == {"2026-01": {"Blocked": 1}, "2026-02": {"Pass": 2}}


def test_an_order_counts_once_for_a_rule(tally):
	assert tally.rules == {"Discount Cap": {"Blocked": 1}, "Markup": {"Blocked": 1}}


def test_markup_is_weighted_by_cost(tally):
	assert tally.sums.markup() == Markup(Decimal(400), Decimal(11), Decimal(16))


def test_orders_by_step_of_markup(tally):
	assert tally.steps == {0: {"Blocked": 1}, 20: {"Pass": 1}}


@pytest.mark.parametrize(
	("markup", "step"),
	[("-100", -5), ("-0.01", -5), ("0", 0), ("4.99", 0), ("5", 5), ("59.99", 55), ("60", 60), ("999", 60)],
)
def test_steps_are_closed_below_and_open_at_both_ends(markup, step):
	assert step_of(Decimal(markup)) == step


def test_without_cost_no_markup():
	assert markup_of(Decimal(0), Decimal(0), Decimal(0)) == Markup(Decimal(0), None, None)


def test_an_account(tally):
	account = AccountTally()
	account.add(verdict(VerdictCode.BLOCKED, 10, margin(10, 5, None)))
	account.add(verdict(VerdictCode.WARNED, 20, margin(30, 5, "8")))
	assert (account.orders, account.blocked, account.net) == (2, 1, 30)
	assert account.sums.markup() == Markup(Decimal(40), Decimal(5), Decimal(6))
