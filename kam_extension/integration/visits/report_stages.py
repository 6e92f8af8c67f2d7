"""The way of an account report through the house: supervisor, manager, deputy general manager (R50; S2 6.1.1).

A report moves one stage at a time, by the function here and by nothing else; who handed it over, when, and whether that
was late stays with it.
"""

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, strip_html

from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.security.roles import EXECUTIVE_ONLY, MANAGER_AND_ABOVE, has_any_role
from kam_extension.integration.visits import todos
from kam_extension.integration.visits.report_figures import FIGURES, report_figures
from kam_extension.policy.codes import ReportStage
from kam_extension.setup.roles import KAM_EXECUTIVE, KAM_MANAGER, KAM_USER

DOCTYPE = "Key Account Report"
STAGES = list(ReportStage)
# By when a report has to reach a stage.
DUE = {
	ReportStage.WITH_SUPERVISOR: "due_supervisor",
	ReportStage.WITH_MANAGER: "due_manager",
	ReportStage.WITH_DEPUTY: "due_deputy",
}
# Who may hand it on from a stage, besides the account manager at the first two.
_HOLDERS = {
	ReportStage.DRAFT: (KAM_USER, *MANAGER_AND_ABOVE),
	ReportStage.WITH_SUPERVISOR: MANAGER_AND_ABOVE,
	ReportStage.WITH_MANAGER: MANAGER_AND_ABOVE,
	ReportStage.WITH_DEPUTY: EXECUTIVE_ONLY,
}
_OF_ACCOUNT_MANAGER = (ReportStage.DRAFT, ReportStage.WITH_SUPERVISOR)


@frappe.whitelist(methods=["POST"])
def hand_over(report: str) -> str:
	"""Hand a report on to its next reader; returns the stage that it has reached.

	Raises frappe.PermissionError for who doesn't hold it, and frappe.ValidationError where nothing is written yet or
	it was read already.
	"""
	document = frappe.get_doc(DOCTYPE, report, for_update=True)
	document.check_permission("write")
	_check_holder(document)
	_check_written(document)
	if document.status == ReportStage.DRAFT:
		refresh_figures(document)
	stage = STAGES[STAGES.index(document.status) + 1]
	document.append("steps", _step(document, stage))
	document.status = stage
	document.flags.kam_system = True
	document.save()
	assign_holder(document)
	return str(stage)


def may_hand_over(document) -> bool:
	"""Whether the session's user holds the report at its stage."""
	if document.status == ReportStage.READ:
		return False
	is_manager = frappe.session.user == document.account_manager and document.status in _OF_ACCOUNT_MANAGER
	return is_manager or has_any_role(_HOLDERS[ReportStage(document.status)])


def refresh_figures(document) -> None:
	"""Measure the period anew; for the document at hand, which is not saved."""
	accounts = {document.customer: document.key_account}
	figures = report_figures(
		document.company, getdate(document.period_start), getdate(document.period_end), accounts
	)
	document.update({field: figures[document.key_account][field] for field in FIGURES})


def _check_holder(document) -> None:
	if document.status == ReportStage.READ:
		frappe.throw(_("This report was read by all who have to read it."), title=_("Hand Over"))
	if not may_hand_over(document):
		frappe.throw(
			_("The report is {0} now. Only whoever has it may hand it over.").format(
				frappe.bold(_(document.status, context=DOCTYPE))
			),
			frappe.PermissionError,
			title=_("Hand Over"),
		)


def _check_written(document) -> None:
	if not strip_html(document.summary or "").strip():
		frappe.throw(
			_("Summary is missing: write what happened in the period, then hand the report over."),
			frappe.MandatoryError,
			title=_("Summary"),
		)


def _step(document, stage: ReportStage) -> dict:
	due = document.get(DUE[stage]) if stage in DUE else None
	return {
		"stage": str(stage),
		"handed_over_by": frappe.session.user,
		"handed_over_on": now_datetime(),
		"due_date": due,
		"is_late": int(bool(due) and getdate() > getdate(due)),
	}


def readers(document) -> list[str]:
	"""Who has the report at its stage."""
	stage = document.status
	if stage in _OF_ACCOUNT_MANAGER:
		return [document.account_manager]
	if stage == ReportStage.WITH_MANAGER:
		return users_with_role(KAM_MANAGER)
	sponsor = frappe.db.get_value("Key Account", document.key_account, "executive_sponsor")
	if sponsor and KAM_EXECUTIVE in frappe.get_roles(sponsor):
		return [sponsor]
	return users_with_role(KAM_EXECUTIVE)


def assign_holder(document) -> None:
	"""A to-do for a single reader; where several have the role they are told, and whoever is first does it."""
	todos.end_all(DOCTYPE, [document.name], todos.CLOSED)
	if document.status == ReportStage.READ:
		return
	found = readers(document)
	text = report_text(document, found[0] if found else None)
	if len(found) == 1:
		due = document.get(next_due(document))
		# Drafts come in numbers at month's end: they show in to-dos and are reminded of before they are due.
		is_told = document.status != ReportStage.DRAFT
		todos.assign(document, found[0], text, due, document.name, notifies=is_told)
	else:
		notify(found, document, text, text)


def report_text(document, user: str | None) -> str:
	"""What the reader is told, in the reader's language."""
	language = frappe.get_cached_value("User", user, "language") if user else None
	return _("Account report of {0} up to {1}", lang=language).format(
		frappe.utils.escape_html(document.customer_name or document.key_account),
		frappe.utils.formatdate(document.period_end),
	)


def next_due(document) -> str:
	"""The field with the day by which whoever has a report (document or row) hands it on."""
	position = STAGES.index(document.status) + 1
	return DUE.get(STAGES[position], "due_deputy")
