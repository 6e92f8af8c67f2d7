"""Ranks of the people of a unit with the same template, and who is last month after month (R59; S4 chapter 6, 4.).

A month is ranked once none of the group's scorecards of it is a draft any more. Joining in the month: see
`policy.scorecards.places`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_months, cint, getdate

from kam_extension.integration.notices import notify, users_with_role
from kam_extension.policy.money import decimal
from kam_extension.policy.scorecards import Place, months_running, places
from kam_extension.setup.roles import KAM_DIRECTOR

SCORECARD = "KAM Scorecard"
_UNRANKED = {"rank": 0, "ranked_people": 0, "months_last": 0}


def refresh_ranks(unit: str | None, template: str, month: date) -> None:
	"""Write rank and months last in rank of `month` and the months after it, where they differ from what is stored."""
	cards = _cards(unit, template)
	ranked = {day: _places_of(day, rows) for day, rows in cards.items() if not _has_draft(rows)}
	for day, rows in cards.items():
		if day >= getdate(month):
			for card in rows:
				_write(card, _values(card, day, rows, ranked))


def _cards(unit: str | None, template: str) -> dict[date, list]:
	rows = frappe.get_all(
		SCORECARD,
		filters={
			"unit": unit or ("is", "not set"),
			"template": template,
			"docstatus": ("<", 2),
		},
		fields=[
			"name", "person", "staff", "person_name", "month", "score", "docstatus", "rank", "ranked_people",
			"months_last",
		],
	)  # fmt: skip
	joined = dict(frappe.get_all("Key Account Staff", fields=["name", "joined_on"], as_list=True))
	by_month = defaultdict(list)
	for row in rows:
		row.is_newcomer = bool(joined.get(row.staff) and joined[row.staff] > row.month)
		by_month[row.month].append(row)
	return by_month


def _has_draft(rows: Sequence) -> bool:
	return any(row.docstatus == 0 for row in rows)


def _places_of(day: date, rows: Sequence) -> dict[str, Place]:
	newcomers = {row.person for row in rows if row.is_newcomer}
	return places({row.person: decimal(row.score) for row in rows}, newcomers)


def _values(card, day: date, rows: Sequence, ranked: Mapping[date, dict[str, Place]]) -> dict[str, int]:
	if day not in ranked:
		return _UNRANKED
	history = []
	step = day
	while step in ranked and card.person in ranked[step] and ranked[step][card.person].is_last:
		history.append(True)
		step = getdate(add_months(step, -1))
	return {
		"rank": ranked[day][card.person].rank,
		"ranked_people": len(rows),
		"months_last": months_running(history),
	}


def _write(card, values: Mapping[str, int]) -> None:
	if all(cint(card[field]) == value for field, value in values.items()):
		return
	frappe.db.set_value(SCORECARD, card.name, dict(values), update_modified=False)
	limit = cint(frappe.get_cached_doc("KAM Settings").get("scorecard_last_months"))
	if limit and values["months_last"] >= limit > cint(card.months_last):
		_tell_directors(card, values["months_last"])


def _tell_directors(card, months: int) -> None:
	subject = _("{0} was last in rank {1} months running").format(frappe.bold(card.person_name), months)
	people = [user for user in users_with_role(KAM_DIRECTOR) if user != card.person]
	notify(people, frappe._dict(doctype=SCORECARD, name=card.name), subject, "")
