"""Assessed indicators as rows of a Risk Report that explain themselves: value, threshold, evidence, where to look."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from frappe import _
from frappe.utils import fmt_money, formatdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.risk.figures import Measured
from kam_extension.policy.codes import IndicatorSource, RiskIndicator
from kam_extension.policy.risk import Assessed, Threshold


def rows_of(
	account: Mapping, measured: Measured, assessed: tuple[Assessed, ...], period: tuple[date, date]
) -> list[dict]:
	"""Values of `Risk Report Indicator` for one account (row with `figures.FIELDS`)."""
	return [
		{
			"indicator": str(one.indicator),
			"value": float(one.value),
			"threshold": threshold_text(one.threshold),
			"level": str(one.level),
			"evidence": _EVIDENCE[one.indicator](account, measured, one, period),
			"link": _LINKS[one.indicator](account, measured, period),
			"source": str(IndicatorSource.FIGURES),
		}
		for one in assessed
	]


def threshold_text(threshold: Threshold | None) -> str | None:
	"""Medium and high as "20 / 40"; a dash where one is off."""
	if threshold is None:
		return None
	return " / ".join(
		f"{value.normalize():f}" if value else "–" for value in (threshold.medium, threshold.high)
	)


def _overdue(account: Mapping, measured: Measured, one: Assessed, period: tuple[date, date]) -> str:
	currency, figures = company_currency(account["company"]), measured.figures
	return _("{0} of {1} owed is overdue.").format(
		fmt_money(figures.overdue, currency=currency), fmt_money(figures.owed, currency=currency)
	)


def _revenue(account: Mapping, measured: Measured, one: Assessed, period: tuple[date, date]) -> str:
	currency, drop = company_currency(account["company"]), measured.figures.drop
	return _("Invoiced from {0} to {1}: {2}. In the same time of last year: {3}.").format(
		formatdate(period[0]),
		formatdate(period[1]),
		fmt_money(drop.amount, currency=currency),
		fmt_money(drop.amount_before, currency=currency),
	)


def _silence(account: Mapping, measured: Measured, one: Assessed, period: tuple[date, date]) -> str:
	rhythm = measured.figures.rhythm
	return _("Last order on {0}, {1} days ago. Usually there are {2} days between two orders.").format(
		formatdate(rhythm.last_order), rhythm.silent_days, f"{rhythm.usual_gap_days:g}"
	)


def _complaints(account: Mapping, measured: Measured, one: Assessed, period: tuple[date, date]) -> str:
	return _("{0} complaints from {1} to {2}.").format(
		measured.figures.complaints, formatdate(period[0]), formatdate(period[1])
	)


def _satisfaction(account: Mapping, measured: Measured, one: Assessed, period: tuple[date, date]) -> str:
	return _("Mean of the last twelve months: {0} %.").format(f"{one.value:g}")


def _visit(account: Mapping, measured: Measured, one: Assessed, period: tuple[date, date]) -> str:
	figures = measured.figures
	return _("The next visit is due on {0}, one every {1} months.").format(
		formatdate(figures.visit_due), figures.visit_interval_months
	)


def _promise(account: Mapping, measured: Measured, one: Assessed, period: tuple[date, date]) -> str:
	return _("{0} promises to pay were not kept since {1}, the latest is {2}.").format(
		measured.figures.broken_promises, formatdate(period[0]), measured.promise
	)


def _list_of(doctype: str, **filters) -> str:
	asked = "&".join(f"{field}={quote(str(value))}" for field, value in filters.items())
	return f"/app/{doctype}?{asked}"


def _between(period: tuple[date, date]) -> str:
	return f'["Between",["{period[0]}","{period[1]}"]]'


_EVIDENCE = {
	RiskIndicator.OVERDUE_SHARE: _overdue,
	RiskIndicator.REVENUE_CHANGE: _revenue,
	RiskIndicator.ORDER_SILENCE: _silence,
	RiskIndicator.COMPLAINTS: _complaints,
	RiskIndicator.SATISFACTION: _satisfaction,
	RiskIndicator.VISIT_OVERDUE: _visit,
	RiskIndicator.BROKEN_PROMISE: _promise,
}
_LINKS = {
	RiskIndicator.OVERDUE_SHARE: lambda account, measured, period: _list_of(
		"query-report/Collections%20Work%20List", company=account["company"], key_account=account["name"]
	),
	RiskIndicator.REVENUE_CHANGE: lambda account, measured, period: _list_of(
		"sales-invoice", customer=account["customer"], docstatus=1, posting_date=_between(period)
	),
	RiskIndicator.ORDER_SILENCE: lambda account, measured, period: _list_of(
		"sales-order", customer=account["customer"], docstatus=1
	),
	RiskIndicator.COMPLAINTS: lambda account, measured, period: _list_of(
		"issue", customer=account["customer"], opening_date=_between(period)
	),
	RiskIndicator.SATISFACTION: lambda account, measured, period: _list_of(
		"visit-log", key_account=account["name"], status="Completed"
	),
	RiskIndicator.VISIT_OVERDUE: lambda account, measured, period: _list_of(
		"visit-log", key_account=account["name"]
	),
	RiskIndicator.BROKEN_PROMISE: lambda account, measured, period: (
		f"/app/collection-promise/{quote(measured.promise or '')}"
	),
}
