"""Visits and needs of accounts in numbers: a fixed number of queries for any number of accounts (R46, R47)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count

from kam_extension.policy.codes import NeedStatus, VisitStatus


@dataclass
class VisitFigures:
	"""Visits of a time: held, missed, planned and not yet due, planned and overdue; `executive` are held contacts."""

	held: int = 0
	missed: int = 0
	planned: int = 0
	overdue: int = 0
	executive: int = 0


def visit_figures(names: Collection[str], first: date, last: date, today: date) -> dict[str, VisitFigures]:
	"""{account: figures of the visits dated from `first` to `last`}, zeros for accounts without any."""
	found = {name: VisitFigures() for name in names}
	visit = DocType("Visit Log")
	is_overdue = visit.visit_date < today
	rows = (
		frappe.qb.from_(visit)
		.select(visit.key_account, visit.status, visit.is_executive_visit, is_overdue, Count("*"))
		.where(visit.visit_date[first:last])
		.where(visit.status != VisitStatus.CANCELLED)
		.groupby(visit.key_account, visit.status, visit.is_executive_visit, is_overdue)
	).run()
	for name, status, is_executive, overdue, count in rows:
		if name in found:
			_add(found[name], status, bool(is_executive), bool(overdue), count)
	return found


def _add(figures: VisitFigures, status: str, is_executive: bool, is_overdue: bool, count: int) -> None:
	if status == VisitStatus.COMPLETED:
		figures.held += count
		figures.executive += count if is_executive else 0
	elif status == VisitStatus.MISSED:
		figures.missed += count
	elif is_overdue:
		figures.overdue += count
	else:
		figures.planned += count


def open_needs(names: Collection[str]) -> dict[str, list[str]]:
	"""{account: texts of its needs that are not closed, the oldest first}."""
	visit, need = DocType("Visit Log"), DocType("Visit Log Need")
	rows = (
		frappe.qb.from_(need)
		.join(visit)
		.on(visit.name == need.parent)
		.select(visit.key_account, need.need)
		.where((need.status != NeedStatus.CLOSED) & (visit.status != VisitStatus.CANCELLED))
		.where(visit.key_account.isin(list(names) or [""]))
		.orderby(visit.visit_date)
	).run()
	found = defaultdict(list)
	for name, text in rows:
		found[name].append(text)
	return found


def visit_texts(names: Collection[str], first: date, last: date) -> dict[str, list[frappe._dict]]:
	"""{account: competitor news and next steps of its visits held from `first` to `last`, the earliest first}."""
	rows = frappe.get_all(
		"Visit Log",
		filters={
			"key_account": ("in", list(names) or [""]),
			"status": VisitStatus.COMPLETED,
			"visit_date": ("between", (first, last)),
		},
		fields=["key_account", "competitor_news", "next_step"],
		order_by="visit_date",
	)
	found = defaultdict(list)
	for row in rows:
		found[row.key_account].append(row)
	return found
