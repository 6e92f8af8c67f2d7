"""Response time, resolution rate and repeat rate of complaints, per account and period (R51)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Avg, Count, Sum
from frappe.utils import now_datetime
from pypika import Case
from pypika.functions import Coalesce, Date
from pypika.terms import CustomFunction, LiteralValue

from kam_extension.integration.service.complaints import SOLVED
from kam_extension.policy.codes import IssueKind

SECONDS_OF_AN_HOUR = 3600
_SECOND = LiteralValue("second")
_seconds_between = CustomFunction("timestampdiff", ["unit", "start", "end"])
_as_timestamp = CustomFunction("timestamp", ["day", "time"])


@dataclass(frozen=True)
class ComplaintFigures:
	"""Complaints opened in a period. Times are means in calendar hours, None where there is none yet."""

	complaints: int
	solved: int
	overdue: int
	repeats: int
	dissatisfied: int
	response_hours: float | None
	solution_hours: float | None

	@property
	def open(self) -> int:
		return self.complaints - self.solved

	@property
	def resolution_rate(self) -> float | None:
		"""Percent of the complaints that are resolved or closed."""
		return _share(self.solved, self.complaints)

	@property
	def repeat_rate(self) -> float | None:
		"""Percent of the complaints that repeat an earlier one."""
		return _share(self.repeats, self.complaints)


def counts_as_complaint(issue):
	"""Query criterion: the issue is a complaint or nobody has said yet what it is."""
	return issue.kam_kind.isnull() | issue.kam_kind.isin(("", IssueKind.COMPLAINT.value))


def complaint_figures(
	accounts: Collection[str] | None, start: date, end: date
) -> dict[str, ComplaintFigures]:
	"""{key account: figures} of the complaints opened from `start` to `end`, both included.

	`accounts` None: all. Accounts without a complaint are left out. One query.
	"""
	if accounts is not None and not accounts:
		return {}
	issue, account = DocType("Issue"), DocType("Key Account")
	query = (
		_complaints(issue, account, start, end).select(account.name, *_figures(issue)).groupby(account.name)
	)
	if accounts is not None:
		query = query.where(account.name.isin(list(accounts)))
	return {row["name"]: _as_figures(row) for row in query.run(as_dict=True)}


def complaints_by_month(accounts: Collection[str], start: date, end: date) -> dict[str, tuple[int, int]]:
	"""{"2026-11": (complaints, of them solved)} over `accounts`, in order."""
	if not accounts:
		return {}
	issue, account = DocType("Issue"), DocType("Key Account")
	month = CustomFunction("date_format", ["day", "format"])(issue.opening_date, "%Y-%m")
	rows = (
		_complaints(issue, account, start, end)
		.select(month, Count("*"), Sum(_one_if(issue.status.isin(SOLVED))))
		.where(account.name.isin(list(accounts)))
		.groupby(month)
		.orderby(month)
	).run()
	return {name: (complaints, int(solved)) for name, complaints, solved in rows}


def _complaints(issue, account, start: date, end: date):
	return (
		frappe.qb.from_(issue)
		.join(account)
		.on(account.customer == issue.customer)
		.where(counts_as_complaint(issue))
		.where(issue.opening_date[start:end])
	)


def _figures(issue) -> tuple:
	opened = _as_timestamp(issue.opening_date, Coalesce(issue.opening_time, "00:00:00"))
	is_solved = issue.status.isin(SOLVED)
	solved_on = Case().when(is_solved, Coalesce(issue.kam_solved_on, issue.sla_resolution_date))
	return (
		Count("*").as_("complaints"),
		Sum(_one_if(is_solved)).as_("solved"),
		Sum(_one_if(_is_overdue(issue) & is_solved.negate())).as_("overdue"),
		Sum(_one_if(Coalesce(issue.kam_repeat_of, "") != "")).as_("repeats"),
		Sum(_one_if(issue.kam_is_satisfied == "No")).as_("dissatisfied"),
		Avg(_seconds_between(_SECOND, opened, issue.first_responded_on)).as_("response_seconds"),
		Avg(_seconds_between(_SECOND, opened, solved_on)).as_("solution_seconds"),
	)


def _is_overdue(issue):
	"""Past what its service level agreement or its plan promised."""
	now = now_datetime()
	no_answer = issue.first_responded_on.isnull() & (issue.response_by < now)
	return no_answer | (issue.sla_resolution_by < now) | (issue.kam_plan_due < Date(now))


def _one_if(criterion):
	return Case().when(criterion, 1).else_(0)


def _as_figures(row: Mapping) -> ComplaintFigures:
	whole = {
		field: int(row[field] or 0)
		for field in ("complaints", "solved", "overdue", "repeats", "dissatisfied")
	}
	return ComplaintFigures(
		**whole,
		response_hours=_hours(row["response_seconds"]),
		solution_hours=_hours(row["solution_seconds"]),
	)


def _hours(seconds) -> float | None:
	return None if seconds is None else round(float(seconds) / SECONDS_OF_AN_HOUR, 2)


def _share(part: int, whole: int) -> float | None:
	return round(part * 100 / whole, 2) if whole else None
