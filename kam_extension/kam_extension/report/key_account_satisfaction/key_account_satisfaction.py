"""Satisfaction and recommendation in surveys by month, dimension, tier or account, against the target (R52)."""

import frappe
from frappe import _
from frappe.utils import flt

from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.service.survey_groups import GROUPS, survey_groups
from kam_extension.kam_extension.report.columns import column
from kam_extension.kam_extension.report.periods import period_of

FILTERS = ("company", "account_manager")
BLUE = "#449CF0"


def execute(filters: dict | None = None) -> tuple:
	"""Groups of the surveys about accounts that the session's user may read."""
	filters = frappe._dict(filters or {})
	start, end = period_of(filters)
	group_by = filters.get("group_by") or "Month"
	if group_by not in GROUPS:
		frappe.throw(_("By: choose Month, Dimension, Tier or Key Account."), title=_("By"))
	wanted = {field: filters.get(field) for field in FILTERS} | {"name": filters.get("key_account")}
	accounts = readable_accounts(wanted, ("name", "customer_name"))
	target = flt(frappe.get_cached_doc("KAM Settings").satisfaction_target)
	rows = [
		{**row, "group": _shown(group_by, row["group"], accounts), "target": target}
		for row in survey_groups(group_by, accounts.keys(), start, end)
	]
	return get_columns(group_by), rows, None, _chart(rows)


def _shown(group_by: str, group: str | None, accounts: dict) -> str:
	if group_by == "Dimension":
		return _(group)
	if group_by == "Key Account":
		return accounts[group].customer_name or group
	return group or _("No Tier")


def _chart(rows: list[dict]) -> dict | None:
	known = [row for row in rows if row["satisfaction"] is not None]
	if not known:
		return None
	data = {
		"labels": [row["group"] for row in known],
		"datasets": [{"name": _("Satisfaction"), "values": [row["satisfaction"] for row in known]}],
		"yMarkers": [{"label": _("Target"), "value": known[0]["target"]}],
	}
	return {"data": data, "type": "bar", "colors": [BLUE]}


def get_columns(group_by: str) -> list[dict]:
	"""A dimension is answered, never sent; recommendation is asked once, not for each dimension."""
	labels = {
		"Month": _("Month"),
		"Dimension": _("Dimension"),
		"Tier": _("Tier"),
		"Key Account": _("Key Account"),
	}
	columns = [
		column("group", labels[group_by], "Data", None, 220),
		column("answers", _("Answers"), "Int", None, 90),
		column("satisfaction", _("Satisfaction"), "Percent", None, 120),
		column("target", _("Target"), "Percent", None, 100),
	]
	if group_by == "Dimension":
		return columns
	return [
		*columns,
		column("sent", _("Invitations"), "Int", None, 100),
		column("answer_rate", _("Answer Rate"), "Percent", None, 120),
		column("nps", _("Net Promoter Score"), "Float", None, 150),
		column("low", _("Low Answers"), "Int", None, 110),
	]
