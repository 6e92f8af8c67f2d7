"""What is to be collected, at which stage, by whom, and what was promised (R34, S2 6.2.3)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.money import company_currency
from kam_extension.integration.receivables.collection_contacts import Contacts
from kam_extension.integration.receivables.collections import (
	ACCOUNT_FIELDS,
	Collection,
	collections,
	collectors_of,
)
from kam_extension.kam_extension.report.columns import column
from kam_extension.policy.collections import CollectionStage

STAGES = list(CollectionStage)
SHOWN_BY_DEFAULT = STAGES[1:]
AMOUNTS = ("outstanding", "overdue", "unapplied", "written_off")


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	if not filters.company:
		frappe.throw(_("Choose a company: what is owed is stated in its currency."), title=_("Company"))
	rows = get_rows(filters)
	return get_columns(bool(filters.by_invoice)), rows, None, get_chart(rows)


def get_rows(filters: frappe._dict) -> list[dict]:
	"""Rows by account, or by voucher with `by_invoice`, the most urgent first; company currency.

	Members of sales see the accounts that they manage, sponsor or serve. Without `stage` what isn't due is left out.
	"""
	as_of = getdate(filters.as_of)
	wanted = {"name": filters.key_account, "account_manager": filters.account_manager}
	accounts = readable_accounts(wanted, ACCOUNT_FIELDS)
	since = getdate(filters.written_off_since or as_of.replace(month=1, day=1))
	found = collections(filters.company, accounts, as_of, since)
	by_row = _voucher_rows if filters.by_invoice else _account_rows
	collectors, currency = collectors_of(filters.company), company_currency(filters.company)
	contacts = Contacts(filters.company, [one.account for one in found])
	rows = []
	for one in found:
		for row in by_row(one, as_of):
			row["responsible"] = collectors.responsible(row["stage"], one.account)
			rows.append(_account_values(one, currency) | row | contacts.of(one.account))
	return sorted((row for row in rows if _is_wanted(row, filters)), key=_place)


def _is_wanted(row: dict, filters: frappe._dict) -> bool:
	stages = [filters.stage] if filters.stage else SHOWN_BY_DEFAULT
	return row["stage"] in stages and filters.responsible in (None, "", row["responsible"])


def _place(row: dict) -> tuple:
	order = (
		CollectionStage.BEYOND_TERM,
		CollectionStage.IN_TERM,
		CollectionStage.WRITTEN_OFF,
		CollectionStage.NOT_DUE,
	)
	return order.index(row["stage"]), -row["days_overdue"], -row["overdue"], row["customer_name"] or ""


def _account_values(one: Collection, currency: str) -> dict:
	account = one.account
	return {
		"key_account": account["name"],
		"customer": account["customer"],
		"customer_name": account["customer_name"],
		"tier": effective_tier(account),
		"account_manager": account["account_manager"],
		"responsible_unit": account["responsible_unit"],
		"max_overdue_days": one.max_overdue_days,
		"currency": currency,
	}


def _account_rows(one: Collection, as_of: date) -> Iterator[dict]:
	amounts = {field: float(getattr(one, field)) for field in AMOUNTS}
	yield {"stage": one.stage, "days_overdue": one.days_overdue, "invoices": len(one.items)} | amounts


def _voucher_rows(one: Collection, as_of: date) -> Iterator[dict]:
	for item in one.items:
		outstanding = item.outstanding
		yield {
			"stage": one.stage_of(item, as_of),
			"voucher_type": item.voucher_type,
			"voucher_no": item.voucher_no,
			"due_date": item.terms[0].due_date,
			"days_overdue": item.days_overdue(as_of),
			"outstanding": float(outstanding),
			"overdue": float(item.overdue(as_of)),
			"unapplied": float(max(-outstanding, 0)),
			"written_off": 0.0,
		}
	for debt in one.bad_debts:
		yield {
			"stage": CollectionStage.WRITTEN_OFF,
			"voucher_type": debt.voucher_type,
			"voucher_no": debt.voucher_no,
			"due_date": debt.posting_date,
			"days_overdue": 0,
			"written_off": float(debt.amount),
		} | dict.fromkeys(AMOUNTS[:3], 0.0)


def get_chart(rows: Sequence[dict]) -> dict | None:
	"""Overdue amounts by responsible; what was written off stays out."""
	sums = Counter()
	for row in rows:
		sums[row["responsible"] or _("Nobody Named")] += row["overdue"]
	largest = [(who, amount) for who, amount in sums.most_common(12) if amount]
	if not largest:
		return None
	return {
		"data": {
			"labels": [who for who, _amount in largest],
			"datasets": [{"name": _("Overdue"), "values": [amount for _who, amount in largest]}],
		},
		"type": "bar",
		"colors": ["#ECAD4B"],
		"fieldtype": "Currency",
	}


def get_columns(by_invoice: bool) -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 100),
		column("customer_name", _("Customer Name"), "Data", None, 170),
		*(_voucher_columns() if by_invoice else ()),
		column("stage", _("Stage"), "Data", None, 165),
		column("responsible", _("Responsible", context="Collection"), "Link", "User", 170),
		_days_column("days_overdue", _("Days Overdue")),
		_days_column("max_overdue_days", _("Days Allowed")),
		column("overdue", _("Overdue"), "Currency", "currency", 130),
		column("outstanding", _("Outstanding Amount"), "Currency", "currency", 140),
		column("unapplied", _("Unapplied Credits"), "Currency", "currency", 130),
		column("promise_amount", _("Promised Amount"), "Currency", "currency", 130),
		column("promise_date", _("Promised Payment Date"), "Date", None, 160),
		column("promise_status", _("Promise"), "Data", None, 100),
		column("next_action", _("Next Action Date"), "Date", None, 120),
		column("last_reminder", _("Last Reminder"), "Date", None, 110),
		column("written_off", _("Written Off"), "Currency", "currency", 120),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("account_manager", _("Account Manager"), "Link", "User", 160),
		column("responsible_unit", _("Responsible Unit"), "Data", None, 140),
		column("currency", _("Currency"), "Link", "Currency", 80),
	]


def _days_column(fieldname: str, label: str) -> dict:
	"""Days are no numbers to the total row, of the server and of the browser: adding them up says nothing."""
	return column(fieldname, label, "Data", None, 120) | {"disable_total": 1}


def _voucher_columns() -> list[dict]:
	"""A link for those who may open it: Frappe refuses a report with links that its reader may not read."""
	may_read = all(
		frappe.has_permission(doctype, "read")
		for doctype in ("Sales Invoice", "Journal Entry", "Payment Entry")
	)
	kind = ("Dynamic Link", "voucher_type") if may_read else ("Data", None)
	return [
		column("voucher_no", _("Voucher No"), *kind, 170),
		column("due_date", _("Due Date"), "Date", None, 105),
	]
