"""One open ToDo on each account that is overdue, for whoever collects at its stage (R34).

The nightly run makes it when an account enters a stage, passes it on when stage or person change, and closes it when
nothing is overdue any more. Who closes it by hand is not asked again until the stage or the person changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.utils import create_batch, fmt_money, getdate

from kam_extension.integration.attempts import attempt_together
from kam_extension.integration.lost_connections import commit_surely
from kam_extension.integration.money import company_currency
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.receivables.collection_news import News
from kam_extension.integration.receivables.collection_promises import refresh_promises, tell_broken
from kam_extension.integration.receivables.collections import (
	ACCOUNT_FIELDS,
	Collection,
	collections,
	collectors_of,
	stage_name,
)
from kam_extension.integration.todo_rows import (
	OPEN,
	Assignment,
	assign_all,
	enabled_users,
	end_assignments,
	refresh_assigned,
)
from kam_extension.integration.turns import hold_turn
from kam_extension.policy.collections import CollectionStage

MARK = "kam_collection_stage"
TURN = "Collections"
ACCOUNT = "Key Account"
ACCOUNTS_AT_ONCE = 500
_URGENCY = (CollectionStage.IN_TERM, CollectionStage.BEYOND_TERM)


@dataclass(frozen=True)
class Task:
	"""Who has to collect from an account, and why."""

	stage: CollectionStage
	user: str
	text: str

	@property
	def priority(self) -> str:
		return "High" if self.stage == CollectionStage.BEYOND_TERM else "Medium"


@dataclass(frozen=True)
class Change:
	"""An account with the task that it has now, if any, and the to-dos of the run (of what was the task before)."""

	account: str
	task: Task | None
	todos: Sequence[frappe._dict]


def nightly() -> None:
	"""Scheduled daily: judge promises, then bring the ToDos in step; some hundred accounts are a transaction."""
	if not is_enabled():
		return
	frappe.db.commit()
	hold_turn(TURN)
	broken = refresh_promises()
	tasks = wanted_tasks(getdate())
	tell_broken(broken, _collectors(tasks, broken))
	frappe.db.commit()
	news = News()
	for part in create_batch([change.account for change in _changes(tasks)], ACCOUNTS_AT_ONCE):
		# After a failure the next night finds the same.
		written = commit_surely(
			partial(_write_part, part, tasks),
			_("Collections of {0} accounts could not be assigned").format(len(part)),
		)
		news.merge(written or News())
	news.tell()
	frappe.db.commit()


def _write_part(accounts: Sequence[str], tasks: Mapping[str, Task]) -> News:
	"""Write what is to change as it stands now, after waiting for whoever does the same at the same moment."""
	hold_turn(TURN)
	some = {name: tasks[name] for name in accounts if name in tasks}
	news = News()
	attempt_together(_changes(some, accounts), partial(_bring_in_step, news=news), _failure)
	return news


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


def _marked_todos(accounts: Sequence[str] | None) -> dict[str, list[frappe._dict]]:
	some = {} if accounts is None else {"reference_name": ("in", list(accounts))}
	rows = frappe.get_all(
		"ToDo",
		filters={"reference_type": ACCOUNT, MARK: ("is", "set"), **some},
		fields=["name", "reference_name", "allocated_to", "status", f"{MARK} as stage"],
	)
	found = defaultdict(list)
	for row in rows:
		found[row.reference_name].append(row)
	return found


def _changes(tasks: Mapping[str, Task], accounts: Sequence[str] | None = None) -> list[Change]:
	"""Accounts, all or some, whose to-dos are not what the tasks say, by name. Who closed his own is not asked again."""
	marked = _marked_todos(accounts)
	changes = []
	for account in sorted(tasks.keys() | marked.keys()):
		task, todos = tasks.get(account), marked.get(account, [])
		if not (
			task and any((todo.stage, todo.allocated_to) == (str(task.stage), task.user) for todo in todos)
		):
			changes.append(Change(account, task, todos))
	return changes


def _bring_in_step(changes: Sequence[Change], news: News) -> None:
	"""Close or pass on what the run made before, then make what is missing.

	The run acts for the system: it assigns and closes whatever its readers may do.
	"""
	ended = _end_former(changes)
	begun = _begin(changes)
	refresh_assigned(ACCOUNT, sorted({todo.reference_name for todo in ended} | {one.name for one in begun}))
	news.add(ended, begun)


def _end_former(changes: Sequence[Change]) -> list[frappe._dict]:
	ended = []
	for status, is_passed_on in (("Cancelled", True), ("Closed", False)):
		todos = [
			todo
			for change in changes
			if bool(change.task) == is_passed_on
			for todo in change.todos
			if todo.status == OPEN
		]
		end_assignments(ACCOUNT, todos, status)
		ended += todos
	if marked := [todo.name for change in changes for todo in change.todos]:
		frappe.db.set_value("ToDo", {"name": ("in", marked)}, MARK, None, update_modified=False)
	return ended


def _begin(changes: Sequence[Change]) -> list[Assignment]:
	"""Who has an open ToDo on the account already gets no second one."""
	wanted = {change.account: change.task for change in changes if change.task}
	enabled = enabled_users(task.user for task in wanted.values())
	filters = {"reference_type": ACCOUNT, "reference_name": ("in", list(wanted) or [""]), "status": OPEN}
	held = set(frappe.get_all("ToDo", filters, ["reference_name", "allocated_to"], as_list=True))
	begun = [
		Assignment(
			account, task.user, task.text, getdate(), {"priority": task.priority, MARK: str(task.stage)}
		)
		for account, task in wanted.items()
		if task.user in enabled and (account, task.user) not in held
	]
	assign_all(ACCOUNT, begun)
	return begun


def _failure(change: Change) -> str:
	return _("Collection of {0} could not be assigned").format(change.account)


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
