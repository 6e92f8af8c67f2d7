"""The directory of key accounts (大客户名录一览表, S0; R12)."""

import frappe
from frappe import _

from kam_extension.integration.accounts.account_access import full_names
from kam_extension.integration.accounts.account_file import effective_tier

FIELDS = (
	"name", "customer", "customer_name", "account_level", "account_class", "tier", "tier_override",
	"tier_override_until", "status", "risk_level", "industry", "strategic_value", "account_manager",
	"responsible_unit", "executive_sponsor", "parent_key_account", "last_visit_date", "next_visit_due", "company",
)  # fmt: skip
EXACT_FILTERS = (
	"company", "account_class", "account_level", "status", "account_manager", "responsible_unit"
)  # fmt: skip


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	rows = get_rows(filters)
	return get_columns(), rows, None, get_chart(rows)


def get_rows(filters: frappe._dict) -> list:
	"""Accounts that the session's user may read, with the tier that applies today."""
	wanted = {fieldname: filters[fieldname] for fieldname in EXACT_FILTERS if filters.get(fieldname)}
	rows = frappe.get_list(
		"Key Account",
		filters=wanted,
		fields=FIELDS,
		order_by="account_class, customer_name",
		limit_page_length=0,
	)
	people = full_names(user for row in rows for user in (row.account_manager, row.executive_sponsor))
	for row in rows:
		row.tier = effective_tier(row)
		# For the paper, which names people.
		row.manager_name = people.get(row.account_manager)
		row.sponsor_name = people.get(row.executive_sponsor)
	if filters.without_tier:
		return [row for row in rows if not row.tier]
	if filters.tier:
		return [row for row in rows if row.tier == filters.tier]
	return rows


def get_chart(rows: list) -> dict | None:
	if not rows:
		return None
	tiers = sorted({row.tier or "" for row in rows}, key=lambda tier: (not tier, tier))
	counts = [sum((row.tier or "") == tier for row in rows) for tier in tiers]
	labels = [tier or _("No Tier") for tier in tiers]
	return {
		"data": {"labels": labels, "datasets": [{"name": _("Key Accounts"), "values": counts}]},
		"type": "bar",
	}


def get_columns() -> list[dict]:
	return [
		column("name", _("Key Account"), 110, "Link", "Key Account"),
		column("customer", _("Customer"), 160, "Link", "Customer"),
		column("customer_name", _("Customer Name"), 200),
		column("account_level", _("Level"), 100),
		column("account_class", _("Class"), 90),
		column("tier", _("Tier"), 70, "Link", "KAM Tier"),
		column("status", _("Status"), 100),
		column("risk_level", _("Risk Level"), 100),
		column("industry", _("Industry"), 120, "Link", "Industry Type"),
		column("strategic_value", _("Strategic Value"), 120),
		column("account_manager", _("Account Manager"), 170, "Link", "User"),
		column("responsible_unit", _("Responsible Unit"), 150, "Link", "Department"),
		column("executive_sponsor", _("Executive Sponsor"), 170, "Link", "User"),
		column("parent_key_account", _("Parent Account"), 120, "Link", "Key Account"),
		column("last_visit_date", _("Last Visit"), 105, "Date"),
		column("next_visit_due", _("Next Visit Due"), 120, "Date"),
		column("company", _("Home Company"), 150, "Link", "Company"),
	]


def column(
	fieldname: str, label: str, width: int, fieldtype: str = "Data", options: str | None = None
) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"width": width,
		"fieldtype": fieldtype,
		"options": options,
	}
