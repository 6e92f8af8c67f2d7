"""Many Tier Reviews approved or rejected at once: each by itself, and the answer says which and why not (R18, R66)."""

from collections.abc import Callable, Sequence
from functools import partial

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow, get_workflow_name
from frappe.utils import strip_html

from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, require_role

DOCTYPE = "Tier Review"
APPROVE, REJECT = "Approve", "Reject"
AT_ONCE, AT_MOST = 20, 500
ATTEMPTS = 3
SAVEPOINT = "kam_bulk_decision"
TITLE_LENGTH = 140


def decide(names: object, action: str, reason: str | None) -> dict:
	"""Approve or reject Tier Reviews for the session user; up to AT_ONCE now, more in the background.

	Returns `done` (names), `refused` (rows of `name`, `reason`) and `queued` (how many the background took on).
	Raises PermissionError below KAM Manager, ValidationError for input that is no list of names or a rejection
	without reason. Who may decide about each review is checked review by review, as on its form (R70).
	"""
	require_role(MANAGER_AND_ABOVE, _("Tier Review"))
	names = _checked_names(names)
	reason = _checked_reason(action, reason)
	if len(names) <= AT_ONCE:
		return _summary([_outcome(name, action, reason) for name in names])
	frappe.enqueue(
		decide_in_background,
		queue="long",
		names=names,
		action=action,
		reason=reason,
		decider=frappe.session.user,
	)
	return {"done": [], "refused": [], "queued": len(names)}


def decide_in_background(names: Sequence[str], action: str, reason: str | None, decider: str) -> None:
	"""Job of `decide`: one transaction a review, progress on the way, a notification at the end."""
	# A job that Frappe starts again runs as Administrator, who may approve what the decider may not.
	frappe.set_user(decider)
	outcomes = []
	for number, name in enumerate(names, 1):
		outcomes.append(_committed_outcome(partial(_outcome, name, action, reason), name))
		frappe.publish_progress(
			number * 100 / len(names),
			title=_("Deciding Tier Reviews"),
			description=_("{0} of {1} reviews").format(number, len(names)),
		)
	_notify(_summary(outcomes), action)
	frappe.db.commit()  # nosemgrep: the end of a background job


def _checked_names(names: object) -> list[str]:
	names = frappe.parse_json(names) if isinstance(names, str) else names
	if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
		frappe.throw(
			_("Names must be a list of Tier Reviews. Select at least one."), title=_("Nothing Selected")
		)
	if len(names) > AT_MOST:
		frappe.throw(
			_("{0} reviews at once are too many. Select up to {1}.").format(len(names), AT_MOST),
			title=_("Too Many Reviews"),
		)
	return list(dict.fromkeys(names))


def _checked_reason(action: str, reason: str | None) -> str | None:
	if action not in (APPROVE, REJECT):
		frappe.throw(_("Action must be Approve or Reject."), title=_("Unknown Action"))
	if action == REJECT and not (isinstance(reason, str) and reason.strip()):
		frappe.throw(
			_("Reason for the Rejection is missing: say why the proposal is not taken up."),
			title=_("Reason Missing"),
		)
	return reason.strip() if action == REJECT else None


def _outcome(name: str, action: str, reason: str | None) -> dict:
	"""`name`, and `reason` when it was refused; what a refused one wrote is undone, messages stay with the outcome."""
	messages = list(frappe.local.message_log)
	frappe.db.savepoint(SAVEPOINT)
	try:
		_decide_one(name, action, reason)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except (frappe.ValidationError, frappe.PermissionError) as error:
		frappe.db.rollback(save_point=SAVEPOINT)
		return {"name": name, "reason": strip_html(str(error)) or _("You are not permitted to do this.")}
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(f"Tier Review {name}: {action}")
		return {
			"name": name,
			"reason": _("An unexpected error. Ask the administrator to look at the Error Log."),
		}
	finally:
		frappe.local.message_log = messages
	frappe.db.release_savepoint(SAVEPOINT)
	return {"name": name, "reason": None}


def _decide_one(name: str, action: str, reason: str | None) -> None:
	review = frappe.get_doc(DOCTYPE, name)
	if action == REJECT:
		review.rejection_reason = reason
		review.save()
	if get_workflow_name(DOCTYPE):
		apply_workflow(review, action)
	elif action == APPROVE:
		review.submit()
	else:
		frappe.throw(_("This site has no active workflow for Tier Reviews, so none can be rejected."))


def _committed_outcome(attempt: Callable[[], dict], name: str) -> dict:
	for _attempt in range(ATTEMPTS):
		try:
			outcome = attempt()
			frappe.db.commit()  # nosemgrep: each review by itself, so that a killed job keeps what is done
			return outcome
		except Exception:
			frappe.db.rollback()
	frappe.log_error(f"Tier Review {name} could not be decided")
	return {"name": name, "reason": _("The database was busy. Try again.")}


def _summary(outcomes: Sequence[dict]) -> dict:
	return {
		"done": [outcome["name"] for outcome in outcomes if outcome["reason"] is None],
		"refused": [outcome for outcome in outcomes if outcome["reason"] is not None],
		"queued": 0,
	}


def _notify(summary: dict, action: str) -> None:
	subject = (
		_("Tier Reviews: {0} approved, {1} refused")
		if action == APPROVE
		else _("Tier Reviews: {0} rejected, {1} refused")
	).format(len(summary["done"]), len(summary["refused"]))
	lines = [f"{row['name']}: {row['reason']}" for row in summary["refused"]]
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"subject": subject[:TITLE_LENGTH],
			"for_user": frappe.session.user,
			"type": "Alert",
			"email_content": "<br>".join(map(frappe.utils.escape_html, lines)),
			"link": "/app/tier-review",
		}
	).insert(ignore_permissions=True)  # Everybody may be told what became of their own request.
