"""Annual account plans: quarters, targets pro rata, traffic lights (R57; S0)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from kam_extension.policy.codes import TargetLight
from kam_extension.policy.money import HUNDRED, ZERO

QUARTER_MONTHS = 3


def quarters(first_day: date, last_day: date) -> Iterator[tuple[date, date]]:
	"""(first day, last day) of each quarter of a fiscal year; the last one is shorter where the year is."""
	start, months = first_day, 0
	while start <= last_day:
		months += QUARTER_MONTHS
		following = _add_months(first_day, months)
		yield start, min(following - timedelta(days=1), last_day)
		start = following


def due_target(target: Decimal, first_day: date, last_day: date, as_of: date) -> Decimal:
	"""The share of an amount's target that is due by `as_of`, by days; all of it from the last day on."""
	if as_of >= last_day:
		return target
	passed = max((as_of - first_day).days + 1, 0)
	return target * passed / ((last_day - first_day).days + 1)


def light(actual: Decimal | None, target: Decimal, yellow_from: Decimal) -> TargetLight | None:
	"""Green when the target is reached, yellow from `yellow_from` percent of a positive target on, else red.

	None without a target (0) or where nothing is known of the actual.
	"""
	if actual is None or target == ZERO:
		return None
	if actual >= target:
		return TargetLight.GREEN
	is_near = target > ZERO and actual >= target * yellow_from / HUNDRED
	return TargetLight.YELLOW if is_near else TargetLight.RED


def _add_months(day: date, months: int) -> date:
	"""The same day of a later month, or that month's last."""
	number = day.month - 1 + months
	first = date(day.year + number // 12, number % 12 + 1, 1)
	following = (first + timedelta(days=31)).replace(day=1)
	return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
