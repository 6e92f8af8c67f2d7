"""What a reader who adds up the documents behind a metric comes to."""

from collections.abc import Sequence
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from kam_extension.integration.evidence.counted import CountedDocument
from kam_extension.policy.codes import Metric
from tests.site.books import AS_OF

ZERO = Decimal(0)


def value_of(metric: Metric, documents: Sequence[CountedDocument]) -> Decimal | None:
	"""The metric's value from its documents alone."""
	amount = sum((row.amount for row in documents), ZERO)
	base = sum((row.base for row in documents), ZERO)
	ratios = {
		Metric.REVENUE_GROWTH: lambda: (amount - base) * 100 / base if base > 0 else None,
		Metric.GROSS_MARGIN: lambda: (amount - base) * 100 / amount if amount > 0 else None,
		Metric.ON_TIME_PAYMENT_SHARE: lambda: amount * 100 / base if base else None,
		Metric.PRICE_PREMIUM: lambda: _premium(round(amount, 2), round(base, 2)),
		Metric.OVERDUE_DAYS_MAX: lambda: max((row.amount for row in documents), default=ZERO),
		Metric.TENURE_MONTHS: lambda: _months(documents),
		Metric.SATISFACTION: lambda: amount / len(documents) if documents else None,
		Metric.STRATEGIC_INFLUENCE: lambda: amount if documents else None,
	}
	return ratios[metric]() if metric in ratios else amount


def _premium(paid: Decimal, listed: Decimal) -> Decimal | None:
	return (paid - listed) * 100 / listed if listed else None


def _months(documents: Sequence[CountedDocument]) -> Decimal | None:
	if not documents:
		return None
	passed = relativedelta(AS_OF, documents[0].date)
	return Decimal(passed.years * 12 + passed.months)
