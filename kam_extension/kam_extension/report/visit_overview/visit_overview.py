"""Visits of a time by account or by account manager: due, held, missed, executive contacts (R46)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.accounts.readable_accounts import readable_accounts
from kam_extension.integration.visits.figures import VisitFigures, visit_figures
from kam_extension.integration.visits.settings import visit_settings
from kam_extension.kam_extension.report.columns import column
from kam_extension.policy.codes import AccountLevel, AccountStatus

FIELDS = (
	"name", "customer", "customer_name", "status", "account_class", "account_level", "tier", "tier_override",
	"tier_override_until", "account_manager", "last_visit_date", "next_visit_due",
)  # fmt: skip
COUNTS = ("held", "missed", "planned", "overdue", "executive")
VISITED = (AccountStatus.ACTIVE, AccountStatus.WATCH, AccountStatus.SUSPENDED)


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	rows = list(get_rows(filters))
	by_manager = bool(filters.by_manager)
	return get_columns(by_manager), rows, None, get_chart(rows, by_manager)


def get_rows(filters: frappe._dict) -> Iterator[dict]:
	"""Rows of the accounts that the reader may read, the longest overdue first; with `by_manager` their sums.

	Members of sales see the accounts that they manage, sponsor or serve.
	"""
	first, last = _period(filters)
	wanted = {"account_manager": filters.account_manager, "company": filters.company, "tier": filters.tier}
	accounts = {
		name: account
		for name, account in readable_accounts(wanted, FIELDS).items()
		if account.status in VISITED
	}
	figures = visit_figures(accounts, first, last, getdate())
	contacts = visit_settings().cadence.executive_contacts
	rows = [_row(account, figures[name], contacts) for name, account in accounts.items()]
	if filters.by_manager:
		return _by_manager(rows)
	return iter(sorted(rows, key=lambda row: (-row["days_overdue"], row["customer_name"] or "")))


def _period(filters: frappe._dict) -> tuple[date, date]:
	today = getdate()
	first = getdate(filters.from_date) if filters.from_date else date(today.year, 1, 1)
	last = getdate(filters.to_date) if filters.to_date else date(today.year, 12, 31)
	if last < first:
		frappe.throw(_("To Date is before From Date. Correct one of them."), title=_("To Date"))
	return first, last


def _row(account: frappe._dict, figures: VisitFigures, contacts: int) -> dict:
	due, today = account.next_visit_due, getdate()
	is_group = account.account_level == AccountLevel.GROUP
	return {
		"key_account": account.name,
		"customer_name": account.customer_name,
		"tier": effective_tier(account),
		"account_manager": account.account_manager,
		"last_visit": account.last_visit_date,
		"next_due": due,
		"days_overdue": max((today - due).days, 0) if due else 0,
		"due_accounts": int(bool(due and due < today)),
		"executive_wanted": contacts if is_group else 0,
		**asdict(figures),
	}


def _by_manager(rows: list[dict]) -> Iterator[dict]:
	sums: dict[str, dict] = defaultdict(lambda: dict.fromkeys(_SUMMED, 0))
	for row in rows:
		for field in _SUMMED:
			sums[row["account_manager"]][field] += 1 if field == "accounts" else row[field]
	for manager in sorted(sums, key=lambda manager: (-sums[manager]["due_accounts"], manager or "")):
		yield {"account_manager": manager, **sums[manager]}


_SUMMED = ("accounts", "due_accounts", *COUNTS, "executive_wanted")


def get_chart(rows: list[dict], by_manager: bool) -> dict | None:
	"""Held and missed by account manager; accounts alone would be too many bars."""
	if not by_manager or not rows:
		return None
	shown = rows[:12]
	return {
		"data": {
			"labels": [row["account_manager"] for row in shown],
			"datasets": [
				{"name": _("Held"), "values": [row["held"] for row in shown]},
				{"name": _("Missed", context="Visit Log"), "values": [row["missed"] for row in shown]},
			],
		},
		"type": "bar",
		"colors": ["#29CD42", "#FF5858"],
	}


def get_columns(by_manager: bool) -> list[dict]:
	manager = column("account_manager", _("Account Manager"), "Link", "User", 180)
	counts = [
		column("held", _("Held"), "Int", None, 80),
		column("missed", _("Missed", context="Visit Log"), "Int", None, 80),
		column("planned", _("Planned", context="Visit Log"), "Int", None, 80),
		column("overdue", _("Planned and Overdue"), "Int", None, 150),
		column("executive", _("Executive Contacts"), "Int", None, 150),
		column("executive_wanted", _("Executive Contacts Wanted"), "Int", None, 190),
	]
	due = column("due_accounts", _("Accounts Overdue"), "Int", None, 140)
	if by_manager:
		return [
			manager,
			column("accounts", _("Accounts", context="Visit Overview"), "Int", None, 90),
			due,
			*counts,
		]
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 110),
		column("customer_name", _("Customer Name"), "Data", None, 190),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		manager,
		column("last_visit", _("Last Visit"), "Date", None, 110),
		column("next_due", _("Next Visit Due"), "Date", None, 120),
		# Days are no numbers to the total row: adding them up says nothing.
		column("days_overdue", _("Days Overdue"), "Data", None, 110) | {"disable_total": 1},
		*counts,
	]
