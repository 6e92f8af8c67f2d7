"""The accounts of a company that a report of key figures assesses, and names of the groups that it shows."""

import frappe
from frappe import _

from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.metrics.scope import SCORED_STATUSES
from kam_extension.integration.plans.assessments import GROUPS
from kam_extension.kam_extension.report.columns import column

FIELDS = ("name", "customer", "customer_name", *(field for field in GROUPS.values() if field != "name"))
LABELS = {
	"Manager": ("User", "full_name"),
	"Unit": ("Department", "department_name"),
	"Tier": ("KAM Tier", "title"),
}


def assessed_accounts(filters: frappe._dict) -> list[dict]:
	"""Readable accounts of the company in a status that is served, narrowed by the filters.

	Raises frappe.ValidationError without company, or for a grouping that there is none.
	"""
	if not filters.company:
		frappe.throw(_("Choose a company: amounts are stated in its currency."), title=_("Company"))
	if filters.group_by not in GROUPS:
		frappe.throw(
			_("Group By: choose one of {0}.").format(", ".join(_(group) for group in GROUPS)),
			title=_("Group By"),
		)
	wanted = {
		field: filters.get(field) for field in ("company", "account_manager", "responsible_unit", "tier")
	}
	wanted |= {"name": filters.get("key_account"), "status": ("in", SCORED_STATUSES)}
	return list(readable_accounts(wanted, FIELDS).values())


def group_labels(group_by: str, groups: list[str], accounts: list[dict]) -> dict[str, str]:
	"""{group: what people call it}."""
	if group_by == "Account":
		return {row["name"]: row["customer_name"] for row in accounts}
	doctype, field = LABELS[group_by]
	rows = frappe.get_all(doctype, filters={"name": ("in", groups or [""])}, fields=["name", field])
	return {row.name: row[field] or row.name for row in rows}


def group_columns(group_by: str) -> list[dict]:
	"""The first columns: what a row stands for."""
	if group_by == "Account":
		return [
			column("group", _("Key Account"), "Link", "Key Account", 120),
			column("label", _("Customer Name"), "Data", None, 180),
		]
	labels = {"Manager": _("Account Manager"), "Unit": _("Responsible Unit"), "Tier": _("Tier")}
	return [
		column("label", labels[group_by], "Data", None, 200),
		column("accounts", _("Accounts", context="Key Account KPIs"), "Int", None, 80),
	]
