"""Rebates of each account on a day: earned, claimed, approved, settled, taken back, open (R43)."""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, getdate

from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.money import company_currency
from kam_extension.integration.rebates.rebate_sums import RebateSums, Standing, rebates_on
from kam_extension.kam_extension.report.rebate_statement.statement_columns import get_columns
from kam_extension.kam_extension.report.rebate_statement.statement_details import request_rows

FIELDS = ("name", "customer", "customer_name", "tier", "account_manager")
FLOWS = ("collected", "earned", "claimed", "settled", "taken_back", "cancelled")
STATES = ("approved", "open", "pending", "balance")


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	if not filters.company:
		frappe.throw(_("Choose a company: rebates are stated in its currency."), title=_("Company"))
	rows = get_rows(filters)
	return get_columns(filters), rows, None, get_chart(rows) if not filters.by_request else None


def get_rows(filters: frappe._dict) -> list[dict]:
	"""One row for each account that the user may see and that has receipts, claims or requests, in company currency.

	Earned = claimed + open. Claimed = approved (not settled yet) + settled. Taken back is part of claimed. With
	`from_date` earned, claimed, settled and the like are of the period: opening balance + earned - settled = balance.
	`by_request` and `group_by_programme` give the rows behind it.
	"""
	wanted = {field: filters.get(field) for field in ("tier", "account_manager")}
	accounts = readable_accounts(wanted | {"name": filters.key_account}, FIELDS)
	until = _until(filters)
	now = rebates_on(filters.company, list(accounts), until)
	if filters.by_request:
		rows = request_rows(now, until, getdate(filters.from_date) if filters.from_date else None)
	else:
		rows = _summed(filters, list(accounts), now)
	currency = company_currency(filters.company)
	found = [_account_values(accounts[row["key_account"]], currency) | row for row in rows]
	return sorted(found, key=lambda row: (row["customer_name"] or "", row["key_account"]))


def _until(filters: frappe._dict) -> date:
	until = getdate(filters.to_date)
	if filters.from_date and getdate(filters.from_date) > until:
		frappe.throw(_("From Date is after To Date. Choose an earlier one."), title=_("From Date"))
	return until


def _account_values(account, currency: str) -> dict:
	return {
		"key_account": account.name,
		"customer": account.customer,
		"customer_name": account.customer_name,
		"tier": account.tier,
		"account_manager": account.account_manager,
		"currency": currency,
	}


def _summed(filters: frappe._dict, accounts: list[str], now: Standing) -> Iterator[dict]:
	before = Standing()
	if filters.from_date:
		before = rebates_on(filters.company, accounts, getdate(add_days(filters.from_date, -1)))
	groups = "programmes" if filters.group_by_programme else "accounts"
	old, new = getattr(before, groups), getattr(now, groups)
	for key in sorted(old.keys() | new.keys()):
		row = _period_row(old[key], new[key])
		if any(row.values()):
			yield row | _identity(key)


def _identity(key: str | tuple[str, str]) -> dict:
	if isinstance(key, str):
		return {"key_account": key}
	account, programme = key
	return {"key_account": account, "programme": programme or _("Rate of the Order")}


def _period_row(old: RebateSums, new: RebateSums) -> dict:
	row = {name: float(getattr(new, name) - getattr(old, name)) for name in FLOWS}
	row |= {name: float(getattr(new, name)) for name in STATES}
	return row | {"opening": float(old.balance)}


def get_chart(rows: list[dict]) -> dict | None:
	"""The accounts with the largest earned rebate: what they got, what is approved, what is open."""
	if not rows:
		return None
	largest = sorted(rows, key=lambda row: row["earned"], reverse=True)[:15]
	parts = (
		("settled", _("Settled", context="Rebate Statement")),
		("approved", _("Approved, Not Settled")),
		("open", _("Open", context="Rebate Statement")),
	)
	datasets = [{"name": label, "values": [row[field] for row in largest]} for field, label in parts]
	labels = [row["customer_name"] or row["key_account"] for row in largest]
	return {
		"data": {"labels": labels, "datasets": datasets},
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": ["#29CD42", "#449CF0", "#ECAD4B"],
		"fieldtype": "Currency",
	}
