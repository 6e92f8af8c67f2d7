"""Scorecards of a span of months by rank: own ones, those of own people, or all, by the reader's rights (R59)."""

import frappe
from frappe import _
from frappe.utils import add_months, cint, getdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.people.sales_results import month_start
from kam_extension.kam_extension.report.columns import ONE_DECIMAL, column

FIELDS = (
	"name", "month", "unit", "template", "person", "person_name", "rank", "ranked_people", "score", "achievement",
	"payout_factor", "team_result", "payout", "months_last", "company",
)  # fmt: skip


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	rows = get_rows(filters)
	return get_columns(), rows, _message(filters), get_chart(rows)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""Approved scorecards that the session's user may read, the latest month and the best rank first."""
	cards = frappe.get_list(
		"KAM Scorecard",
		filters=[*_conditions(filters), ["docstatus", "=", 1]],
		fields=list(FIELDS),
		order_by="month desc, unit, template, `rank`, person_name",
		limit_page_length=0,
	)
	limit = cint(frappe.get_cached_doc("KAM Settings").get("scorecard_last_months"))
	for card in cards:
		card.is_flagged = int(bool(limit) and card.months_last >= limit)
		card.currency = company_currency(card.company)
	return cards


def _conditions(filters: frappe._dict) -> list[list]:
	first = month_start(filters.from_month or add_months(getdate(), -1))
	last = month_start(filters.to_month or filters.from_month or add_months(getdate(), -1))
	wanted = [["month", "between", [first, last]]]
	wanted += [[field, "=", filters[field]] for field in ("unit", "template", "person") if filters.get(field)]
	return wanted


def _message(filters: frappe._dict) -> str | None:
	"""Without it a month that isn't ranked yet looks like a mistake."""
	drafts = frappe.get_list(
		"KAM Scorecard",
		filters=[*_conditions(filters), ["docstatus", "=", 0]],
		pluck="name",
		limit_page_length=0,
	)
	if not drafts:
		return None
	return _(
		"{0} scorecards are drafts. A unit is ranked when all its scorecards of the month are approved."
	).format(len(drafts))


def get_chart(rows: list[dict]) -> dict | None:
	"""Scores of the latest month."""
	latest = [row for row in rows if row.month == rows[0].month][:30] if rows else []
	if not latest:
		return None
	return {
		"data": {
			"labels": [row.person_name or row.person for row in latest],
			"datasets": [
				{"name": _("Score", context="KAM Scorecard"), "values": [row.score for row in latest]}
			],
		},
		"type": "bar",
	}


def get_columns() -> list[dict]:
	return [
		column("month", _("Month", context="KAM Scorecard"), "Date", None, 100),
		column("unit", _("Unit"), "Link", "Department", 150),
		column("template", _("Scorecard Template"), "Link", "KAM Scorecard Template", 170),
		column("rank", _("Rank", context="KAM Scorecard"), "Int", None, 70),
		column("ranked_people", _("Ranked People"), "Int", None, 100),
		column("person_name", _("Full Name"), "Data", None, 150),
		column("score", _("Score", context="KAM Scorecard"), "Float", None, 80) | {"precision": 2},
		column("achievement", _("Achievement", context="KAM Scorecard"), "Percent", None, 100) | ONE_DECIMAL,
		column("payout_factor", _("Payout Factor"), "Percent", None, 100) | ONE_DECIMAL,
		column("team_result", _("Result of the Unit"), "Data", None, 150),
		column("payout", _("Payout"), "Currency", "currency", 120),
		column("months_last", _("Months Last in Rank"), "Int", None, 120),
		column("name", _("KAM Scorecard"), "Link", "KAM Scorecard", 150),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]
