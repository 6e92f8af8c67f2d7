"""One sentence per broken rule. Templates are translated by the caller; figures arrive as text.

`SENTENCES` say what every reader may see (R82: selling prices only); `COST_SENTENCES` add the cost side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.verdict import Verdict, Violation

SENTENCES = {
	"markup": "The net total is {actual}; it must be at least {required}. {shortfall} is missing.",
	"discount_cap": "Row {row}, {item}: the net rate is {actual}; the lowest rate allowed is {required}. {shortfall} per unit is missing.",
	"unknown_cost": "Row {row}, {item}: its cost is not known. Ask for its cost to be maintained before selling it.",
	"unlisted_item": "Row {row}, {item}: it has no price in the base price list. Ask for a base price before selling it.",
	"exchange_rate": "The exchange rate of the document's currency is not known, so its prices can't be checked. Ask for a Currency Exchange record of today.",
	"unreferenced_credit": "A credit note over {actual} that no invoice covers is a price concession.",
	"suspended": "The key account is suspended: no orders and no deliveries.",
	"credit_limit": "The exposure with this document is {actual}; the credit limit is {required}. It is exceeded by {shortfall}.",
	"group_limit": "The exposure of the group {subject} with this document is {actual}; its credit limit is {required}. It is exceeded by {shortfall}.",
	"overdue": "The oldest overdue invoice is {actual} days late; {required} days are allowed.",
	"instalment": "The payment terms of {subject} make {actual} due before this delivery. It has not been paid.",
}
COST_SENTENCES = {
	"markup": "The minimum markup on cost is {required_markup} %, the actual markup is {actual_markup} %. Cost is {cost}.",
}
IN_DAYS = {"overdue"}


@dataclass(frozen=True)
class Sentence:
	"""A template and the values to format it with."""

	template: str
	values: dict[str, str]

	def text(self, translate: Callable[[str], str] = str) -> str:
		return translate(self.template).format(**self.values)


def explain(violation: Violation, money: Callable[[Decimal], str]) -> Sentence:
	"""What is wrong, in selling terms. `money` renders an amount in company currency."""
	show = (lambda days: str(int(days))) if violation.reason in IN_DAYS else money
	values = {"row": str(violation.row or ""), "item": violation.item_code or violation.item_name or ""}
	values["subject"] = violation.subject or ""
	for name in ("required", "actual", "shortfall"):
		amount = getattr(violation, name)
		values[name] = show(amount) if amount is not None else ""
	return Sentence(SENTENCES[violation.reason], values)


def explain_cost(
	violation: Violation, verdict: Verdict, money: Callable[[Decimal], str], percent: Callable[[Decimal], str]
) -> Sentence | None:
	"""The cost side, for readers entitled to it (R82); None where there is none."""
	template, margin = COST_SENTENCES.get(violation.reason), verdict.margin
	if template is None or margin is None or margin.actual_markup is None:
		return None
	values = {
		"required_markup": percent(margin.required_markup),
		"actual_markup": percent(margin.actual_markup),
		"cost": money(margin.cost),
	}
	return Sentence(template, values)
