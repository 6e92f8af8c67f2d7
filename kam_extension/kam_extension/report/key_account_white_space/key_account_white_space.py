"""Item groups that comparable accounts buy and the reader's accounts do not (R78)."""

import frappe
from frappe import _
from frappe.utils import cint, getdate

from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.money import company_currency
from kam_extension.integration.white_space.white_space import COMPARED_STATUSES, white_space
from kam_extension.kam_extension.report.columns import column

FIELDS = ("name", "customer_name", "company", "account_class", "industry", "account_manager")
COMPARED = ("company", "account_class", "industry", "account_manager")


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	rows = get_rows(filters)
	return get_columns(), rows, message(filters, rows), get_chart(rows)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""One row for each account and item group, the largest expected purchase first."""
	wanted = {field: filters.get(field) for field in COMPARED}
	wanted |= {"name": filters.key_account, "status": ("in", COMPARED_STATUSES)}
	accounts = readable_accounts(wanted, FIELDS)
	settings, today = frappe.get_cached_doc("KAM Settings"), getdate()
	rows = []
	for company in {row.company for row in accounts.values()}:
		own = {name: row for name, row in accounts.items() if row.company == company}
		currency = company_currency(company)
		for name, found in white_space(own, company, today, settings).items():
			rows += [_row(own[name], gap, currency) for gap in found if _is_asked(filters, gap)]
	return sorted(rows, key=lambda row: (-row["potential"], row["key_account"], row["item_group"]))


def _is_asked(filters: frappe._dict, gap) -> bool:
	return not filters.item_group or gap.item_group == filters.item_group


def _row(account: frappe._dict, gap, currency: str) -> dict:
	return {
		"key_account": account.name,
		"customer_name": account.customer_name,
		"account_manager": account.account_manager,
		"industry": account.industry,
		"item_group": gap.item_group,
		"peers": gap.peers,
		"buyers": gap.buyers,
		"share": float(gap.share),
		"median_spend": float(gap.median_spend),
		"potential": float(gap.potential),
		"currency": currency,
	}


def message(filters: frappe._dict, rows: list[dict]) -> str | None:
	"""Why there are no rows: who is compared with whom, or what an account that was asked for lacks."""
	if rows:
		return None
	if not filters.key_account:
		return _(
			"No gap: an account is compared with others of its class and industry, at least {0} (KAM Settings)."
		).format(cint(frappe.get_cached_doc("KAM Settings").white_space_min_peers))
	if not frappe.db.get_value("Key Account", filters.key_account, "industry"):
		return _("The account has no industry, so nobody is comparable. Enter it on the Key Account.")
	return _("No gap: too few comparable accounts, or the account buys what they buy.")


def get_chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	groups: dict[str, float] = {}
	for row in rows:
		groups[row["item_group"]] = groups.get(row["item_group"], 0) + row["potential"]
	largest = sorted(groups.items(), key=lambda pair: -pair[1])[:10]
	return {
		"data": {
			"labels": [_(name) for name, _amount in largest],
			"datasets": [{"name": _("Expected Purchase"), "values": [amount for _name, amount in largest]}],
		},
		"type": "bar",
		"fieldtype": "Currency",
	}


def get_columns() -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("customer_name", _("Customer Name"), "Data", None, 200),
		column("account_manager", _("Account Manager"), "Link", "User", 160),
		column("industry", _("Industry"), "Link", "Industry Type", 120),
		column("item_group", _("Item Group"), "Link", "Item Group", 150),
		column("peers", _("Comparable Accounts"), "Int", None, 120),
		column("buyers", _("Of Them Buying"), "Int", None, 110),
		column("share", _("Share of Buyers"), "Percent", None, 90),
		column("median_spend", _("Median Spend of Buyers"), "Currency", "currency", 150),
		column("potential", _("Expected Purchase"), "Currency", "currency", 150),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]
