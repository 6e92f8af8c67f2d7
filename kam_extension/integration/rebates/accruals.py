"""What was earned and not settled at a month's end, for each account of a company (R42, R73)."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_days, flt, get_first_day, get_last_day, get_link_to_form, getdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.rebates.rebates import OpenRebates
from kam_extension.integration.rebates.unsettled_claims import unsettled_claims
from kam_extension.policy.money import ZERO

DOCTYPE = "Rebate Accrual"
_FIGURES = ("open_rebate", "unsettled_rebate", "accrued_rebate")


def check_month_end(accrual) -> None:
	"""The accrual date is the last day of a month that is over or ends today; the reversal comes a day later."""
	day = getdate(accrual.accrual_date)
	if not accrual.accrual_date or day != get_last_day(day) or day > getdate():
		frappe.throw(
			_("Accrual Date {0} has to be the last day of a month and not in the future.").format(
				frappe.format(accrual.accrual_date, "Date")
			),
			title=_("Wrong Date"),
		)
	accrual.reversal_date = add_days(day, 1)


def keep_one_for_each_month(accrual) -> None:
	"""One accrual that is not cancelled for each company and month; a unique index decides between two at once."""
	accrual.month_key = f"{accrual.company}|{getdate(accrual.accrual_date):%Y-%m}"
	other = frappe.db.get_value(
		DOCTYPE, {"month_key": accrual.month_key, "name": ("!=", accrual.name), "docstatus": ("<", 2)}
	)
	if other:
		frappe.throw(
			_("{0} already accrues the rebates of this month. To accrue them anew, cancel it first.").format(
				get_link_to_form(DOCTYPE, other)
			),
			title=_("Accrued Already"),
		)


def refresh_rows(accrual) -> None:
	"""Replace rows and totals by what the ledger says; no figure in them is the client's."""
	rows = _rows(accrual)
	if rows != _stored_rows(accrual):
		accrual.set("accounts", rows)
	_set_totals(accrual)


def check_rows(accrual) -> None:
	"""Refuse to submit figures that are not what the ledger says now, or nothing at all."""
	if _rows(accrual) != _stored_rows(accrual):
		frappe.throw(
			_("The accounts are not what the ledger gives now. Save the accrual and review it again."),
			title=_("Figures Have Changed"),
		)
	_set_totals(accrual)
	if accrual.total_accrued <= 0:
		frappe.throw(_("Total Accrued is 0: there is nothing to accrue."), title=_("Nothing to Accrue"))


def accounts_with_rebates(company: str) -> list[str]:
	"""Key accounts that have, or had, an approved agreement or a claim with the company."""
	agreements = frappe.get_all(
		"Rebate Agreement", {"company": company, "docstatus": ("!=", 0)}, pluck="key_account", distinct=True
	)
	claims = frappe.get_all("KAM Rebate Claim", {"company": company}, pluck="key_account", distinct=True)
	return sorted({*agreements, *claims})


def set_accounts(accrual, required: bool = False) -> None:
	"""Expense account, accrual account and cost center of the company; missing ones are refused when `required`."""
	row = _settings_row(accrual.company)
	accrual.expense_account = row.rebate_expense_account if row else None
	accrual.accrual_account = row.rebate_accrual_account if row else None
	accrual.cost_center = (row and row.rebate_cost_center) or frappe.get_cached_value(
		"Company", accrual.company, "cost_center"
	)
	if required and not (accrual.expense_account and accrual.accrual_account):
		frappe.throw(
			_(
				"Set Rebate Expense Account and Rebate Accrual Account for company {0} in KAM Settings; "
				"the accrual is posted to them."
			).format(accrual.company),
			title=_("Missing Account"),
		)


def check_accrual_account(row) -> None:
	"""A company's row in KAM Settings: the accrual is a liability in company currency without a party."""
	if not row.rebate_accrual_account:
		if row.accrue_rebates:
			frappe.throw(
				_("Row {0}: set Rebate Accrual Account, because Accrue Rebates is on.").format(row.idx),
				title=_("Missing Account"),
			)
		return
	fields = ["root_type", "account_type", "account_currency"]
	account = frappe.get_cached_value("Account", row.rebate_accrual_account, fields, as_dict=True)
	has_party = account.account_type in ("Receivable", "Payable")
	foreign = account.account_currency not in (None, "", company_currency(row.company))
	if account.root_type != "Liability" or has_party or foreign:
		frappe.throw(
			_(
				"Row {0}: Rebate Accrual Account {1} has to be a liability in company currency and not of type "
				"Payable. Choose another account."
			).format(row.idx, frappe.bold(row.rebate_accrual_account)),
			title=_("Wrong Account"),
		)


def _settings_row(company: str):
	rows = frappe.get_cached_doc("KAM Settings").companies
	return next((row for row in rows if row.company == company), None)


def _rows(accrual) -> list[dict]:
	accounts = accounts_with_rebates(accrual.company)
	day = getdate(accrual.accrual_date)
	open_rebates = OpenRebates(accrual.company, accounts, day)
	unclaimed: dict[str, Decimal] = defaultdict(lambda: ZERO)
	rows = open_rebates.rows(get_first_day(day))
	claimed = {key: entry for key, entry in open_rebates.claimed.items() if entry.posting_date <= day}
	for row in (*rows, *open_rebates.programmes(rows, claimed)):
		unclaimed[row.key_account] += row.rebate
	unsettled = unsettled_claims(accrual.company, accounts, day)
	names = _customer_names(accounts)
	return [
		_row(account, names[account], unclaimed[account], unsettled[account])
		for account in accounts
		if unclaimed[account] or unsettled[account]
	]


def _row(account: str, customer_name: str, unclaimed: Decimal, unsettled: Decimal) -> dict:
	return {
		"key_account": account,
		"customer_name": customer_name,
		"open_rebate": float(unclaimed),
		"unsettled_rebate": float(unsettled),
		"accrued_rebate": float(max(unclaimed + unsettled, ZERO)),
	}


def _customer_names(accounts: list[str]) -> dict[str, str]:
	rows = (
		frappe.get_all("Key Account", {"name": ("in", accounts)}, ["name", "customer_name"])
		if accounts
		else []
	)
	return {row.name: row.customer_name or row.name for row in rows}


def _stored_rows(accrual) -> list[dict]:
	return [
		{"key_account": row.key_account, "customer_name": row.customer_name}
		| {field: flt(row.get(field), 6) for field in _FIGURES}
		for row in accrual.accounts
	]


def _set_totals(accrual) -> None:
	precision = accrual.precision("total_accrued")
	balances = [flt(row.open_rebate) + flt(row.unsettled_rebate) for row in accrual.accounts]
	accrual.total_accrued = flt(sum(row.accrued_rebate for row in accrual.accounts), precision)
	accrual.total_owed_back = flt(sum(balance for balance in balances if balance < 0), precision)
