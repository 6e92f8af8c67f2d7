"""Needs of customers on their way to an answer, across all visits, with their age (R47; S1 六)."""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate

from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.kam_extension.report.columns import column
from kam_extension.policy.codes import NeedStatus, VisitStatus


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	rows = get_rows(filters)
	return get_columns(), rows, None, get_chart(rows)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""Needs of the accounts that the reader may read, the longest overdue first; closed ones with `with_closed`."""
	wanted = {"name": filters.key_account, "account_manager": filters.account_manager}
	accounts = readable_accounts(wanted, ("name", "customer_name", "account_manager"))
	if not accounts:
		return []
	today = getdate()
	rows = [
		row | dict(accounts[row.key_account], name=row.name) | _ages(row, today)
		for row in _needs(filters)
		if row.key_account in accounts
	]
	return sorted(rows, key=lambda row: (-row["days_overdue"], -row["age"]))


def _needs(filters: frappe._dict) -> list[frappe._dict]:
	visit, need = DocType("Visit Log"), DocType("Visit Log Need")
	query = (
		frappe.qb.from_(need)
		.join(visit)
		.on(visit.name == need.parent)
		.select(
			need.name,
			visit.name.as_("visit"),
			visit.key_account,
			visit.visit_date,
			need.need,
			need.feasibility,
			need.status,
			need.responsible,
			need.due_date,
			need.response,
			need.customer_informed_on,
			need.closed_on,
			need.opportunity,
		)
		.where(visit.status != VisitStatus.CANCELLED)
	)
	if not filters.with_closed:
		query = query.where(need.status != NeedStatus.CLOSED)
	for field in ("status", "responsible", "feasibility"):
		if filters.get(field):
			query = query.where(need[field] == filters[field])
	return query.run(as_dict=True)


def _ages(row: frappe._dict, today: date) -> dict:
	end = row.closed_on or today
	overdue = (end - row.due_date).days if row.due_date else 0
	return {"age": max((end - row.visit_date).days, 0), "days_overdue": max(overdue, 0)}


def get_chart(rows: list[dict]) -> dict | None:
	"""How many needs stand where."""
	if not rows:
		return None
	states = list(NeedStatus)
	return {
		"data": {
			"labels": [_(state, context="Visit Log Need") for state in states],
			"datasets": [
				{
					"name": _("Needs"),
					"values": [sum(row["status"] == state for row in rows) for state in states],
				}
			],
		},
		"type": "bar",
		"colors": ["#449CF0"],
	}


def get_columns() -> list[dict]:
	# A link for those who may open it: Frappe refuses a report with links that its reader may not read.
	may_read = frappe.has_permission("Opportunity", "read")
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("customer_name", _("Customer Name"), "Data", None, 170),
		column("need", _("Need"), "Data", None, 260),
		column("feasibility", _("Feasibility"), "Data", None, 120),
		column("status", _("Status"), "Data", None, 110),
		column("responsible", _("Responsible", context="Visit Log Need"), "Link", "User", 170),
		column("due_date", _("Due Date"), "Date", None, 105),
		column("days_overdue", _("Days Overdue"), "Int", None, 110),
		column("age", _("Age (Days)"), "Int", None, 95),
		column("response", _("Our Response"), "Data", None, 200),
		column("customer_informed_on", _("Customer Informed On"), "Date", None, 150),
		column(
			"opportunity", _("Opportunity"), *(("Link", "Opportunity") if may_read else ("Data", None)), 130
		),
		column("account_manager", _("Account Manager"), "Link", "User", 170),
		column("visit", _("Visit Log"), "Link", "Visit Log", 140),
	]
