"""Who is close to another tier or to the next rebate band (R76)."""

from collections.abc import Iterator, Mapping

import frappe
from frappe import _
from frappe.utils import flt, getdate

from kam_extension.integration.accounts.account_access import accounts_of_user
from kam_extension.integration.policies.policy_words import metric_names
from kam_extension.integration.security.roles import has_any_role
from kam_extension.integration.tiers.watch_list import TIER, tier_rows
from kam_extension.integration.tiers.watch_list_bands import band_rows
from kam_extension.kam_extension.report.columns import column
from kam_extension.policy.codes import Metric
from kam_extension.policy.watch import PERCENT_METRICS, WHOLE_NUMBERS
from kam_extension.setup.roles import COST_READERS

SEES_ALL = (*COST_READERS, "System Manager")
EXACT_FILTERS = ("company", "tier", "account_class", "account_manager")
ROW_FILTERS = ("direction", "subject")
FIELDS = (
	"name", "customer", "customer_name", "company", "status", "account_class", "account_level", "tier",
	"tier_override", "tier_override_until", "account_manager",
)  # fmt: skip
MONEY, PERCENT, DAYS, NUMBER = "money", "percent", "days", "number"
GREEN, ORANGE = "#29CD42", "#ECAD4B"


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	rows = get_rows(filters)
	return get_columns(), rows, None, get_chart(rows)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""Rows about accounts that the session's user may read, the closest first.

	`within`: the farthest that counts as close, in percent (percentage points for percentages); 0 or nothing: all.
	Members of sales see the accounts that they manage, sponsor or serve.
	"""
	accounts, today = permitted_accounts(filters), getdate()
	found = [*tier_rows(accounts.values(), today), *band_rows(accounts, today)]
	names = metric_names()
	rows = [_worded(row, names) for row in found if _is_wanted(row, filters)]
	return sorted(rows, key=lambda row: (flt(row["closeness"]), row["customer_name"] or ""))


def permitted_accounts(filters: frappe._dict) -> dict[str, Mapping]:
	"""{name: Key Account row} of those that the session's user may read and the filters ask for."""
	wanted = {field: filters[field] for field in EXACT_FILTERS if filters.get(field)}
	if not has_any_role(SEES_ALL):
		wanted["name"] = ("in", list(accounts_of_user(frappe.session.user)) or [""])
	rows = frappe.get_list("Key Account", filters=wanted, fields=FIELDS, limit_page_length=0)
	return {row.name: row for row in rows}


def _is_wanted(row: dict, filters: frappe._dict) -> bool:
	if any(filters.get(field) and row[field] != filters[field] for field in ROW_FILTERS):
		return False
	within = flt(filters.within)
	return not within or (row["closeness"] is not None and row["closeness"] <= within)


def _worded(row: dict, names: Mapping[str, str]) -> dict:
	"""The target, and what has to move, in words; `unit` says how the amounts of the row are to be read."""
	metric = row.get("metric")
	if row["subject"] == TIER:
		row["target_text"] = _("Tier {0}").format(row["target"]) if row["target"] else _("No Tier")
		row["criterion"] = names[Metric(metric)] if metric else _("Decided by the next review")
		row["unit"] = _unit(metric) if metric else None
		return row
	row["target_text"] = f"{row['rate']:g} % → {row['next_rate']:g} %" if "rate" in row else _("Next Band")
	row["criterion"], row["unit"] = _("Effective Net of the Document"), MONEY
	return row


def _unit(metric: str) -> str:
	if metric == Metric.OVERDUE_DAYS_MAX:
		return DAYS
	if metric in WHOLE_NUMBERS:
		return NUMBER
	return PERCENT if metric in PERCENT_METRICS else MONEY


def get_chart(rows: list[dict]) -> dict | None:
	"""How many are close to what, better and worse side by side."""
	if not rows:
		return None
	labels = list(dict.fromkeys(_chart_label(row) for row in sorted(rows, key=_chart_place)))
	datasets = [
		{"name": name, "values": list(_counts(rows, labels, direction))}
		for direction, name in (("Better", _("Better")), ("Worse", _("Worse")))
	]
	return {"data": {"labels": labels, "datasets": datasets}, "type": "bar", "colors": [GREEN, ORANGE]}


def _counts(rows: list[dict], labels: list[str], direction: str) -> Iterator[int]:
	for label in labels:
		yield sum(row["direction"] == direction and _chart_label(row) == label for row in rows)


def _chart_label(row: dict) -> str:
	return row["target_text"] if row["subject"] == TIER else _("Next Rebate Band")


def _chart_place(row: dict) -> tuple:
	return row["subject"] != TIER, not row.get("target"), row.get("target") or ""


def get_columns() -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("customer_name", _("Customer Name"), "Data", None, 180),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("direction", _("Direction"), "Data", None, 90),
		column("target_text", _("Close To"), "Data", None, 115),
		column("criterion", _("Nearest Criterion"), "Data", None, 210),
		column("value", _("Now"), "Float", None, 145),
		column("threshold", _("Threshold"), "Float", None, 145),
		column("gap", _("Away By"), "Float", None, 130),
		column("closeness", _("Away By (%)"), "Percent", None, 115),
		column("points", _("Total Points"), "Float", None, 105),
		column("deciding_points", _("Points That Decide"), "Float", None, 145),
		column("until", _("Last Day"), "Date", None, 105),
		column("document", _("Quotation or Order"), "Dynamic Link", "document_type", 175),
		column("account_class", _("Class"), "Data", None, 80),
		column("account_manager", _("Account Manager"), "Link", "User", 160),
		column("company", _("Company"), "Link", "Company", 140),
		column("report_due", _("Next Account Report Due"), "Date", None, 180),
		column("as_of", _("Measured On"), "Date", None, 115),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]
