"""What the paper of an annual plan shows besides its fields (R12, R57)."""

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from kam_extension.integration.money import company_currency
from kam_extension.integration.plans.plan_figures import LAST_YEAR, MEASURES
from kam_extension.integration.security.roles import has_any_role
from kam_extension.setup.roles import COST_READERS

MONEY = ("revenue", "collected")


def plan_paper(plan) -> dict:
	"""`targets`: one row for each target that is set, as text; gross margin for readers of cost only (R82).
	`quarters`: those that have begun to be filled, as text.
	"""
	currency = company_currency(plan.company)
	shown = [
		figure
		for figure, (field, _quarter, _grows) in MEASURES.items()
		if flt(plan.get(f"{field}_target")) and (figure != "margin" or has_any_role(COST_READERS))
	]
	return {
		"targets": [_target(plan, figure, currency) for figure in shown],
		"quarters": [_quarter_row(row, currency) for row in plan.quarters],
	}


def _target(plan, figure: str, currency: str) -> dict:
	field = MEASURES[figure][0]
	known = (plan.known or "").split()
	return {
		"label": _label(figure),
		"target": _text(figure, plan.get(f"{field}_target"), currency),
		"actual": _text(figure, plan.get(f"{field}_actual"), currency) if figure in known else "–",
		"last_year": _text(figure, plan.get(f"{field}_last_year"), currency)
		if f"{LAST_YEAR}{figure}" in known
		else "–",
		"light": plan.get(f"{field}_light"),
	}


def _quarter_row(row, currency: str) -> frappe._dict:
	known = (row.known or "").split()
	texts = {
		figure: _text(figure, row.get(figure), currency) if figure in known else "–"
		for figure in ("revenue", "collected", "growth", "satisfaction")
	}
	return frappe._dict(row.as_dict() | texts)


def _text(figure: str, value: float | None, currency: str) -> str:
	return fmt_money(value or 0, currency=currency) if figure in MONEY else f"{flt(value):.1f} %"


def _label(figure: str) -> str:
	return {
		"revenue": _("Revenue"),
		"collected": _("Collected", context="Key Account Plan Quarter"),
		"margin": _("Gross Margin", context="Key Account Plan Quarter"),
		"satisfaction": _("Satisfaction"),
		"renewal": _("Renewal Rate"),
		"growth": _("Growth"),
	}[figure]
