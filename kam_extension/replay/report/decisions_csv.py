"""One row per judged order, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from kam_extension.policy.explain import explain
from kam_extension.replay.decisions import Decision
from kam_extension.replay.report.wording import amount

HEADER = (
	"order", "order_date", "customer", "customer_name", "tier", "verdict", "rules", "net_total", "required_net",
	"passing_net", "cost", "other_costs", "required_markup", "actual_markup", "net_markup", "rebate_rate", "reasons",
)  # fmt: skip
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def decisions_csv(decisions: Iterable[Decision]) -> str:
	"""CSV text with numbers as plain decimals; text that a spreadsheet would run as a formula is quoted by '."""
	text = io.StringIO()
	writer = csv.writer(text, lineterminator="\n")
	writer.writerow(HEADER)
	for decision in decisions:
		writer.writerow([_cell(value) for value in _row(decision)])
	return text.getvalue()


def _row(decision: Decision) -> tuple:
	verdict, margin = decision.verdict, decision.verdict.margin
	return (
		decision.order,
		decision.order_date,
		decision.customer,
		decision.customer_name,
		decision.tier,
		str(verdict.code),
		"; ".join(sorted({str(violation.rule) for violation in verdict.violations})),
		decision.net_total,
		margin and margin.required_net,
		verdict.passing_net,
		margin and margin.cost,
		decision.other_costs,
		margin and margin.required_markup,
		margin and margin.actual_markup,
		margin and margin.net_markup,
		verdict.rebate_rate,
		" ".join(explain(violation, amount).text() for violation in verdict.violations),
	)


def _cell(value: object) -> object:
	if isinstance(value, Decimal):
		return f"{value.normalize():f}"
	if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
		return f"'{value}"
	return value
