"""Purchases of comparable accounts by item group (R78): one query for the accounts, one for what they bought."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import add_months, cint

from kam_extension.policy.codes import AccountStatus
from kam_extension.policy.money import decimal
from kam_extension.policy.white_space import Gap, bought_groups, gaps

COMPARED_STATUSES = (AccountStatus.ACTIVE, AccountStatus.WATCH, AccountStatus.SUSPENDED)

_SPEND = """
	select account.account_class, account.industry, item.item_group, account.name, sum(row.base_net_amount)
	from `tabKey Account` account
		join `tabSales Invoice` invoice on invoice.customer = account.customer
			and invoice.company = account.company and invoice.docstatus = 1
			and invoice.is_internal_customer = 0 and invoice.is_opening != 'Yes'
			and invoice.posting_date > %(since)s and invoice.posting_date <= %(today)s
		join `tabSales Invoice Item` row on row.parent = invoice.name
		join `tabItem` item on item.name = row.item_code
	where account.company = %(company)s and account.status in %(statuses)s
		and account.account_class in %(classes)s and account.industry in %(industries)s
	group by account.account_class, account.industry, item.item_group, account.name
"""


def white_space(
	accounts: Mapping[str, frappe._dict], company: str, today: date, settings
) -> dict[str, list[Gap]]:
	"""{key account: its gaps} of `accounts` (rows with account_class and industry, all of the home company `company`).

	Comparable are all accounts of the same class and industry of that company that are not prospects or ended; what they
	buy is shown as a share and a median only, so that nobody reads of a single account that is not his. An account
	without industry has nobody to be compared with.
	"""
	known = {name: row for name, row in accounts.items() if row.industry}
	if not known:
		return {}
	peers = _peers(company, known)
	spend = _spend(company, known, today, cint(settings.white_space_months))
	found = {}
	for name, row in known.items():
		key = (row.account_class, row.industry)
		of_market = spend.get(key, {})
		found[name] = gaps(
			bought_groups(name, of_market),
			peers.get(key, set()) - {name},
			of_market,
			cint(settings.white_space_min_peers),
			decimal(settings.white_space_min_share),
		)
	return found


def _peers(company: str, accounts: Mapping[str, frappe._dict]) -> dict[tuple, set[str]]:
	rows = frappe.get_all(
		"Key Account",
		filters={
			"company": company,
			"status": ("in", COMPARED_STATUSES),
			"industry": ("in", list({row.industry for row in accounts.values()})),
		},
		fields=["name", "account_class", "industry"],
	)
	peers = defaultdict(set)
	for row in rows:
		peers[row.account_class, row.industry].add(row.name)
	return peers


def _spend(
	company: str, accounts: Mapping[str, frappe._dict], today: date, months: int
) -> dict[tuple, dict[str, dict[str, Decimal]]]:
	"""{(class, industry): {item group: {account: net amount}}}, credit notes taken off."""
	values = {
		"company": company,
		"statuses": COMPARED_STATUSES,
		"classes": tuple({row.account_class for row in accounts.values()}),
		"industries": tuple({row.industry for row in accounts.values()}),
		"since": add_months(today, -months),
		"today": today,
	}
	found: dict[tuple, dict] = defaultdict(lambda: defaultdict(dict))
	for account_class, industry, item_group, account, amount in frappe.db.sql(_SPEND, values):
		found[account_class, industry][item_group][account] = decimal(amount)
	return found
