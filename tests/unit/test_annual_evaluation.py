"""What a year's figures suggest about an account (R58)."""

from decimal import Decimal as D

import pytest

from kam_extension.policy.annual_evaluation import SuggestionReason as Why
from kam_extension.policy.annual_evaluation import YearOfAccount, suggest
from kam_extension.policy.codes import AnnualJudgement as Judgement

CASES = [
	# revenue, last year, overdue days, risk → suggestion, why
	("115", "100", 0, None, Judgement.STRENGTHEN, Why.GROWTH),
	("115", "100", 30, "High", Judgement.STRENGTHEN, Why.GROWTH),
	("115", "100", 31, None, Judgement.MAINTAIN, Why.GROWTH_BUT_OVERDUE),
	("114.99", "100", 0, None, Judgement.MAINTAIN, Why.STEADY),
	("50", "0", 0, None, Judgement.MAINTAIN, Why.STEADY),
	("0", "100", 0, None, Judgement.MAINTAIN, Why.STEADY),
	("0", "0", 0, None, Judgement.END, Why.NO_REVENUE),
	("-5", "0", 0, None, Judgement.END, Why.NO_REVENUE),
	("500", "100", 0, "Critical", Judgement.END, Why.CRITICAL_RISK),
]


@pytest.mark.parametrize(("revenue", "before", "overdue", "risk", "judgement", "why"), CASES)
def test_suggestion(revenue, before, overdue, risk, judgement, why):
	year = YearOfAccount(D(revenue), D(before), overdue, risk)
	assert suggest(year, D(15), 30) == (judgement, why)


def test_growth_needs_a_year_before():
	assert YearOfAccount(D(5), D(0), 0, None).growth is None
	assert YearOfAccount(D(5), D(-4), 0, None).growth is None
	assert YearOfAccount(D(5), D(4), 0, None).growth == D(25)
