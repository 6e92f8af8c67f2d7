"""Rebates of each account up to a day: earned, claimed, approved, settled, taken back, open (R43)."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.rebates.rebates import OpenRebates
from kam_extension.kam_extension.report.columns import column

AMOUNTS = ("collected", "earned", "claimed", "approved", "settled", "taken_back", "open")


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	if not filters.company:
		frappe.throw(_("Choose a company: rebates are stated in its currency."), title=_("Company"))
	rows = get_rows(filters)
	return get_columns(), rows, None, get_chart(rows)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""One row for each account that the user may read and that has receipts or claims, in company currency.

	Earned = claimed + open. Claimed = approved (not settled yet) + settled. Taken back is part of claimed.
	"""
	accounts = _permitted_accounts(filters)
	until = getdate(filters.to_date)
	sums = defaultdict(lambda: dict.fromkeys(AMOUNTS, 0.0))
	rebates = OpenRebates(filters.company, list(accounts), until)
	for row in rebates.rows(until):
		sums[row.key_account]["open"] += float(row.rebate)
	for receipt in rebates.receipts.values():
		if receipt.key.sales_order in rebates.orders:
			sums[rebates.account_of_customer[receipt.customer]]["collected"] += float(receipt.amount)
	for row in _claimed(filters.company, list(accounts), until):
		sums[row.key_account].update(
			claimed=row.claimed,
			settled=row.settled,
			taken_back=row.taken_back,
			approved=row.claimed - row.settled,
		)
	currency = company_currency(filters.company)
	return [
		accounts[name] | amounts | {"earned": amounts["claimed"] + amounts["open"], "currency": currency}
		for name, amounts in sorted(sums.items(), key=lambda item: accounts[item[0]]["customer_name"] or "")
		if any(amounts.values())
	]


def _permitted_accounts(filters: frappe._dict) -> dict[str, dict]:
	wanted = {field: filters[field] for field in ("tier", "account_manager") if filters.get(field)}
	if filters.key_account:
		wanted["name"] = filters.key_account
	rows = frappe.get_list(
		"Key Account",
		filters=wanted,
		fields=["name as key_account", "customer", "customer_name", "tier", "account_manager"],
		limit_page_length=0,
	)
	return {row.key_account: row for row in rows}


def _claimed(company: str, key_accounts: list[str], until) -> list:
	if not key_accounts:
		return []
	claim, request = DocType("KAM Rebate Claim"), DocType("Rebate Request")
	settled = Case().when(request.status == "Settled", claim.rebate_amount).else_(0)
	is_taken_back = (claim.rebate_amount < 0) & (claim.is_reversal == 0) & (request.docstatus == 1)
	return (
		frappe.qb.from_(claim)
		.inner_join(request)
		.on(request.name == claim.rebate_request)
		.select(
			claim.key_account,
			Sum(claim.rebate_amount).as_("claimed"),
			Sum(settled).as_("settled"),
			Sum(Case().when(is_taken_back, claim.rebate_amount).else_(0)).as_("taken_back"),
		)
		.where(claim.company == company)
		.where(claim.key_account.isin(key_accounts))
		.where(claim.posting_date <= until)
		.groupby(claim.key_account)
	).run(as_dict=True)


def get_columns() -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("customer", _("Customer"), "Link", "Customer", 160),
		column("customer_name", _("Customer Name"), "Data", None, 180),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("account_manager", _("Account Manager"), "Link", "User", 160),
		column("collected", _("Collected"), "Currency", "currency"),
		column("earned", _("Earned"), "Currency", "currency"),
		column("claimed", _("Claimed"), "Currency", "currency"),
		column("approved", _("Approved, Not Settled"), "Currency", "currency", 150),
		column("settled", _("Settled", context="Rebate Statement"), "Currency", "currency"),
		column("taken_back", _("Taken Back"), "Currency", "currency"),
		column("open", _("Open", context="Rebate Statement"), "Currency", "currency"),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]


def get_chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	largest = sorted(rows, key=lambda row: row["earned"], reverse=True)[:15]
	datasets = [
		{"name": _("Settled", context="Rebate Statement"), "values": [row["settled"] for row in largest]},
		{"name": _("Open", context="Rebate Statement"), "values": [row["open"] for row in largest]},
	]
	labels = [row["customer_name"] or row["key_account"] for row in largest]
	return {"data": {"labels": labels, "datasets": datasets}, "type": "bar", "fieldtype": "Currency"}
