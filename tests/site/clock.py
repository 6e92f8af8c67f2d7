"""Another today for the site: everything that asks Frappe for the time gets it from here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from frappe.utils import data


@contextmanager
def on_day(day: date) -> Iterator[None]:
	"""Within it `getdate()`, `nowdate()`, `now()` and the like are on `day`, at the real time of day; nothing sleeps."""
	real = data.now_datetime
	data.now_datetime = lambda: datetime.combine(day, real().time())
	try:
		yield
	finally:
		data.now_datetime = real
