"""What people saw at a customer: carried from report to report until it is over (R53).

A leadership change counts until the new leader is met: a completed visit after it in which that person took part. Other
events stay until somebody takes them out, with the reason that lowering a level needs.
"""

from collections.abc import Iterable, Mapping, Sequence

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce
from frappe.utils import formatdate, getdate

from kam_extension.policy.codes import IndicatorSource, RiskIndicator, RiskLevel, VisitStatus
from kam_extension.policy.risk import RiskRules, event_level, rank

EVENTS = (
	RiskIndicator.LEADERSHIP_CHANGE,
	RiskIndicator.LAWSUIT,
	RiskIndicator.BANKRUPTCY,
	RiskIndicator.BROKEN_PROMISE,
	RiskIndicator.OTHER,
)
NOT_IN_PERSON = ("Call", "E-mail")
_FIELDS = ("indicator", "level", "evidence", "event_date", "person", "value")


def carried_events(key_accounts: Sequence[str], rules: RiskRules) -> dict[str, list[dict]]:
	"""{key account: rows} that people wrote into its latest submitted report and that aren't over; a few queries."""
	found: dict[str, list[dict]] = {}
	rows = _latest_rows(key_accounts)
	visits = _visits_with_people({row.key_account for row in rows if _waits_for_visit(row)})
	for row in rows:
		values = {field: row[field] for field in _FIELDS} | {"source": str(IndicatorSource.PERSON)}
		if _waits_for_visit(row) and meeting(row, visits.get(row.key_account, ())):
			continue
		usual = event_level(RiskIndicator(row.indicator), False, rules)
		values["level"] = max(row.level, str(usual), key=rank)
		found.setdefault(row.key_account, []).append(values)
	return found


def judge_events(report, rules: RiskRules) -> int:
	"""On validate of a draft: a new leader who has been met lowers the row of the change, which names the visit.

	Returns the rank that the report has to have because of its indicators: their own levels, of an event at least its
	usual one.
	"""
	waiting = [row for row in report.indicators if _waits_for_visit(row)]
	visits = _visits_with_people([report.key_account]).get(report.key_account, ()) if waiting else ()
	least = 0
	for row in report.indicators:
		met = meeting(row, visits) if _waits_for_visit(row) else None
		if met:
			row.level = str(RiskLevel.LOW)
			row.evidence = _with_meeting(row.evidence, met)
		usual = event_level(RiskIndicator(row.indicator), bool(met), rules)
		least = max(least, rank(row.level), rank(usual) if row.indicator in EVENTS else 0)
	return least


def meeting(row, visits: Iterable[Mapping]) -> Mapping | None:
	"""The first visit after the change in which the new leader took part; None while nobody met."""
	person = (row.get("person") or "").strip().casefold()
	day = getdate(row.get("event_date"))
	return next((visit for visit in visits if visit.visit_date > day and person in visit.people), None)


def _waits_for_visit(row) -> bool:
	return bool(
		row.indicator == RiskIndicator.LEADERSHIP_CHANGE
		and row.get("event_date")
		and (row.get("person") or "").strip()
	)


def _with_meeting(evidence: str | None, visit: Mapping) -> str:
	if visit.name in (evidence or ""):
		return evidence
	met = _("Met on {0} ({1}).").format(formatdate(visit.visit_date), visit.name)
	return f"{evidence or ''} {met}".strip()


def _latest_rows(key_accounts: Sequence[str]) -> list[frappe._dict]:
	"""Rows by people in the latest submitted report of each account."""
	if not key_accounts:
		return []
	report, later, row = (
		DocType("Risk Report"),
		DocType("Risk Report").as_("later"),
		DocType("Risk Report Indicator"),
	)
	is_later = (later.report_date > report.report_date) | (
		(later.report_date == report.report_date) & (later.creation > report.creation)
	)
	return (
		frappe.qb.from_(report)
		.join(row)
		.on((row.parent == report.name) & (row.parenttype == "Risk Report"))
		.left_join(later)
		.on((later.key_account == report.key_account) & (later.docstatus == 1) & is_later)
		.select(report.key_account, *(row[field] for field in _FIELDS))
		.where((report.docstatus == 1) & report.key_account.isin(list(key_accounts)))
		.where(later.name.isnull())
		.where(row.indicator.isin([str(event) for event in EVENTS]))
		.where(Coalesce(row.source, str(IndicatorSource.PERSON)) == str(IndicatorSource.PERSON))
		.orderby(report.key_account)
		.orderby(row.idx)
	).run(as_dict=True)


def _visits_with_people(key_accounts: Iterable[str]) -> dict[str, list[frappe._dict]]:
	"""{key account: completed visits in person, the earliest first}; `people` are the customer's, in lower case."""
	names = list(key_accounts)
	if not names:
		return {}
	visit, contact = DocType("Visit Log"), DocType("Visit Log Contact")
	rows = (
		frappe.qb.from_(visit)
		.left_join(contact)
		.on((contact.parent == visit.name) & (contact.parenttype == "Visit Log"))
		.select(
			visit.name, visit.key_account, visit.visit_date, visit.customer_participants, contact.full_name
		)
		.where(visit.key_account.isin(names))
		.where(visit.status == str(VisitStatus.COMPLETED))
		.where(visit.visit_type.notin(NOT_IN_PERSON))
		.orderby(visit.visit_date)
		.orderby(visit.name)
	).run(as_dict=True)
	found: dict[str, dict[str, frappe._dict]] = {}
	for row in rows:
		held = found.setdefault(row.key_account, {}).setdefault(
			row.name,
			frappe._dict(
				name=row.name, visit_date=row.visit_date, people=(row.customer_participants or "").casefold()
			),
		)
		held.people += f" {(row.full_name or '').casefold()}"
	return {account: list(visits.values()) for account, visits in found.items()}
