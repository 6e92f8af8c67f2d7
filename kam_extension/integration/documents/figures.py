"""Write a judgement's figures onto the document's own fields (contract, R23, R82)."""

from decimal import Decimal

from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.policy.codes import VerdictCode

FIGURES = (
	"kam_policy",
	"kam_required_markup",
	"kam_actual_markup",
	"kam_net_markup",
	"kam_rebate_rate",
	"kam_effective_net",
	"kam_exchange_rate",
	"kam_verdict",
	"kam_price_exception",
)


def write_figures(doc, judgement: Judgement) -> None:
	"""Figures of the document, unit cost and floor rate of its rows. Markups are percent, unknown ones empty."""
	verdict, margin = judgement.verdict, judgement.verdict.margin
	covering = [violation.exception for violation in verdict.violations if violation.exception]
	doc.update(
		{
			"kam_policy": judgement.terms.name or None,
			"kam_required_markup": float(margin.required_markup) if margin else None,
			"kam_actual_markup": _percent(margin.actual_markup) if margin else None,
			"kam_net_markup": _percent(margin.net_markup) if margin else None,
			"kam_rebate_rate": float(verdict.rebate_rate),
			"kam_effective_net": float(verdict.net),
			"kam_exchange_rate": float(judgement.facts.exchange_rate) if judgement.facts else None,
			"kam_verdict": str(verdict.code),
			"kam_price_exception": covering[0] if covering and verdict.code == VerdictCode.EXCEPTED else None,
		}
	)
	floors = document_floor_rates(doc, judgement)
	for row in doc.items:
		row.kam_unit_cost = float(verdict.unit_costs.get(row.idx, 0))
		row.kam_floor_rate = floors.get(row.idx, 0.0)


def document_floor_rates(doc, judgement: Judgement) -> dict[int, float]:
	"""Row number → lowest net rate in the document's currency and unit, rounded up so that it passes."""
	facts = judgement.facts
	if facts is None:
		return {}
	is_foreign = doc.currency != company_currency(doc.company)
	rounding = site_rounding(doc.currency) if is_foreign else facts.rounding
	exchange_rate = facts.exchange_rate
	floors = judgement.verdict.floor_rates
	return {row: float(rounding.up(floor / exchange_rate)) for row, floor in floors.items()}


def clear_figures(doc) -> None:
	doc.update(dict.fromkeys(FIGURES))
	for row in doc.items:
		row.update({"kam_unit_cost": None, "kam_floor_rate": None})


def _percent(value: Decimal | None) -> float | None:
	return float(value) if value is not None else None
