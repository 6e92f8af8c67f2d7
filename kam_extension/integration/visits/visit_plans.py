"""What the cadence writes: visits planned, moved, missed, cancelled and passed on (R46)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Now
from frappe.utils import escape_html, formatdate

from kam_extension.integration.visits import todos
from kam_extension.policy.codes import VisitStatus
from kam_extension.setup.roles import KAM_DIRECTOR, KAM_EXECUTIVE

DOCTYPE = "Visit Log"
EXECUTIVE = "Executive"
LEADERS = (KAM_DIRECTOR, KAM_EXECUTIVE)


@dataclass(frozen=True)
class Plan:
	"""A visit to be planned for an account (row), for `day`, because it is due on `due`."""

	account: frappe._dict
	day: date
	due: date
	visitor_role: str | None
	is_executive_contact: bool


def plan_visit(plan: Plan) -> str:
	"""Insert the visit, assigned to the account manager; returns its name. The run acts for the system."""
	account = plan.account
	language = frappe.get_cached_value("User", account.account_manager, "language")
	by_leaders = plan.is_executive_contact or plan.visitor_role in LEADERS
	visit = frappe.new_doc(DOCTYPE)
	visit.update(
		{
			"key_account": account.name,
			"visit_date": plan.day,
			"status": VisitStatus.PLANNED,
			"visit_type": EXECUTIVE if plan.is_executive_contact else "On-site",
			"is_executive_visit": int(by_leaders),
			"visited_by": account.account_manager,
			"purpose": _("Executive contact of the year", lang=language)
			if plan.is_executive_contact
			else _("Regular visit", lang=language),
			"planned_automatically": 1,
			"due_date": plan.due,
			"visitor_role": plan.visitor_role,
		}
	)
	if by_leaders and account.executive_sponsor not in (None, "", account.account_manager):
		visit.append("our_team", {"user": account.executive_sponsor})
	visit.flags.kam_system = True
	visit.insert(ignore_permissions=True)
	return visit.name


def move_visit(name: str, day: date, due: date) -> None:
	"""Give a visit that nobody has touched another day; its to-do follows."""
	visit = frappe.get_doc(DOCTYPE, name)
	visit.update({"visit_date": day, "due_date": due})
	visit.flags.kam_system = True
	visit.save(ignore_permissions=True)


def cancel_visit(name: str) -> None:
	end_visits([name], VisitStatus.CANCELLED)


def pass_on(name: str, visitor: str) -> None:
	"""Another account manager visits; the to-do goes along."""
	visit = frappe.get_doc(DOCTYPE, name)
	visit.visited_by = visitor
	visit.flags.kam_system = True
	visit.save(ignore_permissions=True)


def end_visits(names: Iterable[str], status: VisitStatus) -> int:
	"""Set planned visits to missed or cancelled, and cancel their to-dos; returns how many visits were still planned.

	Neither moves the account's dates, so this is one statement for all of them.
	"""
	found = list(names)
	if not found:
		return 0
	visit = DocType(DOCTYPE)
	(
		frappe.qb.update(visit)
		.set(visit.status, status)
		.set(visit.modified, Now())
		.set(visit.modified_by, frappe.session.user)
		.where(visit.name.isin(found) & (visit.status == VisitStatus.PLANNED))
	).run()
	todos.end_all(DOCTYPE, found, todos.CANCELLED)
	for name in found:
		frappe.clear_document_cache(DOCTYPE, name)
	return len(found)


def overdue_visits(today: date, grace_days: int) -> Sequence[frappe._dict]:
	"""Planned visits whose day passed more than `grace_days` ago."""
	return frappe.get_all(
		DOCTYPE,
		filters={
			"status": VisitStatus.PLANNED,
			"visit_date": ("<", today - timedelta(days=grace_days)),
		},
		fields=["name", "key_account", "customer_name", "visited_by", "visit_date"],
	)


def tell_of_missed(visits: Iterable[frappe._dict]) -> None:
	"""One alert for each visitor, in the visitor's language, however many visits were missed."""
	for visitor, rows in _by_visitor(visits).items():
		user = frappe.db.get_value("User", visitor, ("enabled", "language"), as_dict=True)
		if not user or not user.enabled:
			continue
		names = ", ".join(
			f"{escape_html(row.customer_name or '')} ({formatdate(row.visit_date)})" for row in rows[:3]
		)
		subject = _("Missed visits: {0}. Total: {1}. New ones are planned.", lang=user.language)
		# Tells people of their own visits; a Notification Log is read by its user only.
		frappe.get_doc(
			{
				"doctype": "Notification Log",
				"type": "Alert",
				"for_user": visitor,
				"subject": subject.format(names, len(rows)),
				"document_type": DOCTYPE,
				"document_name": rows[0].name if len(rows) == 1 else None,
				"link": None if len(rows) == 1 else "/app/visit-log?status=Missed",
			}
		).insert(ignore_permissions=True)


def _by_visitor(visits: Iterable[frappe._dict]) -> Mapping[str, list[frappe._dict]]:
	grouped = defaultdict(list)
	for row in visits:
		grouped[row.visited_by].append(row)
	return grouped
