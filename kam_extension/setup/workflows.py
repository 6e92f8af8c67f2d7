"""Approval workflows as data: seeded once, never overwritten (R2), removed on uninstall.

A workflow leads people through an approval; the right to approve is enforced in the documents themselves (R70).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import frappe

from kam_extension.setup.record import read_record, write_record
from kam_extension.setup.roles import KAM_DIRECTOR, KAM_EXECUTIVE, KAM_FINANCE, KAM_MANAGER, KAM_USER

STATE_FIELD = "workflow_state"
ANYBODY = "All"

DRAFT = "Draft"
APPROVED = "Approved"
REJECTED = "Rejected"
CANCELLED = "Cancelled"

REQUEST = "Request Approval"
APPROVE = "Approve"
REJECT = "Reject"
REVISE = "Revise"
CANCEL = "Cancel"

SAVED, SUBMITTED, VOID = "0", "1", "2"
STATE_STYLES = {
	DRAFT: "",
	APPROVED: "Success",
	REJECTED: "Danger",
	CANCELLED: "Inverse",
	"Pending Approval": "Warning",
	"Manager Approved": "Info",
	"Director Approved": "Info",
	"Pending Finance": "Warning",
	"Pending Director": "Warning",
	"Pending Executive": "Warning",
}

_APPROVERS = (KAM_MANAGER, KAM_DIRECTOR, KAM_EXECUTIVE)
_WRITERS = (KAM_USER, *_APPROVERS)
_RECORD_KEY = "created_workflow_masters"


@dataclass(frozen=True)
class State:
	"""A state, the document status it stands for, and who may edit the document in it."""

	state: str
	doc_status: str
	allow_edit: str


@dataclass(frozen=True)
class Step:
	"""Each of `roles` may lead a document from `state` to `next_state`; an approval is never one's own."""

	state: str
	action: str
	next_state: str
	roles: tuple[str, ...]
	own: bool = False


@dataclass(frozen=True)
class Declaration:
	"""One workflow. `states` in order, the first is where a new document begins."""

	document_type: str
	states: tuple[State, ...]
	steps: tuple[Step, ...]

	@property
	def name(self) -> str:
		return f"KAM {self.document_type}"


def _approval_chain(
	document_type: str, stages: tuple[tuple[str, str], ...], cancelled_by: tuple[str, ...]
) -> Declaration:
	"""Draft, then each stage's role approves it on to the next state, the last one submits it.

	`stages`: pairs of the state in which the document waits and the role that decides it there.
	"""
	waiting = [state for state, role in stages]
	states = tuple(State(state, SAVED, role if state != DRAFT else ANYBODY) for state, role in stages)
	steps = []
	for (state, role), next_state in zip(stages, [*waiting[1:], APPROVED], strict=True):
		steps.append(Step(state, APPROVE, next_state, (role,)))
		steps.append(Step(state, REJECT, REJECTED, (role,)))
	return Declaration(
		document_type,
		states + _ending_states(stages[-1][1]),
		(*steps, *_ending_steps(cancelled_by)),
	)


def _ending_states(approver: str) -> tuple[State, ...]:
	return (
		State(APPROVED, SUBMITTED, approver),
		State(REJECTED, SAVED, ANYBODY),
		State(CANCELLED, VOID, approver),
	)


def _ending_steps(cancelled_by: tuple[str, ...]) -> tuple[Step, ...]:
	return (
		Step(REJECTED, REVISE, DRAFT, _WRITERS, own=True),
		Step(APPROVED, CANCEL, CANCELLED, cancelled_by, own=True),
	)


WORKFLOWS = (
	Declaration(
		"Price Exception",
		(
			State(DRAFT, SAVED, ANYBODY),
			State("Pending Approval", SAVED, ANYBODY),
			*_ending_states(KAM_EXECUTIVE),
		),
		(
			Step(DRAFT, REQUEST, "Pending Approval", _WRITERS, own=True),
			Step("Pending Approval", APPROVE, APPROVED, _APPROVERS),
			Step("Pending Approval", REJECT, REJECTED, _APPROVERS),
			*_ending_steps(_APPROVERS),
		),
	),
	Declaration(
		"Tier Review",
		(State(DRAFT, SAVED, ANYBODY), *_ending_states(KAM_DIRECTOR)),
		(
			Step(DRAFT, APPROVE, APPROVED, _APPROVERS),
			Step(DRAFT, REJECT, REJECTED, _APPROVERS),
			Step(REJECTED, REVISE, DRAFT, _APPROVERS, own=True),
			Step(APPROVED, CANCEL, CANCELLED, (KAM_DIRECTOR, KAM_EXECUTIVE), own=True),
		),
	),
	_approval_chain(
		"Rebate Agreement",
		((DRAFT, KAM_MANAGER), ("Manager Approved", KAM_DIRECTOR), ("Director Approved", KAM_EXECUTIVE)),
		(KAM_EXECUTIVE,),
	),
	_approval_chain(
		"Rebate Request",
		(
			(DRAFT, KAM_MANAGER),
			("Pending Finance", KAM_FINANCE),
			("Pending Director", KAM_DIRECTOR),
			("Pending Executive", KAM_EXECUTIVE),
		),
		(KAM_FINANCE, KAM_EXECUTIVE),
	),
)


def seed_workflows() -> None:
	"""Create what is missing; a DocType that has a workflow already, ours or the site's, keeps it."""
	for declaration in WORKFLOWS:
		if not frappe.db.exists("Workflow", {"document_type": declaration.document_type}):
			_create_masters(declaration)
			_create_workflow(declaration)


def remove_workflows(doctypes: Iterable[str]) -> None:
	"""Remove all workflows of `doctypes`, what waits in them, and masters that we made and nobody else uses."""
	names = frappe.get_all("Workflow", filters={"document_type": ("in", list(doctypes))}, pluck="name")
	for name in names:
		frappe.delete_doc("Workflow", name, force=True, delete_permanently=True)
	_remove_pending_actions(list(doctypes))
	_remove_masters("Workflow State", ("Workflow Document State", "state"), ("Workflow Transition", "state"))
	_remove_masters("Workflow Action Master", ("Workflow Transition", "action"))


def _create_masters(declaration: Declaration) -> None:
	for state in declaration.states:
		_create_master(
			"Workflow State", state.state, workflow_state_name=state.state, style=STATE_STYLES[state.state]
		)
	for step in declaration.steps:
		_create_master("Workflow Action Master", step.action, workflow_action_name=step.action)


def _create_master(doctype: str, name: str, **values) -> None:
	if frappe.db.exists(doctype, name):
		return
	frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
	created = read_record(_RECORD_KEY, {})
	write_record(_RECORD_KEY, created | {doctype: [*created.get(doctype, []), name]})


def _create_workflow(declaration: Declaration) -> None:
	workflow = frappe.new_doc("Workflow")
	workflow.update(
		{
			"workflow_name": declaration.name,
			"document_type": declaration.document_type,
			"workflow_state_field": STATE_FIELD,
			"is_active": 1,
			"send_email_alert": 0,
		}
	)
	for state in declaration.states:
		workflow.append(
			"states",
			{"state": state.state, "doc_status": state.doc_status, "allow_edit": state.allow_edit},
		)
	for step in declaration.steps:
		for role in step.roles:
			workflow.append("transitions", _transition(step, role))
	workflow.insert(ignore_permissions=True)


def _transition(step: Step, role: str) -> dict:
	return {
		"state": step.state,
		"action": step.action,
		"next_state": step.next_state,
		"allowed": role,
		"allow_self_approval": int(step.own),
	}


def _remove_pending_actions(doctypes: list[str]) -> None:
	waiting = frappe.get_all("Workflow Action", filters={"reference_doctype": ("in", doctypes)}, pluck="name")
	frappe.db.delete("Workflow Action Permitted Role", {"parent": ("in", waiting)})
	frappe.db.delete("Workflow Action", {"name": ("in", waiting)})


def _remove_masters(doctype: str, *used_in: tuple[str, str]) -> None:
	used = {value for child, field in used_in for value in frappe.get_all(child, pluck=field)}
	for name in read_record(_RECORD_KEY, {}).get(doctype, []):
		if name not in used:
			frappe.delete_doc(doctype, name, force=True, ignore_missing=True, delete_permanently=True)
