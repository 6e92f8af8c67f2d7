"""Age of what is open, and the range it falls into. No database here."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date

Aged = tuple[int, str | None]
"""Days old, and the field of its range; None while it isn't due."""


def ager(as_on: date, ranges: tuple[int, ...]) -> Callable[[date], Aged]:
	"""`age_of` by day; a day is worked out once."""
	known: dict[date, Aged] = {}

	def aged(day: date) -> Aged:
		found = known.get(day)
		if found is None:
			found = known[day] = age_of(day, as_on, ranges)
		return found

	return aged


def age_of(day: date, as_on: date, ranges: tuple[int, ...]) -> Aged:
	"""Days from `day` to `as_on`; each range holds its upper bound, the last one all that is older."""
	age = (as_on - day).days
	return age, None if age < 0 else f"range{bisect_left(ranges, age) + 1}"


def range_labels(ranges: tuple[int, ...], above: str) -> dict[str, str]:
	"""Field → label of each range: 0-30, 31-60 …, 121-Above; `above` is the translated word."""
	lower = [0, *(days + 1 for days in ranges)]
	upper = [*map(str, ranges), above]
	return {
		f"range{number}": f"{low}-{high}"
		for number, (low, high) in enumerate(zip(lower, upper, strict=True), 1)
	}
