"""Days on which a customer is shown attention (R49): which days of the year come near. Dates in, dates out."""

from datetime import date, timedelta


def coming_days(today: date, lead_days: int) -> dict[str, date]:
	"""{month and day as 02-28: the date} from `today` for `lead_days` days, today included.

	Who was born on 29 February is congratulated on the 28th in other years.
	"""
	days = [today + timedelta(days=step) for step in range(lead_days + 1)]
	found = {f"{day:%m-%d}": day for day in days}
	if "02-28" in found and not _is_leap(found["02-28"].year):
		found["02-29"] = found["02-28"]
	return found


def years_between(first: date, day: date) -> int:
	"""Full years that pass on `day`, an anniversary of `first`."""
	return day.year - first.year


def _is_leap(year: int) -> bool:
	return (date(year, 3, 1) - timedelta(days=1)).day == 29
