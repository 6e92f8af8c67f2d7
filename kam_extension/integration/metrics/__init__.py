"""Scorecard metrics (R14): one function per metric, each a fixed number of queries for all accounts of a scope.

A function takes a `Scope` and returns {key account: Decimal}, None where there is nothing to measure. Its docstring
says exactly what it counts.
"""

from collections.abc import Iterable

from kam_extension.integration.metrics.collected import collected
from kam_extension.integration.metrics.invoices import gross_margin, revenue, revenue_growth
from kam_extension.integration.metrics.orders import contract_amount, order_count, tenure_months
from kam_extension.integration.metrics.price_premium import price_premium
from kam_extension.integration.metrics.receivables import (
	on_time_payment_share,
	overdue_days_max,
	receivable_balance,
)
from kam_extension.integration.metrics.scope import Measures, Scope
from kam_extension.integration.metrics.service import complaint_count, satisfaction, strategic_influence
from kam_extension.policy.codes import Metric

METRICS = {
	Metric.CONTRACT_AMOUNT: contract_amount,
	Metric.COLLECTED: collected,
	Metric.REVENUE: revenue,
	Metric.REVENUE_GROWTH: revenue_growth,
	Metric.GROSS_MARGIN: gross_margin,
	Metric.RECEIVABLE_BALANCE: receivable_balance,
	Metric.OVERDUE_DAYS_MAX: overdue_days_max,
	Metric.ON_TIME_PAYMENT_SHARE: on_time_payment_share,
	Metric.PRICE_PREMIUM: price_premium,
	Metric.ORDER_COUNT: order_count,
	Metric.TENURE_MONTHS: tenure_months,
	Metric.COMPLAINT_COUNT: complaint_count,
	Metric.SATISFACTION: satisfaction,
	Metric.STRATEGIC_INFLUENCE: strategic_influence,
}


def measure(metrics: Iterable[str], scope: Scope) -> dict[str, Measures]:
	"""{metric: {key account: value}} of the metrics named by their codes.

	Raises ValueError for a code that is no metric.
	"""
	return {metric: METRICS[Metric(metric)](scope) for metric in metrics}
