"""Our workflows and the recorded approvals of rebate documents, kept in step (R39, R70).

A site may replace a workflow by its own. What guards a document are its recorded approvals, which know no states; only
here are states read, and only those that our own workflows declare.
"""

import frappe
from frappe import _

from kam_extension.integration.rebates.approval_steps import next_step, standing, steps_of
from kam_extension.setup.roles import KAM_FINANCE
from kam_extension.setup.workflows import APPROVE, DRAFT, REJECTED, STATE_FIELD, WORKFLOWS

_DECLARED = {declaration.document_type: declaration for declaration in WORKFLOWS}


def role_of_step_taken(doc) -> str | None:
	"""The role for which the session user approves by this save: asked for, or by the step of the workflow."""
	if doc.flags.approving_for:
		return doc.flags.pop("approving_for")
	role = _approvals(doc.doctype).get(_states(doc))
	return role if role and doc.docstatus.is_draft() and role in frappe.get_roles() else None


def is_sent_back(doc) -> bool:
	"""Whether this save rejects the document or takes it back to the beginning."""
	before, after = _states(doc)
	return before != after and after in (DRAFT, REJECTED)


def lead_to_next_step(doc) -> None:
	"""On update of a draft: no further than the first missing approval, and past those that still hold (R75).

	Runs after Frappe has checked the step, because going back is no step of the workflow.
	"""
	before, after = _states(doc)
	waiting = _waiting_states(doc.doctype)
	if after not in waiting or doc.meta.get_workflow() != _DECLARED[doc.doctype].name:
		return
	first_missing = list(waiting.values()).index(next_step(doc))
	place = min(list(waiting).index(after), first_missing)
	if before != after:
		place = _past_those_that_hold(doc, place)
	state = list(waiting)[place]
	if state != after:
		doc.db_set(STATE_FIELD, state, update_modified=False)
		frappe.msgprint(
			_("{0} {1} waits in state {2} now.").format(_(doc.doctype), frappe.bold(doc.name), _(state)),
			alert=True,
		)


def _past_those_that_hold(doc, place: int) -> int:
	"""Finance is always asked: the figure that it verified is in its own hands."""
	roles, hold = steps_of(doc.doctype), standing(doc)
	while place < len(roles) - 1 and roles[place] in hold and roles[place] != KAM_FINANCE:
		place += 1
	return place


def _states(doc) -> tuple[str, str]:
	before = doc.get_doc_before_save()
	first = next(iter(_waiting_states(doc.doctype)))
	return (before.get(STATE_FIELD) if before else None) or first, doc.get(STATE_FIELD) or first


def _approvals(doctype: str) -> dict[tuple[str, str], str]:
	steps = _DECLARED[doctype].steps
	return {(step.state, step.next_state): step.roles[0] for step in steps if step.action == APPROVE}


def _waiting_states(doctype: str) -> dict[str, str]:
	"""State → the role that is asked in it, in order."""
	return {state: role for (state, _next), role in _approvals(doctype).items()}
