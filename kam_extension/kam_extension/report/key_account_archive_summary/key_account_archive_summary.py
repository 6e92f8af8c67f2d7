"""What the archive of each account holds (大客户档案汇总表, S3 annex 1; R12)."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import add_months, getdate

from kam_extension.integration.accounts.account_access import full_names
from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.kam_extension.report.columns import column

FIELDS = (
	"name", "customer_name", "company", "account_level", "tier", "tier_override", "tier_override_until", "status",
	"responsible_unit", "account_manager", "industry", "strategic_influence", "background", "last_visit_date",
	"modified",
)  # fmt: skip
ASKED = ("company", "account_level", "status", "responsible_unit", "account_manager")

# Each statement says how much of something the archive of each account holds.
_COUNTS = {
	"stakeholders": """
		select parent, count(*) from `tabKey Account Stakeholder`
		where parenttype = 'Key Account' and parent in %(accounts)s group by parent""",
	"agreements": """
		select key_account, count(*) from `tabKey Account Agreement`
		where docstatus = 1 and status in ('In Force', 'Expiring') and key_account in %(accounts)s
		group by key_account""",
	"visits": """
		select key_account, count(*) from `tabVisit Log`
		where status = 'Completed' and visit_date > %(since)s and key_account in %(accounts)s group by key_account""",
	"risk_reports": """
		select key_account, count(*) from `tabRisk Report`
		where docstatus = 1 and report_date > %(since)s and key_account in %(accounts)s group by key_account""",
	"files": """
		select attached_to_name, count(*) from `tabFile`
		where attached_to_doctype = 'Key Account' and attached_to_name in %(accounts)s group by attached_to_name""",
}
# What a complete archive has, by S3 article 10.
_COMPLETE = (
	"industry",
	"strategic_influence",
	"background",
	"stakeholders",
	"agreements",
	"visits",
	"risk_reports",
)


def execute(filters: dict | None = None) -> tuple:
	return get_columns(), get_rows(frappe._dict(filters or {}))


def get_rows(filters: frappe._dict) -> list[dict]:
	"""One row for each account that the reader may read; one query for each kind of record."""
	accounts = readable_accounts({field: filters.get(field) for field in ASKED}, FIELDS)
	counts = _counts(list(accounts))
	people = full_names(account.account_manager for account in accounts.values())
	rows = [_row(account, counts, people) for account in accounts.values()]
	return sorted(rows, key=lambda row: (row["responsible_unit"] or "", row["customer_name"] or ""))


def _counts(accounts: Sequence[str]) -> dict[str, dict[str, int]]:
	if not accounts:
		return {}
	values = {"accounts": tuple(accounts), "since": add_months(getdate(), -12)}
	return {kind: dict(frappe.db.sql(statement, values)) for kind, statement in _COUNTS.items()}


def _row(account: frappe._dict, counts: dict[str, dict[str, int]], people: dict[str, str]) -> dict:
	row = account | {"tier": effective_tier(account), "updated_on": getdate(account.modified)}
	# For the paper, which names people.
	row["manager_name"] = people.get(account.account_manager)
	row |= {kind: found.get(account.name, 0) for kind, found in counts.items()}
	held = sum(bool(row.get(field)) for field in _COMPLETE)
	row["completeness"] = round(held * 100 / len(_COMPLETE), 1)
	return row


def get_columns() -> list[dict]:
	return [
		column("name", _("Key Account"), "Link", "Key Account", 105),
		column("customer_name", _("Customer Name"), "Data", None, 200),
		column("account_level", _("Level"), "Data", None, 90),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("status", _("Status"), "Data", None, 90),
		column("responsible_unit", _("Responsible Unit"), "Link", "Department", 150),
		column("account_manager", _("Account Manager"), "Link", "User", 160),
		column("stakeholders", _("Related Persons"), "Int", None, 100),
		column("agreements", _("Agreements in Force"), "Int", None, 100),
		column("visits", _("Visits in Twelve Months"), "Int", None, 100),
		column("last_visit_date", _("Last Visit"), "Date", None, 100),
		column("risk_reports", _("Risk Reports in Twelve Months"), "Int", None, 100),
		column("files", _("Attached Files"), "Int", None, 90),
		column("completeness", _("Completeness"), "Percent", None, 100),
		column("updated_on", _("Last Changed"), "Date", None, 100),
	]
