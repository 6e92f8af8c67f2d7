"""Day and hours of a visit, and the two moments that the calendar draws it by (R45)."""

from datetime import datetime, time, timedelta

import frappe
from frappe import _
from frappe.utils import get_datetime, get_time, getdate

DEFAULT_LENGTH = timedelta(hours=1)


def keep_times(visit) -> None:
	"""Before_validate: what was dragged in the calendar becomes day and hours; the moments follow from these."""
	for field in ("from_time", "to_time"):
		visit.set(field, _hours(visit, field))
	before = visit.get_doc_before_save()
	if before and _was_dragged(visit, before):
		_take_moments(visit)
	start = _moment(visit, visit.from_time)
	visit.all_day = int(not visit.from_time)
	visit.starts_at = start
	if visit.from_time:
		visit.ends_at = _moment(visit, visit.to_time) if visit.to_time else start + DEFAULT_LENGTH
	else:
		visit.ends_at = start


def check_times(visit) -> None:
	"""Raises for an end without or before a start."""
	if not visit.to_time:
		return
	if not visit.from_time or get_time(visit.to_time) <= get_time(visit.from_time):
		frappe.throw(
			_("To Time has to be later than From Time. Correct one of them or leave both empty."),
			title=_("To Time"),
		)


def _was_dragged(visit, before) -> bool:
	moved = get_datetime(visit.starts_at) != get_datetime(before.starts_at) or get_datetime(
		visit.ends_at
	) != get_datetime(before.ends_at)
	typed = any(visit.has_value_changed(field) for field in ("visit_date", "from_time", "to_time"))
	return bool(visit.starts_at and moved and not typed)


def _take_moments(visit) -> None:
	start = get_datetime(visit.starts_at)
	visit.visit_date = start.date()
	if visit.all_day and start.time() == time.min:
		visit.from_time = visit.to_time = None
		return
	visit.from_time = _written(start.time())
	end = get_datetime(visit.ends_at) if visit.ends_at else None
	is_same_day = end and end.date() == start.date() and end > start
	visit.to_time = _written(end.time()) if is_same_day else None


def _hours(visit, field: str) -> str | None:
	"""Hours and minutes as 09:30; raises for what is no time."""
	typed = str(visit.get(field) or "").strip().replace("：", ":")
	if not typed:
		return None
	try:
		return _written(get_time(typed))
	except Exception:
		frappe.throw(
			_("{0}: {1} is no time. Write hours and minutes, for example 14:30.").format(
				_(visit.meta.get_label(field)), frappe.bold(frappe.utils.escape_html(typed))
			),
			title=_(visit.meta.get_label(field)),
		)


def _written(at: time) -> str:
	return at.strftime("%H:%M")


def _moment(visit, at) -> datetime:
	return datetime.combine(getdate(visit.visit_date), get_time(at) if at else time.min)
