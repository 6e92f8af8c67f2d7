"""The cadence, every night: missed visits marked, due ones planned, untouched ones moved (R46).

Each step reads anew after it had its turn on one counter, so that two runs at the same moment plan nothing twice, and
is a transaction of its own. A second run of the same night finds nothing to write.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.lost_connections import commit_surely
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.turns import hold_turn
from kam_extension.integration.visits import account_events, visit_plans
from kam_extension.integration.visits.cadence_accounts import (
	Visited,
	executive_contacts,
	planned_visits,
	visited_accounts,
)
from kam_extension.integration.visits.holidays import Calendar
from kam_extension.integration.visits.settings import VisitSettings, visit_settings
from kam_extension.integration.visits.visit_plans import EXECUTIVE, Plan
from kam_extension.policy.cadence import (
	executive_contact_due,
	visit_day,
	working_day,
	working_day_before,
)
from kam_extension.policy.codes import VisitStatus

TURN = "Visit Cadence"
BATCH = 200


def nightly() -> None:
	"""Scheduled daily: the cadence as of today, one transaction for each step and batch."""
	if is_enabled():
		keep_cadence(getdate(), commits=True)


def keep_cadence(today: date, commits: bool = False) -> int:
	"""Bring all visits in step with the policy as of `today`; returns how many records were written."""
	settings = visit_settings()
	written = _in_turn(partial(_mark_missed, today, settings), commits)
	written += _in_turn(account_events.follow_all_accounts, commits)
	# Read once for all accounts; whatever is to be written is read anew in its turn.
	accounts = list(visited_accounts(today))
	for names in _batches(visited.account.name for visited in accounts if _is_stale(visited)):
		written += _in_turn(partial(_refresh_due_dates, today, names), commits)
	for names in _batches(dict.fromkeys(step.account for step in _steps(today, settings, accounts))):
		written += _in_turn(partial(_write_steps, today, settings, names), commits)
	return written


@dataclass(frozen=True)
class Step:
	"""Something to write about the visits of one account."""

	account: str
	write: Callable[[], object]


@dataclass(frozen=True)
class Night:
	"""What planning is told besides the accounts."""

	today: date
	settings: VisitSettings
	calendar: Calendar

	def is_free(self, account: frappe._dict) -> Callable[[date], bool]:
		return partial(self.calendar.is_free, account.account_manager, account.company)

	def arranged_from_today(self) -> date:
		"""The first day for a visit that should have been long ago."""
		return self.today + timedelta(days=self.settings.cadence.replan_days)


def _steps(
	today: date, settings: VisitSettings, accounts: Iterable[Visited], names: list[str] | None = None
) -> Iterator[Step]:
	"""What has to be written about `accounts` (their `names`, None: all), from what is planned now."""
	night = Night(today, settings, Calendar(today, settings.visits_per_day))
	planned = planned_visits(names)
	contacts = executive_contacts(today.year, names)
	for visited in accounts:
		account = visited.account
		open_visits = planned.get(account.name, [])
		contact = _executive_plan(visited, contacts.get(account.name, 0), night)
		if contact:
			open_visits = [*open_visits, _as_visit(contact)]
			yield Step(account.name, partial(visit_plans.plan_visit, contact))
		step = _regular_step(visited, open_visits, night)
		if step:
			yield step


def _executive_plan(visited: Visited, arranged: int, night: Night) -> Plan | None:
	terms = night.settings.cadence
	due = executive_contact_due(arranged, night.today, terms) if visited.is_group else None
	if due is None:
		return None
	is_free = night.is_free(visited.account)
	if due > night.today:
		day = working_day_before(due, lambda day: day < night.today or is_free(day))
	else:
		day = working_day(night.arranged_from_today(), is_free)
		if day.year > night.today.year:
			# It counts for this year, so it has to lie in it; else the next night would plan another one.
			last = date(night.today.year, 12, 31)
			day = working_day_before(last, lambda day: day < night.today or is_free(day))
	return _plan(visited, max(day, night.today), due, night, is_executive_contact=True)


def _as_visit(plan: Plan) -> frappe._dict:
	return frappe._dict(visit_type=EXECUTIVE, planned_automatically=1, visit_date=plan.day)


def _regular_step(visited: Visited, open_visits, night: Night) -> Step | None:
	due = visited.due
	counted = [visit for visit in open_visits if not _is_later_contact(visit, due)]
	if counted:
		return _following_step(visited, counted, night)
	day = visit_day(due, night.today, night.settings.cadence) if due else None
	if day is None:
		return None
	plan = _plan(visited, working_day(day, night.is_free(visited.account)), due, night)
	return Step(visited.account.name, partial(visit_plans.plan_visit, plan))


def _is_later_contact(visit, due: date | None) -> bool:
	"""An executive contact that the run planned for later on doesn't make up for the regular visit."""
	is_ours = visit.planned_automatically and visit.visit_type == EXECUTIVE
	return bool(is_ours and due and visit.visit_date > due)


def _plan(visited: Visited, day: date, due: date, night: Night, is_executive_contact: bool = False) -> Plan:
	night.calendar.take(visited.account.account_manager, day)
	return Plan(visited.account, day, due, visited.level.visitor_role, is_executive_contact)


def _following_step(visited: Visited, open_visits, night: Night) -> Step | None:
	"""A visit that the run planned and nobody touched follows the due date: after a change of tier, policy or visit."""
	[visit, *more] = open_visits
	is_ours = visit.planned_automatically and not visit.is_touched and visit.visit_type != EXECUTIVE
	if more or not is_ours or visit.due_date == visited.due:
		return None
	if visited.due is None:
		return Step(visited.account.name, partial(visit_plans.cancel_visit, visit.name))
	wanted = visited.due
	if wanted <= night.today:
		wanted = min(max(visit.visit_date, night.today), night.arranged_from_today())
	day = working_day(wanted, night.is_free(visited.account))
	night.calendar.take(visited.account.account_manager, day)
	return Step(visited.account.name, partial(visit_plans.move_visit, visit.name, day, visited.due))


def _write_steps(today: date, settings: VisitSettings, names: list[str]) -> int:
	return sum(
		attempt(step.write, _("Visit of {0} could not be planned").format(step.account))
		for step in _steps(today, settings, visited_accounts(today, names), names)
	)


def _mark_missed(today: date, settings: VisitSettings) -> int:
	missed = visit_plans.overdue_visits(today, settings.grace_days)
	count = visit_plans.end_visits((row.name for row in missed), VisitStatus.MISSED)
	attempt(partial(visit_plans.tell_of_missed, missed), _("Visitors could not be told of missed visits"))
	return count


def _is_stale(visited: Visited) -> bool:
	"""Whether a new policy or a lapsed manual tier changed the due date; saved files keep their own in step."""
	return visited.account.next_visit_due != visited.due


def _refresh_due_dates(today: date, names: list[str]) -> int:
	changed = {
		visited.account.name: {"next_visit_due": visited.due}
		for visited in visited_accounts(today, names)
		if _is_stale(visited)
	}
	if changed:
		frappe.db.bulk_update("Key Account", changed, update_modified=False)
	return len(changed)


def _in_turn(action: Callable[[], int], commits: bool) -> int:
	"""Run `action` after all who came before have committed; with `commits` as a transaction of its own."""

	def act() -> int:
		hold_turn(TURN)
		return action()

	# After a failure the next night finds the same and tries again.
	return (commit_surely(act, _("Visits could not be planned")) or 0) if commits else act()


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
	remaining = iter(names)
	while batch := list(islice(remaining, BATCH)):
		yield batch
