"""Once a month account managers hear which receipts up to the last month's end nobody has claimed (R38, R39)."""

from collections import defaultdict
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, fmt_money, formatdate, get_first_day, getdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.notices import notify
from kam_extension.integration.rebates.accruals import accounts_with_rebates
from kam_extension.integration.rebates.rebates import OpenRebates
from kam_extension.policy.money import ZERO

SHOWN_ACCOUNTS = 10


def monthly() -> None:
	"""Tell each account manager once for each company; accounts with a draft request for the month are being claimed."""
	month_end = getdate(add_days(get_first_day(getdate()), -1))
	companies = frappe.get_all("Rebate Agreement", {"docstatus": 1}, pluck="company", distinct=True)
	for company in sorted(companies):
		for manager, unclaimed in _by_manager(_unclaimed(company, month_end)).items():
			_tell(manager, company, unclaimed, month_end)


def _unclaimed(company: str, month_end: date) -> dict[str, float]:
	"""Key account → rebate in company currency that is open and in nobody's draft."""
	drafted = {"company": company, "docstatus": 0, "period_end": (">=", month_end)}
	busy = set(frappe.get_all("Rebate Request", drafted, pluck="key_account"))
	accounts = [account for account in accounts_with_rebates(company) if account not in busy]
	totals = defaultdict(lambda: ZERO)
	for row in OpenRebates(company, accounts, month_end).rows(get_first_day(month_end)):
		totals[row.key_account] += row.rebate
	return {account: float(total) for account, total in totals.items() if total > 0}


def _by_manager(unclaimed: dict[str, float]) -> dict[str, list[dict]]:
	found: dict[str, list[dict]] = defaultdict(list)
	filters = {"name": ("in", list(unclaimed)), "account_manager": ("is", "set")}
	for row in frappe.get_all("Key Account", filters, ["name", "customer_name", "account_manager"]):
		found[row.account_manager].append(frappe._dict(row, rebate=unclaimed[row.name]))
	return found


def _tell(manager: str, company: str, accounts: list[dict], month_end: date) -> None:
	accounts = sorted(accounts, key=lambda row: row.rebate, reverse=True)
	currency = company_currency(company)
	subject = _("{0} of rebates on receipts up to {1} are not claimed yet: {2} key accounts of {3}.").format(
		fmt_money(sum(row.rebate for row in accounts), currency=currency),
		formatdate(month_end),
		len(accounts),
		escape_html(company),
	)
	lines = [
		f"{row.customer_name}: {fmt_money(row.rebate, currency=currency)}"
		for row in accounts[:SHOWN_ACCOUNTS]
	]
	largest = frappe._dict(doctype="Key Account", name=accounts[0].name)
	notify([manager], largest, subject, "\n".join(lines))
