"""Assessment of key accounts for a month, a quarter or a year (R61; S1)."""

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.plans.assessments import Assessment, assess
from kam_extension.kam_extension.report.assessed_accounts import (
	assessed_accounts,
	group_columns,
	group_labels,
)
from kam_extension.kam_extension.report.columns import ONE_DECIMAL, column
from kam_extension.policy.assessments import MONTHLY, MONTHS, period_of

SERVICE = (
	"satisfaction", "nps", "complaints", "response_hours", "resolution_rate", "repeat_complaint_rate",
	"visits_held", "visits_missed", "visits_kept",
)  # fmt: skip
BUSINESS = (
	"revenue", "revenue_before", "growth", "orders", "repeat_purchase_rate", "tenure_months", "renewals_due",
	"renewal_rate",
)  # fmt: skip


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict({"period_type": MONTHLY, "group_by": "Account"} | (filters or {}))
	first, last = get_period(filters)
	rows = get_rows(filters, first, last)
	message = _("Period from {0} to {1}").format(formatdate(first), formatdate(last))
	return get_columns(filters), rows, message, get_chart(rows), get_summary(rows)


def get_period(filters: frappe._dict) -> tuple:
	"""First and last day. Raises frappe.ValidationError for a period type that there is none."""
	if filters.period_type not in MONTHS:
		frappe.throw(
			_("Period: choose one of {0}.").format(", ".join(_(kind) for kind in MONTHS)), title=_("Period")
		)
	return period_of(filters.period_type, getdate(filters.day))


def get_rows(filters: frappe._dict, first, last) -> list[dict]:
	"""One row for each account or group, by revenue. Amounts in the company's currency, rates in percent."""
	accounts = assessed_accounts(filters)
	found = assess(accounts, filters.company, first, last, filters.group_by, getdate())
	labels = group_labels(filters.group_by, list(found), accounts)
	currency = company_currency(filters.company)
	shown = (*SERVICE, *(BUSINESS if filters.period_type != MONTHLY else ()))
	rows = [
		{"group": group, "label": labels.get(group) or _("none"), "currency": currency}
		| {"accounts": one.accounts, "revenue": float(one.revenue)}
		| {field: _shown(one, field) for field in shown}
		for group, one in found.items()
	]
	return sorted(rows, key=lambda row: (-row["revenue"], row["label"]))


def _shown(one: Assessment, field: str) -> float | None:
	value = getattr(one, field)
	return float(value) if value is not None else None


def get_summary(rows: list[dict]) -> list[dict]:
	"""Three figures of all rows, with the targets of KAM Settings as colours."""
	settings = frappe.get_cached_doc("KAM Settings")
	rated = [row["satisfaction"] for row in rows if row["satisfaction"] is not None]
	mean = sum(rated) / len(rated) if rated else None
	complaints = sum(row["complaints"] or 0 for row in rows)
	summary = [{"label": _("Complaints"), "value": complaints, "datatype": "Int"}]
	if mean is not None:
		color = "Green" if mean >= settings.satisfaction_target else "Red"
		summary.append({"label": _("Satisfaction"), "value": mean, "datatype": "Percent", "indicator": color})
	return summary


def get_chart(rows: list[dict]) -> dict | None:
	rated = [row for row in rows if row["satisfaction"] is not None][:20]
	if not rated:
		return None
	values = [round(row["satisfaction"], 1) for row in rated]
	return {
		"data": {
			"labels": [row["label"] for row in rated],
			"datasets": [{"name": _("Satisfaction"), "values": values}],
		},
		"type": "bar",
	}


def get_columns(filters: frappe._dict) -> list[dict]:
	columns = [
		*group_columns(filters.group_by),
		column("satisfaction", _("Satisfaction"), "Percent", None, 100) | ONE_DECIMAL,
		column("nps", _("NPS"), "Float", None, 70) | ONE_DECIMAL,
		column("complaints", _("Complaints"), "Int", None, 90),
		column("response_hours", _("Hours to First Response"), "Float", None, 120) | ONE_DECIMAL,
		column("resolution_rate", _("Resolved"), "Percent", None, 90) | ONE_DECIMAL,
		column("repeat_complaint_rate", _("Repeated"), "Percent", None, 90) | ONE_DECIMAL,
		column("visits_held", _("Visits Held"), "Int", None, 90),
		column("visits_missed", _("Visits Missed"), "Int", None, 100),
		column("visits_kept", _("Visits Kept"), "Percent", None, 90) | ONE_DECIMAL,
	]
	if filters.period_type != MONTHLY:
		columns += _business_columns()
	return columns


def _business_columns() -> list[dict]:
	return [
		column("revenue", _("Revenue"), "Currency", "currency", 130),
		column("revenue_before", _("Revenue a Year Before"), "Currency", "currency", 130),
		column("growth", _("Growth"), "Percent", None, 90) | ONE_DECIMAL,
		column("orders", _("Orders"), "Int", None, 80),
		column("repeat_purchase_rate", _("Repeat Purchase"), "Percent", None, 110) | ONE_DECIMAL,
		column("tenure_months", _("Months as Customer"), "Float", None, 110) | ONE_DECIMAL,
		column("renewals_due", _("Agreements Ended"), "Int", None, 110),
		column("renewal_rate", _("Renewal Rate"), "Percent", None, 100) | ONE_DECIMAL,
		column("currency", _("Currency"), "Link", "Currency", 80),
	]
