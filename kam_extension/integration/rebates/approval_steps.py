"""Who approved which figure of a Rebate Agreement or Rebate Request, step by step (R37, R39, R70, R75).

The approvals are rows of the document that only the server writes. They hold without any workflow: ours only leads
people to the step that is next. Rows are never removed; what no longer holds carries the time of its withdrawal.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import fmt_money, now_datetime

from kam_extension.integration.rebates.approval_terms import REQUEST
from kam_extension.integration.security.authorship import authors_of_draft
from kam_extension.integration.security.roles import require_role
from kam_extension.setup.roles import KAM_DIRECTOR, KAM_EXECUTIVE, KAM_FINANCE, KAM_MANAGER

STEPS = {
	"Rebate Agreement": (KAM_MANAGER, KAM_DIRECTOR, KAM_EXECUTIVE),
	REQUEST: (KAM_MANAGER, KAM_FINANCE, KAM_DIRECTOR, KAM_EXECUTIVE),
}


def steps_of(doctype: str) -> tuple[str, ...]:
	"""The roles that approve a document of this kind, in order; the last one submits it."""
	return STEPS[doctype]


def restore_approvals(doc) -> None:
	"""Put the stored approvals in place of whatever a request sends."""
	before = doc.get_doc_before_save()
	doc.set("approvals", [row.as_dict() for row in before.approvals] if before else [])


def standing(doc) -> dict[str, str]:
	"""The approvals that hold: role → user."""
	return {row.role: row.approved_by for row in doc.approvals if not row.withdrawn_on}


def next_step(doc) -> str | None:
	"""The first role whose approval is missing."""
	return next((role for role in steps_of(doc.doctype) if role not in standing(doc)), None)


def approve_step(doc, role: str) -> None:
	"""Record the approval of `role` by the session user; refuses authors, who approved before, and a wrong order."""
	if role in standing(doc):
		return
	require_role((role,), _("Approve {0}").format(_(doc.doctype)))
	refuse_author(doc)
	_refuse_second_approval(doc)
	refuse_missing_steps(doc, before=role)
	record_approval(doc, role)


def approve_next_step(doc) -> str | None:
	"""Approve the step that is next as the session user, the last one by submitting; returns its role."""
	doc.check_permission("write")
	role = next_step(doc)
	if role == steps_of(doc.doctype)[-1]:
		doc.submit()
	elif role:
		doc.flags.approving_for = role
		doc.save()
	return role


def record_approval(doc, role: str, amount: float | None = None) -> None:
	"""Add the row; `amount` in company currency, the request's rebate unless told otherwise."""
	doc.append(
		"approvals",
		{
			"role": role,
			"approved_by": frappe.session.user,
			"approved_on": now_datetime(),
			"amount": doc.get("total_rebate") if amount is None else amount,
			"terms": _terms_in_words(doc),
		},
	)


def withdraw(doc, roles: Iterable[str]) -> None:
	"""The approvals of `roles` hold no longer; their rows stay."""
	for row in doc.approvals:
		if row.role in set(roles) and not row.withdrawn_on:
			row.withdrawn_on = now_datetime()


def refuse_author(doc) -> None:
	"""Four eyes (R70): neither who made the document nor who changed its terms; Administrator, the system, is free."""
	user = frappe.session.user
	if user != "Administrator" and user in authors_of_draft(doc):
		frappe.throw(
			_(
				"You made this {0} or changed its figures or terms: somebody else has to verify and approve it."
			).format(_(doc.doctype)),
			frappe.PermissionError,
			title=_("Four Eyes"),
		)


def refuse_missing_steps(doc, before: str) -> None:
	"""Every step before that of `before` has to be approved; set-up scripts that run as Administrator are let through."""
	steps = steps_of(doc.doctype)
	missing = [role for role in steps[: steps.index(before)] if role not in standing(doc)]
	if missing and frappe.session.user != "Administrator":
		frappe.throw(
			_("{0} {1} still needs the approval of: {2}. Send it through the workflow in this order.").format(
				_(doc.doctype), frappe.bold(doc.name), ", ".join(_(role) for role in missing)
			),
			frappe.PermissionError,
			title=_("Not Approved"),
		)


def _refuse_second_approval(doc) -> None:
	user = frappe.session.user
	earlier = [role for role, approver in standing(doc).items() if approver == user]
	if not earlier or user == "Administrator":
		return
	message = (
		_("You verified this request. Somebody else has to approve it.")
		if KAM_FINANCE in earlier
		else _("You approved this {0} already as {1}. Somebody else has to take the next step.").format(
			_(doc.doctype), _(earlier[0])
		)
	)
	frappe.throw(message, frappe.PermissionError, title=_("Four Eyes"))


def _terms_in_words(doc) -> str:
	if doc.doctype == REQUEST:
		return fmt_money(doc.total_rebate, currency=doc.currency)
	rate = frappe.format(doc.special_rate, "Percent") if doc.special_rate else _(doc.rate_source)
	return _("{0}, {1} to {2}").format(
		rate, frappe.format(doc.valid_from, "Date"), frappe.format(doc.valid_to, "Date")
	)
