"""Overdue actions and needs, every night: first the responsible, then the account manager, then KAM Managers (R48)."""

from collections.abc import Iterable
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, formatdate, getdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.turns import hold_turn
from kam_extension.integration.visits.follow_ups import TABLES, VISIT, Table
from kam_extension.integration.visits.settings import VisitSettings, visit_settings
from kam_extension.policy.codes import VisitStatus
from kam_extension.policy.escalation import ACCOUNT_MANAGER, KAM_MANAGERS, RESPONSIBLE, escalation_level
from kam_extension.setup.roles import KAM_MANAGER

TURN = "Visit Follow-up"


def nightly() -> None:
	"""Scheduled daily: as of today, each row once for each level; one transaction."""
	if not is_enabled():
		return
	frappe.db.commit()
	hold_turn(TURN)
	escalate(getdate())
	frappe.db.commit()


def escalate(today: date) -> int:
	"""Tell who has to know by now and doesn't yet; returns how many rows went up a level."""
	settings = visit_settings()
	managers = users_with_role(KAM_MANAGER)
	told = 0
	for table in TABLES:
		for row in overdue_rows(table, today):
			level = _level(row, today, settings)
			if level > row.escalation_level:
				told += attempt(
					partial(_tell, table, row, level, managers),
					_("Overdue follow-up of {0} could not be escalated").format(row.visit),
				)
	return told


def overdue_rows(table: Table, today: date) -> Iterable[frappe._dict]:
	"""Open rows whose due date has passed, with their visit and account; one query."""
	row, visit, account = DocType(table.doctype), DocType(VISIT), DocType("Key Account")
	return (
		frappe.qb.from_(row)
		.join(visit)
		.on(visit.name == row.parent)
		.join(account)
		.on(account.name == visit.key_account)
		.select(
			row.name,
			row.responsible,
			row.due_date,
			row.escalation_level,
			row[table.text].as_("text"),
			visit.name.as_("visit"),
			visit.customer_name,
			account.account_manager,
		)
		.where((row.due_date < today) & row.status.notin(list(table.ended)))
		.where(visit.status != VisitStatus.CANCELLED)
		.orderby(row.due_date)
	).run(as_dict=True)


def _level(row, today: date, settings: VisitSettings) -> int:
	return escalation_level(
		row.due_date, today, settings.follow_up_manager_days, settings.follow_up_kam_manager_days
	)


def _tell(table: Table, row, level: int, kam_managers: list[str]) -> None:
	"""Everybody up to the level is told, whoever was told of an earlier one too; nobody twice."""
	users = {row.responsible} if level >= RESPONSIBLE else set()
	if level >= ACCOUNT_MANAGER:
		users.add(row.account_manager)
	if level >= KAM_MANAGERS:
		users.update(kam_managers)
	document = frappe._dict(doctype=VISIT, name=row.visit)
	for user in sorted(users - {None, ""}):
		language = frappe.get_cached_value("User", user, "language")
		subject = _("Overdue since {0}: {1} ({2})", lang=language).format(
			formatdate(row.due_date), escape_html(row.text), escape_html(row.customer_name or "")
		)
		notify([user], document, subject, row.text)
	frappe.db.set_value(table.doctype, row.name, "escalation_level", level, update_modified=False)
