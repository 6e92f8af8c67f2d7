"""Complaints per account: how many, how fast answered and solved, how many again (R51)."""

from datetime import date

import frappe
from frappe import _

from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.service.complaint_figures import (
	ComplaintFigures,
	complaint_figures,
	complaints_by_month,
)
from kam_extension.kam_extension.report.columns import column
from kam_extension.kam_extension.report.periods import period_of

ACCOUNT_FIELDS = ("name", "customer", "customer_name", "tier", "account_manager", "company")
FILTERS = ("name", "company", "tier", "account_manager")
ORANGE, GREEN = "#ECAD4B", "#29CD42"


def execute(filters: dict | None = None) -> tuple:
	"""Accounts that the session's user may read and that had a complaint in the period, the most first."""
	filters = frappe._dict(filters or {})
	start, end = period_of(filters)
	wanted = {field: filters.get(field) for field in FILTERS} | {"name": filters.get("key_account")}
	accounts = readable_accounts(wanted, ACCOUNT_FIELDS)
	found = complaint_figures(accounts.keys(), start, end)
	rows = [_row(accounts[name], figures) for name, figures in found.items()]
	rows.sort(key=lambda row: (-row["complaints"], row["customer_name"] or ""))
	return get_columns(), rows, None, _chart(accounts, start, end)


def _row(account: frappe._dict, figures: ComplaintFigures) -> dict:
	fields = ("complaints", "open", "overdue", "response_hours", "solution_hours")
	rates = ("resolution_rate", "repeats", "repeat_rate", "dissatisfied")
	values = {field: getattr(figures, field) for field in (*fields, *rates)}
	return {"key_account": account.name, **account, **values}


def _chart(accounts: dict, start: date, end: date) -> dict | None:
	"""Complaints by month, and how many of them are solved by now."""
	months = complaints_by_month(accounts.keys(), start, end)
	if not months:
		return None
	datasets = [
		{"name": name, "values": [counts[place] for counts in months.values()]}
		for place, name in enumerate((_("Complaints"), _("Solved")))
	]
	return {"data": {"labels": list(months), "datasets": datasets}, "type": "bar", "colors": [ORANGE, GREEN]}


def get_columns() -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 120),
		column("customer_name", _("Customer Name"), "Data", None, 200),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("complaints", _("Complaints"), "Int", None, 100),
		column("open", _("Unsolved"), "Int", None, 80),
		column("overdue", _("Overdue"), "Int", None, 80),
		column("response_hours", _("First Response (Hours)"), "Float", None, 150),
		column("solution_hours", _("Solution (Hours)"), "Float", None, 130),
		column("resolution_rate", _("Resolution Rate"), "Percent", None, 120),
		column("repeats", _("Repeats"), "Int", None, 80),
		column("repeat_rate", _("Repeat Rate"), "Percent", None, 110),
		column("dissatisfied", _("Not Satisfied with the Result"), "Int", None, 180),
		column("account_manager", _("Account Manager"), "Link", "User", 170),
		column("company", _("Company"), "Link", "Company", 140),
	]
