"""Days on which nobody is visited: the visitor's holiday list, else the company's (R46)."""

from collections import Counter, defaultdict
from datetime import date

import frappe

from kam_extension.policy.codes import VisitStatus


class Calendar:
	"""Working days of visitors from a day on, and how many visits each has on a day; a fixed number of queries."""

	def __init__(self, since: date, most_a_day: int):
		"""`most_a_day` 0 is no limit."""
		self._lists = {
			row.user_id: row.holiday_list
			for row in frappe.get_all(
				"Employee",
				filters={"status": "Active", "user_id": ("is", "set"), "holiday_list": ("is", "set")},
				fields=["user_id", "holiday_list"],
			)
		}
		self._companies = dict(
			frappe.get_all(
				"Company",
				filters={"default_holiday_list": ("is", "set")},
				fields=["name", "default_holiday_list"],
				as_list=True,
			)
		)
		self._days: dict[str, set[date]] = defaultdict(set)
		for row in frappe.get_all(
			"Holiday", filters={"holiday_date": (">=", since)}, fields=["parent", "holiday_date"]
		):
			self._days[row.parent].add(row.holiday_date)
		self._most_a_day = most_a_day
		self._planned = Counter(
			frappe.get_all(
				"Visit Log",
				filters={"status": VisitStatus.PLANNED, "visit_date": (">=", since)},
				fields=["visited_by", "visit_date"],
				as_list=True,
			)
		)

	def is_free(self, visitor: str, company: str, day: date) -> bool:
		holidays = self._days.get(self._lists.get(visitor) or self._companies.get(company) or "", ())
		is_full = self._most_a_day and self._planned[visitor, day] >= self._most_a_day
		return day not in holidays and not is_full

	def take(self, visitor: str, day: date) -> None:
		self._planned[visitor, day] += 1
