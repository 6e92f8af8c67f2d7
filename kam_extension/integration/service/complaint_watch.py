"""Escalates complaints of key accounts that are late: first response, plan, resolution (R51)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, getdate, now_datetime

from kam_extension.integration.attempts import attempt
from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.service.complaint_figures import counts_as_complaint
from kam_extension.integration.service.complaints import SOLVED
from kam_extension.policy.codes import Escalation
from kam_extension.setup.roles import KAM_MANAGER

_WEIGHT = {str(level): weight for weight, level in enumerate(Escalation, 1)}


def hourly() -> None:
	"""Scheduled hourly: tell who has to know, once for each step that a complaint is late with."""
	if not is_enabled():
		return
	managers = users_with_role(KAM_MANAGER)
	for row in late_complaints():
		attempt(lambda row=row: escalate(row, managers), _("{0} could not be escalated").format(row.name))
		frappe.db.commit()


def late_complaints() -> list[frappe._dict]:
	"""Open complaints that are later than was told already, with the level they have reached as `level`."""
	issue, account = DocType("Issue"), DocType("Key Account")
	now = now_datetime()
	no_answer = issue.first_responded_on.isnull() & (issue.response_by < now)
	is_late = no_answer | (issue.sla_resolution_by < now) | (issue.kam_plan_due < now.date())
	rows = (
		frappe.qb.from_(issue)
		.join(account)
		.on(account.name == issue.kam_key_account)
		.select(
			issue.name,
			issue.subject,
			issue.customer_name,
			issue.kam_responsible,
			issue.kam_escalation,
			issue.sla_resolution_by,
			issue.kam_plan_due,
			account.account_manager,
		)
		.where(issue.status.notin(SOLVED) & counts_as_complaint(issue) & is_late)
		.orderby(issue.name)
	).run(as_dict=True)
	for row in rows:
		row.level = level_of(row)
	return [row for row in rows if _WEIGHT[row.level] > _WEIGHT.get(row.kam_escalation, 0)]


def level_of(row: frappe._dict) -> str:
	"""The weightiest thing that a late complaint is late with."""
	if row.sla_resolution_by and row.sla_resolution_by < now_datetime():
		return Escalation.RESOLUTION.value
	if row.kam_plan_due and row.kam_plan_due < getdate():
		return Escalation.PLAN.value
	return Escalation.RESPONSE.value


def escalate(row: frappe._dict, managers: Iterable[str]) -> None:
	"""Note the level and tell the responsible person and the account manager; the managers from the plan on."""
	told = frappe.db.get_value("Issue", row.name, "kam_escalation", for_update=True)
	if told == row.level:
		return
	frappe.db.set_value("Issue", row.name, "kam_escalation", row.level, update_modified=False)
	people = {row.kam_responsible, row.account_manager}
	if row.level != Escalation.RESPONSE:
		people |= set(managers)
	subject = _("{0}: complaint {1} of {2}").format(
		_(row.level, context="Issue"), frappe.bold(row.name), escape_html(row.customer_name or "")
	)
	notify(sorted(people - {None, ""}), frappe._dict(doctype="Issue", name=row.name), subject, row.subject)
