"""Key figures of accounts against the targets 90 / 80 / 15: satisfaction, renewal, growth (R57; S0)."""

import frappe
from frappe import _
from frappe.utils import add_years, flt, getdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.plans.assessments import assess
from kam_extension.kam_extension.report.assessed_accounts import (
	assessed_accounts,
	group_columns,
	group_labels,
)
from kam_extension.kam_extension.report.columns import ONE_DECIMAL, column
from kam_extension.policy.account_plans import light
from kam_extension.policy.money import decimal

TARGETS = {
	"satisfaction": "satisfaction_target",
	"renewal_rate": "plan_renewal_target",
	"growth": "plan_growth_target",
}


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict({"group_by": "Account"} | (filters or {}))
	rows = get_rows(filters)
	return get_columns(filters), rows, None, get_chart(rows), get_summary(rows)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""One row for each account or group with its three rates in percent and their lights, the worst first."""
	last = getdate(filters.to_date)
	first = getdate(filters.from_date) if filters.from_date else getdate(add_years(last, -1))
	if first > last:
		frappe.throw(_("To Date must not lie before From Date."), title=_("Period"))
	accounts = assessed_accounts(filters)
	found = assess(accounts, filters.company, first, last, filters.group_by, getdate())
	labels = group_labels(filters.group_by, list(found), accounts)
	currency = company_currency(filters.company)
	rows = []
	for group, one in found.items():
		row = {"group": group, "label": labels.get(group) or _("none"), "currency": currency}
		row |= {"accounts": one.accounts, "revenue": float(one.revenue)}
		for field in TARGETS:
			value = getattr(one, field)
			row[field] = float(value) if value is not None else None
			row[f"{field}_light"] = _light(field, value)
		rows.append(row)
	return sorted(rows, key=lambda row: (-_missed(row), -row["revenue"], row["label"]))


def _light(field: str, value) -> str | None:
	settings = frappe.get_cached_doc("KAM Settings")
	return light(value, decimal(settings.get(TARGETS[field])), decimal(settings.plan_yellow_from))


def _missed(row: dict) -> int:
	return sum({"Red": 2, "Yellow": 1}.get(row[f"{field}_light"], 0) for field in TARGETS)


def get_summary(rows: list[dict]) -> list[dict]:
	"""How many rows reach each target, of those that have a figure."""
	labels = {"satisfaction": _("Satisfaction"), "renewal_rate": _("Renewal Rate"), "growth": _("Growth")}
	summary = []
	for field, label in labels.items():
		lights = [row[f"{field}_light"] for row in rows if row[f"{field}_light"]]
		if lights:
			value = f"{lights.count('Green')} / {len(lights)}"
			summary.append(
				{"label": _("{0}: target reached").format(label), "value": value, "datatype": "Data"}
			)
	return summary


def get_chart(rows: list[dict]) -> dict | None:
	shown = [row for row in rows if any(row[field] is not None for field in TARGETS)][:15]
	if not shown:
		return None
	names = {"satisfaction": _("Satisfaction"), "renewal_rate": _("Renewal Rate"), "growth": _("Growth")}
	return {
		"data": {
			"labels": [row["label"] for row in shown],
			"datasets": [
				{"name": name, "values": [round(row[field] or 0, 1) for row in shown]}
				for field, name in names.items()
			],
		},
		"type": "bar",
	}


def get_columns(filters: frappe._dict) -> list[dict]:
	settings = frappe.get_cached_doc("KAM Settings")

	def target(field: str, label: str) -> str:
		return f"{label} (≥ {flt(settings.get(TARGETS[field])):g} %)"

	return [
		*group_columns(filters.group_by),
		column("satisfaction", target("satisfaction", _("Satisfaction")), "Percent", None, 160) | ONE_DECIMAL,
		column("renewal_rate", target("renewal_rate", _("Renewal Rate")), "Percent", None, 160) | ONE_DECIMAL,
		column("growth", target("growth", _("Growth")), "Percent", None, 160) | ONE_DECIMAL,
		column("revenue", _("Revenue"), "Currency", "currency", 140),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]
