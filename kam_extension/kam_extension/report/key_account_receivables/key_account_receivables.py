"""Receivables of key accounts, by voucher or by account, equal to ERPNext's Accounts Receivable (R33)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import flt, getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.money import company_currency, currency_precision
from kam_extension.kam_extension.report.columns import column

OWN_FILTERS = ("tier", "account_manager", "group_by_account")
SUMMED = ("invoiced", "paid", "credit_note", "outstanding", "overdue")
RECEIVABLE = {"account_type": "Receivable", "naming_by": ["Selling Settings", "cust_master_name"]}


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	if not filters.company:
		frappe.throw(_("Choose a company: receivables are stated in its currency."), title=_("Company"))
	accounts = permitted_accounts(filters)
	columns, rows, chart = accounts_receivable(filters, accounts)
	for row in rows:
		row.update(_account_values(accounts.get(row.get("party")), row, filters))
	if filters.group_by_account:
		ranges = [entry for entry in columns if entry["fieldname"].startswith("range")]
		return _account_columns(ranges), by_account(rows, ranges, filters.company), None, chart
	return _voucher_columns(columns), rows, None, chart


def permitted_accounts(filters: frappe._dict) -> dict[str, frappe._dict]:
	"""{customer: key account} of those that the session's user may read and the filters ask for."""
	wanted = {"account_manager": filters.account_manager} if filters.account_manager else {}
	if filters.party:
		parties = frappe.parse_json(filters.party) if isinstance(filters.party, str) else filters.party
		wanted["customer"] = ("in", parties)
	rows = frappe.get_list(
		"Key Account",
		filters=wanted,
		fields=[
			"name", "customer", "customer_name", "account_class", "tier", "tier_override", "tier_override_until",
			"account_manager", "responsible_unit",
		],
		limit_page_length=0,
	)  # fmt: skip
	for row in rows:
		row.tier = effective_tier(row)
	return {row.customer: row for row in rows if not filters.tier or row.tier == filters.tier}


def accounts_receivable(
	filters: frappe._dict, customers: Iterable[str]
) -> tuple[list[dict], list, dict | None]:
	"""Columns, rows and chart of ERPNext's report, asked for these customers only."""
	# The module needs a database connection when it is imported.
	from erpnext.accounts.report.accounts_receivable.accounts_receivable import ReceivablePayableReport

	native = {key: value for key, value in filters.items() if key not in OWN_FILTERS}
	native.setdefault("ageing_based_on", "Due Date")
	native.setdefault("calculate_ageing_with", "Report Date")
	native |= {"party_type": "Customer", "party": list(customers) or [""]}
	if filters.group_by_account:
		native |= {"group_by_party": 0, "in_party_currency": 0}
	columns, rows, _message, chart, *_rest = ReceivablePayableReport(native).run(RECEIVABLE)
	return columns, rows, chart if rows else None


def by_account(rows: list, ranges: list[dict], company: str) -> list[dict]:
	"""One row for each account: the sums of its vouchers in company currency."""
	currency = company_currency(company)
	precision = currency_precision(currency)
	summed = (*SUMMED, *(entry["fieldname"] for entry in ranges))
	sums: dict[str, dict] = {}
	for row in rows:
		total = sums.setdefault(row["key_account"], _first_of_account(row, summed, currency))
		for fieldname in summed:
			total[fieldname] = flt(total[fieldname] + flt(row.get(fieldname)), precision)
	return sorted(sums.values(), key=lambda row: row["outstanding"], reverse=True)


def _first_of_account(row: dict, summed: tuple[str, ...], currency: str) -> dict:
	identity = (
		"key_account",
		"party",
		"account_name",
		"account_class",
		"tier",
		"account_manager",
		"responsible_unit",
	)
	return {name: row.get(name) for name in identity} | dict.fromkeys(summed, 0.0) | {"currency": currency}


def _account_values(account: frappe._dict | None, row: dict, filters: frappe._dict) -> dict:
	if account is None:
		return {}
	due = row.get("due_date")
	is_overdue = due and getdate(due) < getdate(filters.report_date) and flt(row.get("outstanding")) > 0
	return {
		"key_account": account.name,
		"account_name": account.customer_name,
		"account_class": account.account_class,
		"tier": account.tier,
		"account_manager": account.account_manager,
		"responsible_unit": account.responsible_unit,
		"overdue": flt(row.get("outstanding")) if is_overdue else 0.0,
	}


def _voucher_columns(columns: list[dict]) -> list[dict]:
	own = [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("account_manager", _("Account Manager"), "Link", "User", 150),
	]
	place = next(index for index, entry in enumerate(columns) if entry["fieldname"] == "outstanding") + 1
	overdue = column("overdue", _("Overdue"), "Currency", "currency")
	return [*own, *columns[:place], overdue, *columns[place:]]


def _account_columns(ranges: list[dict]) -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("party", _("Customer"), "Link", "Customer", 160),
		column("account_name", _("Customer Name"), "Data", None, 180),
		column("account_class", _("Class"), "Data", None, 80),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("account_manager", _("Account Manager"), "Link", "User", 150),
		column("responsible_unit", _("Responsible Unit"), "Link", "Department", 130),
		column("invoiced", _("Invoiced Amount"), "Currency", "currency"),
		column("paid", _("Paid Amount"), "Currency", "currency"),
		column("credit_note", _("Credit Note"), "Currency", "currency"),
		column("outstanding", _("Outstanding Amount"), "Currency", "currency"),
		column("overdue", _("Overdue"), "Currency", "currency"),
		*ranges,
		column("currency", _("Currency"), "Link", "Currency", 80),
	]
