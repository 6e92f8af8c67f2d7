"""Accountability: facts, hearing, approval; nothing of it is undone afterwards (R80; S0 articles 10 and 11).

A manager or above writes a case down, the person concerned is heard, an executive who didn't write it approves or
rejects. An approved case stays as it is; a measure may be revoked, which leaves the record.
"""

import frappe
from frappe import _
from frappe.utils import getdate, strip_html

from kam_extension.integration.risk.case_notices import tell_decision, tell_hearing
from kam_extension.integration.security.authorship import authors_of_draft, note_author
from kam_extension.integration.security.roles import EXECUTIVE_ONLY, MANAGER_AND_ABOVE, require_role
from kam_extension.policy.codes import CaseStatus

__all__ = (
	"check_approval",
	"check_case",
	"check_trash",
	"check_unchecked_submit",
	"give_statement",
	"keep_server_fields",
	"note_decision",
	"open_hearing",
	"refuse_undoing",
	"reject",
	"revoke",
	"tell_decision",
)
CASE = "Accountability Case"
SERVER_FIELDS = (
	"status", "hearing_opened_on", "heard_on", "heard_by", "statement", "approved_by", "approved_on",
	"rejection_reason", "revocation_reason",
)  # fmt: skip
MEASURES = ("measure_warning", "measure_criticism", "measure_no_awards", "measure_other")
_TERMS = (
	"key_account", "reference_doctype", "reference_name", "person_concerned", "responsible_unit", "violation", "facts",
	*MEASURES,
)  # fmt: skip
_ACCOUNT_FIELD = {"Risk Report": "key_account", "Visit Log": "key_account", "Issue": "kam_key_account"}


def keep_server_fields(case) -> None:
	"""What follows from methods is as it was, whatever a request sends; the terms stand once the person is heard."""
	note_author(case, case_terms)
	before = case.get_doc_before_save()
	for field in SERVER_FIELDS:
		case.set(field, before.get(field) if before else None)
	if not before:
		case.status = str(CaseStatus.DRAFT)
	elif before.heard_on and case_terms(before) != case_terms(case):
		frappe.throw(
			_(
				"The person concerned has been heard about these facts and measures. Make a new case for others."
			),
			frappe.PermissionError,
			title=_(CASE),
		)


def case_terms(case) -> tuple:
	return tuple(case.get(field) or None for field in _TERMS)


def check_case(case) -> None:
	"""Facts, a measure, and a reason that is about this account."""
	if not strip_html(case.facts or "").strip():
		frappe.throw(
			_("Facts are missing: say what happened and when."), frappe.MandatoryError, title=_("Facts")
		)
	if not any(case.get(field) for field in MEASURES):
		frappe.throw(_("Proposed Measure: choose at least one measure."), title=_("Proposed Measure"))
	if getdate(case.case_date) > getdate():
		frappe.throw(_("Case Date can't lie in the future."), title=_("Case Date"))
	_check_reference(case)


def _check_reference(case) -> None:
	if not case.reference_doctype:
		case.reference_name = None
		return
	field = _ACCOUNT_FIELD[case.reference_doctype]
	if frappe.db.get_value(case.reference_doctype, case.reference_name, field) != case.key_account:
		frappe.throw(
			_("{0} {1} is not about this key account. Choose another document.").format(
				_(case.reference_doctype), frappe.bold(case.reference_name)
			),
			title=_("Document"),
		)


def open_hearing(case) -> None:
	"""Put the case to the person concerned, who may read it from now on and is asked for a statement."""
	require_role(MANAGER_AND_ABOVE, _("Open Hearing"))
	_refuse_unless(case, CaseStatus.DRAFT)
	case.db_set({"status": str(CaseStatus.HEARING), "hearing_opened_on": getdate()})
	# Who is concerned may read the case without any role; only this document, and nothing but read.
	frappe.share.add_docshare(CASE, case.name, case.person_concerned, flags={"ignore_share_permission": True})
	tell_hearing(case)


def give_statement(case, statement: str) -> None:
	"""Enter the statement: the person concerned, or a manager and above who writes down what was said."""
	if frappe.session.user != case.person_concerned:
		require_role(MANAGER_AND_ABOVE, _("Statement of the Person Concerned"))
	_refuse_unless(case, CaseStatus.HEARING)
	if not (statement or "").strip():
		frappe.throw(
			_("Statement is missing. Where nothing is to be said, say so."),
			frappe.MandatoryError,
			title=_("Statement of the Person Concerned"),
		)
	case.db_set(
		{
			"status": str(CaseStatus.HEARD),
			"statement": statement.strip(),
			"heard_on": getdate(),
			"heard_by": frappe.session.user,
		}
	)


def check_approval(case) -> None:
	"""Before submit: by an executive who neither wrote the case nor is concerned, after the hearing."""
	_require_decider(case)
	stored = frappe.db.get_value(CASE, case.name, ("status", "heard_on"), as_dict=True, for_update=True)
	if not stored or not stored.heard_on or stored.status != CaseStatus.HEARD:
		frappe.throw(
			_("The person concerned has not been heard. Open the hearing and enter the statement first."),
			title=_("Hearing"),
		)


def check_unchecked_submit(case) -> None:
	"""A submit that skips validation comes here all the same (R70)."""
	if case.flags.kam_checked:
		return
	frappe.throw(_("Submit the case by its form."), frappe.PermissionError, title=_(CASE))


def note_decision(case) -> None:
	case.status = str(CaseStatus.APPROVED)
	case.approved_by, case.approved_on = frappe.session.user, getdate()


def reject(case, reason: str) -> None:
	"""Decide that nobody answers for it; the case stays as a draft that is decided."""
	_require_decider(case)
	_refuse_unless(case, CaseStatus.HEARD)
	_require_reason(reason, _("Reason for Rejecting"))
	case.db_set(_decision(CaseStatus.REJECTED) | {"rejection_reason": reason.strip()})
	tell_decision(case)


def revoke(case, reason: str) -> None:
	"""Take the measure of an approved case back; facts, statement and approval stay on record."""
	_require_decider(case)
	_refuse_unless(case, CaseStatus.APPROVED)
	_require_reason(reason, _("Reason for Revoking"))
	case.db_set({"status": str(CaseStatus.REVOKED), "revocation_reason": reason.strip()})
	tell_decision(case)


def refuse_undoing(case) -> None:
	frappe.throw(
		_("An approved case stays on record. Revoke its measure instead."),
		frappe.PermissionError,
		title=_(CASE),
	)


def check_trash(case) -> None:
	"""Only a draft that was never put to anybody may go."""
	if case.docstatus or case.status != CaseStatus.DRAFT:
		refuse_undoing(case)


def _decision(status: CaseStatus) -> dict:
	return {"status": str(status), "approved_by": frappe.session.user, "approved_on": getdate()}


def _require_decider(case) -> None:
	require_role(EXECUTIVE_ONLY, _(CASE))
	user = frappe.session.user
	if user == "Administrator" or user not in {*authors_of_draft(case), case.person_concerned}:
		return
	frappe.throw(
		_("You wrote this case or are concerned by it. Another executive has to decide it."),
		frappe.PermissionError,
		title=_("Four Eyes"),
	)


def _refuse_unless(case, status: CaseStatus) -> None:
	if case.status != status:
		frappe.throw(
			_("{0} is {1}: this can't be done any more, or not yet.").format(
				case.name, _(case.status, context=CASE)
			),
			title=_(CASE),
		)


def _require_reason(reason: str, label: str) -> None:
	if not (reason or "").strip():
		frappe.throw(_("{0} is missing.").format(label), frappe.MandatoryError, title=label)
