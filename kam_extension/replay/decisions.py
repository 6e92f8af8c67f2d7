"""What a policy says about an order, as a row of the results (R29, R62)."""

from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.explain import explain
from kam_extension.policy.judge import judge
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Verdict
from kam_extension.replay.facts import Order
from kam_extension.replay.gaps import NOT_REPLAYED, WITHOUT_VERDICT, gaps_under
from kam_extension.replay.prices import Pricing
from kam_extension.replay.wording import amount

MONEY, PERCENT = "DECIMAL(28, 9)", "DECIMAL(18, 6)"
COLUMNS = {
	"place": "INTEGER",
	"verdict": "VARCHAR",
	"rules": "VARCHAR",
	"required_net": MONEY,
	"passing_net": MONEY,
	"cost": MONEY,
	"required_markup": PERCENT,
	"actual_markup": PERCENT,
	"net_markup": PERCENT,
	"rebate_rate": PERCENT,
	"reasons": "VARCHAR",
	"not_replayed": "VARCHAR",
}
FIGURES = tuple(name for name, kind in COLUMNS.items() if kind in (MONEY, PERCENT))


def judge_order(order: Order, pricing: Pricing) -> Verdict:
	"""The verdict on the order under the pricing's policy, as far as the book knows its facts."""
	if order.is_internal:
		return Verdict(VerdictCode.NOT_APPLICABLE)
	return judge(order.facts(pricing), pricing.terms)


def row_of(order: Order, verdict: Verdict, terms: PolicyTerms) -> tuple:
	"""The values of `COLUMNS`; reasons as English sentences. Without a verdict where facts are missing."""
	gaps = sorted(gaps_under(order.gaps, terms)) if not order.is_internal else []
	named = "; ".join(gaps)
	if WITHOUT_VERDICT.intersection(gaps):
		return (order.place, NOT_REPLAYED, "", *[None] * len(FIGURES), "", named)
	return (order.place, *figures_of(verdict), named)


def figures_of(verdict: Verdict) -> tuple:
	"""The values of `COLUMNS` from the verdict to the reasons."""
	margin = verdict.margin
	return (
		verdict.code.value,
		"; ".join(sorted({violation.rule.value for violation in verdict.violations})),
		margin and margin.required_net,
		verdict.passing_net,
		margin and margin.cost,
		margin and margin.required_markup,
		margin and margin.actual_markup,
		margin and margin.net_markup,
		verdict.rebate_rate,
		" ".join(explain(violation, amount).text() for violation in verdict.violations),
	)
