"""Actuals, last year, lights and quarters of plans (R57). What a plan holds of them is written here only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import add_years, getdate, nowdate

from kam_extension.integration.plans.bulk_updates import update_rows
from kam_extension.integration.plans.figures import Figures, figures
from kam_extension.policy.account_plans import due_target, light, quarters
from kam_extension.policy.money import decimal

PLAN, QUARTER = "Key Account Plan", "Key Account Plan Quarter"
# Figure → first part of the plan's fields, field of a quarter, whether its target grows with the year.
MEASURES = {
	"revenue": ("revenue", "revenue", True),
	"collected": ("collected", "collected", True),
	"margin": ("plan_margin", "quarter_margin", False),
	"satisfaction": ("satisfaction", "satisfaction", False),
	"renewal": ("renewal", "renewal", False),
	"growth": ("growth", "growth", False),
}
LAST_YEAR = "last_"
"""Marks the figures of last year among the known ones."""
Key = tuple[str, date, date]


def fill_plan(plan) -> None:
	"""Put last year's figures, actuals to date, lights and quarters on a draft; nothing is saved."""
	accounts = {plan.customer: plan.key_account}
	first, last = getdate(plan.from_date), getdate(plan.to_date)
	before = figures(plan.company, accounts, getdate(add_years(first, -1)), getdate(add_years(last, -1)))
	for figure, (field, _quarter, _grows) in MEASURES.items():
		plan.set(f"{field}_last_year", _number(getattr(before[plan.key_account], figure)))
	plan.known = " ".join(f"{LAST_YEAR}{word}" for word in _known(before[plan.key_account]).split())
	plan.update(actuals_of(plan, _to_date(plan.company, accounts, first, last)[plan.key_account]))
	plan.set("quarters", [])
	for number, (start, end) in enumerate(quarters(first, last), start=1):
		plan.append("quarters", {"quarter": number, "from_date": start, "to_date": end})


def refresh_plans(plans: Iterable[frappe._dict]) -> None:
	"""Write actuals and lights of submitted plans (rows with all fields) as of today; one pass for each fiscal year."""
	updates: dict[str, dict] = {}
	for (company, first, last), group in _grouped(plans).items():
		accounts = {plan.customer: plan.key_account for plan in group}
		found = _to_date(company, accounts, first, last)
		for plan in group:
			updates[plan.name] = actuals_of(plan, found[plan.key_account])
	update_rows(PLAN, updates)


def refresh_quarters(rows: Iterable[frappe._dict]) -> None:
	"""Write figures of quarters (rows with name, from_date, to_date, company, customer, key_account); one pass for each
	period.
	"""
	updates: dict[str, dict] = {}
	for (company, first, last), group in _grouped(rows).items():
		accounts = {row.customer: row.key_account for row in group}
		found = figures(company, accounts, first, min(last, getdate()))
		for row in group:
			updates[row.name] = quarter_values(found[row.key_account])
	update_rows(QUARTER, updates)


def actuals_of(plan, found: Figures) -> dict:
	"""Fields of a plan for its figures of the year to date."""
	of_last_year = [word for word in (plan.known or "").split() if word.startswith(LAST_YEAR)]
	values = {"actuals_on": nowdate(), "known": " ".join([*_known(found).split(), *of_last_year])}
	yellow_from = decimal(frappe.get_cached_doc("KAM Settings").plan_yellow_from)
	first, last = getdate(plan.from_date), getdate(plan.to_date)
	for figure, (field, _quarter, grows) in MEASURES.items():
		actual = getattr(found, figure)
		target = decimal(plan.get(f"{field}_target"))
		due = due_target(target, first, last, getdate()) if grows else target
		values[f"{field}_actual"] = _number(actual)
		values[f"{field}_light"] = str(light(actual, due, yellow_from) or "")
	return values


def quarter_values(found: Figures) -> dict:
	"""Fields of a quarter for its figures."""
	values = {quarter: _number(getattr(found, figure)) for figure, (_f, quarter, _g) in MEASURES.items()}
	return values | {"known": _known(found), "filled_on": nowdate()}


def _to_date(company: str, accounts: Mapping[str, str], first: date, last: date) -> dict[str, Figures]:
	return figures(company, accounts, first, max(first, min(last, getdate())))


def _grouped(rows: Iterable[frappe._dict]) -> dict[Key, list]:
	groups = defaultdict(list)
	for row in rows:
		groups[row.company, getdate(row.from_date), getdate(row.to_date)].append(row)
	return groups


def _known(found: Figures) -> str:
	"""Names of the figures that could be measured: numbers in the database are never empty."""
	return " ".join(figure for figure in MEASURES if getattr(found, figure) is not None)


def _number(value: Decimal | None) -> float:
	return float(value) if value is not None else 0.0
