"""Figures of a calendar year for the evaluation of accounts; a fixed number of queries, however many accounts (R58)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, getdate

from kam_extension.integration.metrics.collected import collected
from kam_extension.integration.metrics.invoices import gross_margin, revenue
from kam_extension.integration.metrics.receivables import overdue_days_max, receivable_balance
from kam_extension.integration.metrics.scope import Measures
from kam_extension.integration.metrics.service import complaint_count, satisfaction
from kam_extension.integration.plans.periods import PeriodScope, a_year_before
from kam_extension.integration.visits.figures import visit_figures
from kam_extension.policy.annual_evaluation import SuggestionReason, YearOfAccount, suggest
from kam_extension.policy.money import ZERO, decimal

_METRICS = {
	"revenue": revenue,
	"collected": collected,
	"receivable_balance": receivable_balance,
	"overdue_days": overdue_days_max,
	"evaluation_margin": gross_margin,
	"satisfaction": satisfaction,
	"complaints": complaint_count,
}


def year_of(day: date) -> int:
	"""The year that is evaluated on a day: the running one from July on, before that the last one."""
	return day.year if day.month > 6 else day.year - 1


def evaluation_values(scope: PeriodScope, risk_levels: Mapping[str, str | None]) -> dict[str, dict]:
	"""{key account: fields of an evaluation}: figures, which of them are known, suggestion and why.

	`risk_levels`: those of the accounts today.
	"""
	measures: dict[str, Measures] = {field: metric(scope) for field, metric in _METRICS.items()}
	measures["revenue_last_year"] = revenue(a_year_before(scope))
	held = visit_figures(list(scope.accounts.values()), scope.first_day, scope.as_of_date, getdate())
	return {
		name: _values(
			{field: found[name] for field, found in measures.items()} | {"visits": decimal(held[name].held)},
			risk_levels.get(name),
		)
		for name in scope.accounts.values()
	}


def _values(found: dict[str, Decimal | None], risk_level: str | None) -> dict:
	year = YearOfAccount(
		found["revenue"] or ZERO,
		found["revenue_last_year"] or ZERO,
		int(found["overdue_days"] or 0),
		risk_level,
	)
	settings = frappe.get_cached_doc("KAM Settings")
	suggestion, why = suggest(
		year, decimal(settings.evaluation_strengthen_growth), cint(settings.evaluation_overdue_days)
	)
	found = found | {"growth": year.growth}
	known = " ".join(field for field, value in found.items() if value is not None)
	values = {field: float(value) if value is not None else 0.0 for field, value in found.items()}
	return values | {
		"known": known,
		"risk_level": risk_level,
		"suggestion": str(suggestion),
		"suggestion_reason": reason_text(why),
	}


def reason_text(why: SuggestionReason) -> str:
	"""The sentence for a reason, in the session's language."""
	return {
		SuggestionReason.CRITICAL_RISK: _("The risk level is critical."),
		SuggestionReason.NO_REVENUE: _("No revenue in this year and the year before."),
		SuggestionReason.GROWTH: _(
			"Revenue has grown as much as the settings ask for, and nothing is overdue for long."
		),
		SuggestionReason.GROWTH_BUT_OVERDUE: _("Revenue has grown, but payments are overdue for long."),
		SuggestionReason.STEADY: _("Neither strong growth nor a reason to end."),
	}[why]
