"""Who may approve a Price Exception, and who is told that it waits (R27)."""

import frappe
from frappe import _

from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.policies.policies import policy_in_force, terms_of
from kam_extension.integration.security.authorship import PRICED_BY, authors_of
from kam_extension.policy.authority import approving_roles
from kam_extension.policy.codes import Action, Rule
from kam_extension.policy.money import decimal
from kam_extension.policy.verdict import Violation

WAITING = "Pending Approval"
REJECTED = "Rejected"


def check_approval(exception) -> None:
	"""Refuse an approval by the requester, by an author of either document, or beyond the approver's authority."""
	_refuse_rejected(exception)
	user = frappe.session.user
	if user in _involved(exception):
		frappe.throw(
			_(
				"You asked for this exception or made the document behind it. Somebody else has to approve it."
			),
			frappe.PermissionError,
			title=_("Four Eyes"),
		)
	roles = roles_for(exception)
	if not set(roles) & set(frappe.get_roles(user)):
		frappe.throw(
			_("This exception is beyond your authority. It can be approved by: {0}.").format(
				", ".join(_(role) for role in roles) or _("nobody under this policy")
			),
			frappe.PermissionError,
			title=_("Authority Exceeded"),
		)


def check_change(exception) -> None:
	"""What waits stays as the approvers read it: only they may still change the date or the reason."""
	before = exception.get_doc_before_save()
	if before is None or _state(before) != WAITING or not exception.meta.has_field("workflow_state"):
		return
	is_changed = any(exception.has_value_changed(field) for field in ("valid_until", "reason"))
	user = frappe.session.user
	may_decide = user != exception.requested_by and set(roles_for(exception)) & set(frappe.get_roles(user))
	if is_changed and not may_decide:
		frappe.throw(
			_(
				"This request waits for approval and can't be changed. Have it rejected first, then revise it."
			),
			frappe.PermissionError,
			title=_("Waits for Approval"),
		)


def _refuse_rejected(exception) -> None:
	if _state(exception.get_doc_before_save()) == REJECTED:
		frappe.throw(
			_("This request was rejected. Revise it before it is approved."), title=_("Request Rejected")
		)


def roles_for(exception) -> list[str]:
	"""Roles that may approve it today, the lowest first: limits are those of the policy in force (R13)."""
	terms = policy_in_force(exception.company) or terms_of(frappe.get_doc("KAM Policy", exception.policy))
	violations = [
		Violation(
			rule=Rule(row.rule),
			reason=row.reason_code,
			action=Action.BLOCK,
			points=decimal(row.excess_points),
			item_code=row.item_code,
		)
		for row in exception.violations
	]
	return approving_roles(violations, terms.authorities)


def tell_people(exception) -> None:
	"""Tell the approvers when a request begins to wait, and the requester when it was decided."""
	before = exception.get_doc_before_save()
	if exception.docstatus.is_submitted():
		if not before or before.docstatus.is_draft():
			_tell(exception, [exception.requested_by], _("Price Exception {0} for {1} was approved."))
	elif exception.docstatus.is_draft() and _state(before) != _state(exception):
		_tell_of_state(exception)


def _tell_of_state(exception) -> None:
	if _state(exception) == REJECTED:
		_tell(exception, [exception.requested_by], _("Price Exception {0} for {1} was rejected."))
	elif _state(exception) == WAITING:
		_tell(exception, _approvers(exception), _("Price Exception {0} for {1} waits for your approval."))


def _state(exception) -> str | None:
	"""A site without a workflow has no states: there a request waits as soon as it is saved."""
	if exception is None:
		return None
	return exception.get("workflow_state") if exception.meta.has_field("workflow_state") else WAITING


def _approvers(exception) -> list[str]:
	"""Users of the lowest role that covers it and has somebody left who is not involved."""
	involved = _involved(exception)
	for role in roles_for(exception):
		users = [user for user in users_with_role(role) if user not in involved]
		if users:
			return users
	return []


def _involved(exception) -> set[str]:
	authors = authors_of(exception.reference_doctype, exception.reference_name, PRICED_BY)
	return authors | {exception.requested_by, exception.owner}


def _tell(exception, users: list[str], sentence: str) -> None:
	subject = sentence.format(frappe.bold(exception.name), frappe.bold(exception.customer_name))
	notify(users, exception, subject, exception.reason)
