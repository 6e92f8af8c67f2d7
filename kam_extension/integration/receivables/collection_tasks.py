"""One open ToDo on each account that is overdue, for whoever collects at its stage (R34).

The nightly run makes it when an account enters a stage, passes it on when stage or person change, and closes it when
nothing is overdue any more. Who closes it by hand is not asked again until the stage or the person changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.utils import fmt_money, getdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.money import company_currency
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.receivables.collection_promises import refresh_promises, tell_broken
from kam_extension.integration.receivables.collections import (
	ACCOUNT_FIELDS,
	Collection,
	collections,
	collectors_of,
	stage_name,
)
from kam_extension.policy.collections import CollectionStage

MARK = "kam_collection_stage"
ACCOUNT = "Key Account"
_URGENCY = (CollectionStage.IN_TERM, CollectionStage.BEYOND_TERM)


@dataclass(frozen=True)
class Task:
	"""Who has to collect from an account, and why."""

	stage: CollectionStage
	user: str
	text: str


def nightly() -> None:
	"""Scheduled daily: judge promises, then bring the ToDos in step; each account is a transaction of its own."""
	if not is_enabled():
		return
	broken = refresh_promises()
	tasks = wanted_tasks(getdate())
	tell_broken(broken, _collectors(tasks, broken))
	frappe.db.commit()
	marked = _marked_todos()
	for account in sorted(tasks.keys() | marked.keys()):
		attempt(
			lambda account=account: bring_in_step(account, tasks.get(account), marked.get(account, [])),
			_("Collection of {0} could not be assigned").format(account),
		)
		frappe.db.commit()


def wanted_tasks(as_of: date) -> dict[str, Task]:
	"""{key account: task} of all accounts with something overdue; of several companies the most urgent counts."""
	accounts = {row.name: row for row in frappe.get_all(ACCOUNT, fields=list(ACCOUNT_FIELDS))}
	found: dict[str, list[Collection]] = defaultdict(list)
	for company in frappe.get_all("Company", pluck="name"):
		for one in collections(company, accounts, as_of):
			if one.stage in _URGENCY:
				found[one.account["name"]].append(one)
	return {name: _task(sorted(rows, key=_urgency)[-1]) for name, rows in found.items()}


def _urgency(one: Collection) -> tuple:
	return _URGENCY.index(one.stage), one.days_overdue, one.overdue


def _task(one: Collection) -> Task:
	user = collectors_of(one.company).responsible(one.stage, one.account)
	amount = fmt_money(one.overdue, currency=company_currency(one.company))
	text = _("{0} owes {1}, overdue by up to {2} days. Stage: {3}.").format(
		frappe.utils.escape_html(one.account["customer_name"] or one.account["customer"]),
		amount,
		one.days_overdue,
		stage_name(one.stage),
	)
	return Task(one.stage, user, text)


def _marked_todos() -> dict[str, list[frappe._dict]]:
	rows = frappe.get_all(
		"ToDo",
		filters={"reference_type": ACCOUNT, MARK: ("is", "set")},
		fields=["name", "reference_name", "allocated_to", "status", f"{MARK} as stage"],
	)
	found = defaultdict(list)
	for row in rows:
		found[row.reference_name].append(row)
	return found


def bring_in_step(account: str, task: Task | None, marked: Iterable) -> None:
	"""Close or pass on what the run made before, then make what is missing.

	The run acts for the system: it assigns and closes whatever its readers may do.
	"""
	marked = list(marked)
	if task and any((row.stage, row.allocated_to) == (str(task.stage), task.user) for row in marked):
		return
	for row in marked:
		if row.status == "Open":
			status = "Cancelled" if task else "Closed"
			assign_to.set_status(ACCOUNT, account, todo=row.name, status=status, ignore_permissions=True)
		frappe.db.set_value("ToDo", row.name, MARK, None, update_modified=False)
	if task and frappe.db.get_value("User", task.user, "enabled"):
		_assign(account, task)


def _assign(account: str, task: Task) -> None:
	"""Who has an open ToDo on the account already gets no second one."""
	whose = {
		"reference_type": ACCOUNT,
		"reference_name": account,
		"allocated_to": task.user,
		"status": "Open",
	}
	if frappe.db.exists("ToDo", whose):
		return
	priority = "High" if task.stage == CollectionStage.BEYOND_TERM else "Medium"
	values = {"assign_to": [task.user], "doctype": ACCOUNT, "name": account, "description": task.text}
	messages = list(frappe.local.message_log)
	assign_to.add(values | {"priority": priority}, ignore_permissions=True)
	# Hints to who assigns by hand (shared with whom) mean nothing here.
	frappe.local.message_log = messages
	frappe.db.set_value("ToDo", whose, MARK, str(task.stage), update_modified=False)


def _collectors(tasks: Mapping[str, Task], promises: Iterable) -> dict[str, list[str]]:
	"""The account manager, and whoever collects now."""
	names = {row.key_account for row in promises}
	rows = (
		frappe.get_all(ACCOUNT, {"name": ("in", list(names))}, ["name", "account_manager"]) if names else []
	)
	return {
		row.name: list({row.account_manager, *([tasks[row.name].user] if row.name in tasks else [])})
		for row in rows
	}
