"""Account plans: quarters of any fiscal year, targets pro rata, lights (R57)."""

from datetime import date
from decimal import Decimal as D

import pytest

from kam_extension.policy.account_plans import due_target, light, quarters
from kam_extension.policy.codes import TargetLight

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_quarters_of_a_calendar_year():
	assert list(quarters(*YEAR)) == [
		(date(2026, 1, 1), date(2026, 3, 31)),
		(date(2026, 4, 1), date(2026, 6, 30)),
		(date(2026, 7, 1), date(2026, 9, 30)),
		(date(2026, 10, 1), date(2026, 12, 31)),
	]


def test_quarters_over_the_turn_of_the_year():
	found = list(quarters(date(2025, 11, 30), date(2026, 11, 29)))
	assert found[0] == (date(2025, 11, 30), date(2026, 2, 27))
	assert found[1] == (date(2026, 2, 28), date(2026, 5, 29))
	assert found[-1][1] == date(2026, 11, 29) and len(found) == 4


def test_a_short_fiscal_year_has_a_short_last_quarter():
	assert list(quarters(date(2026, 9, 1), date(2026, 12, 31))) == [
		(date(2026, 9, 1), date(2026, 11, 30)),
		(date(2026, 12, 1), date(2026, 12, 31)),
	]


@pytest.mark.parametrize(
	("as_of", "due"),
	[
		(date(2025, 12, 31), 0), (date(2026, 1, 1), 1), (date(2026, 7, 2), 183), (date(2026, 12, 31), 365),
		(date(2027, 5, 1), 365),
	],
)  # fmt: skip
def test_target_due_by_days(as_of, due):
	assert due_target(D(365), *YEAR, as_of) == due


@pytest.mark.parametrize(
	("actual", "target", "expected"),
	[
		("90", "90", TargetLight.GREEN), ("89.99", "90", TargetLight.YELLOW), ("81", "90", TargetLight.YELLOW),
		("80.99", "90", TargetLight.RED), ("0", "90", TargetLight.RED), (None, "90", None), ("90", "0", None),
		("-5", "-10", TargetLight.GREEN), ("-11", "-10", TargetLight.RED),
	],
)  # fmt: skip
def test_lights(actual, target, expected):
	assert light(None if actual is None else D(actual), D(target), D(90)) is expected
