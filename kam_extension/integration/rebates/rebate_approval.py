"""Who may verify and approve a Rebate Request: manager, finance, director and executive, never one's own (R39,
R70; S4 2.2), and only those whose figure got worse are asked again (R75)."""

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, now_datetime

from kam_extension.integration.rebates.approval_steps import (
	approve_step,
	record_approval,
	refuse_author,
	restore_approvals,
	steps_of,
	withdraw,
)
from kam_extension.integration.rebates.approval_terms import got_worse, terms_of
from kam_extension.integration.rebates.approval_workflow import (
	is_sent_back,
	lead_to_next_step,
	role_of_step_taken,
)
from kam_extension.integration.rebates.rebate_requests import rows_signature
from kam_extension.integration.rebates.settlement.settlement_plan import decisions_of, is_decided
from kam_extension.integration.security.authorship import note_author
from kam_extension.integration.security.roles import EXECUTIVE_ONLY, has_any_role, require_role
from kam_extension.setup.roles import KAM_EXECUTIVE, KAM_FINANCE

REQUEST_STATUS = {"Draft": "Draft", "Rejected": "Rejected"}


def note_authors(request) -> None:
	"""Remember who changed figures or terms. Before the rows are refreshed: what the ledger changes has no author."""
	note_author(request, terms_of)


def keep_approvals(request) -> None:
	"""Bring verification and approvals of a request in line with its rows; nothing of them is the client's."""
	restore_approvals(request)
	before = request.get_doc_before_save()
	if before and got_worse(before, request):
		withdraw(request, [role for role in steps_of(request.doctype) if role != KAM_FINANCE])
	_keep_verification(request, before)
	if is_sent_back(request):
		withdraw(request, steps_of(request.doctype))
		_clear(request)
	role = role_of_step_taken(request)
	if role:
		approve_as(request, role)


def approve_as(request, role: str) -> None:
	"""Record the approval of `role` by the session user; finance approves by verifying."""
	if role == KAM_FINANCE:
		_check_verified(request)
	approve_step(request, role)


def check_approval(request) -> None:
	"""Refuse the submit unless an executive approves what manager, finance and director approved before."""
	require_role(EXECUTIVE_ONLY, request.doctype)
	refuse_author(request)
	_check_verified(request)
	if not is_decided(request):
		frappe.throw(
			_(
				"Total Rebate is {0}: there is nothing to settle. What the customer owes back is carried forward and "
				"netted in the next request, unless Negative Balance Action says otherwise."
			).format(fmt_money(request.total_rebate, currency=request.currency)),
			title=_("Nothing to Settle"),
		)
	approve_step(request, KAM_EXECUTIVE)


def follow_workflow(request) -> None:
	"""On update: a draft waits where the first approval is missing, and its status says so."""
	if not request.docstatus.is_draft():
		return
	lead_to_next_step(request)
	if request.status != draft_status(request):
		request.db_set("status", draft_status(request), update_modified=False)


def draft_status(request) -> str:
	"""Status of a request that is not submitted, from its place in the workflow."""
	return REQUEST_STATUS.get(request.get("workflow_state") or "Draft", "Pending")


def _keep_verification(request, before) -> None:
	"""Only finance sets the verified figure; who and when are the server's; a change of the rows clears it."""
	if before is None:
		_clear(request)
		return
	changed = flt(request.verified_collected) != flt(before.verified_collected)
	if request.flags.pop("verifying", None) or changed:
		_stamp(request)
		return
	request.verified_by, request.verified_on = before.verified_by, before.verified_on
	if before.verified_by and _verified_terms(request) != _verified_terms(before):
		_clear(request)
		frappe.msgprint(_("The receipts have changed: finance has to verify them again."), alert=True)


def _verified_terms(request) -> tuple:
	return rows_signature(request), decisions_of(request)


def _clear(request) -> None:
	request.update({"verified_collected": 0, "verified_by": None, "verified_on": None})
	withdraw(request, (KAM_FINANCE,))


def _stamp(request) -> None:
	if not has_any_role((KAM_FINANCE,)):
		frappe.throw(
			_("Verified Collected is set by finance. Ask a user with the role {0} to verify.").format(
				_(KAM_FINANCE)
			),
			exc=frappe.PermissionError,
			title=_("Not Permitted"),
		)
	refuse_author(request)
	request.update({"verified_by": frappe.session.user, "verified_on": now_datetime()})
	withdraw(request, (KAM_FINANCE,))
	record_approval(request, KAM_FINANCE, request.verified_collected)
	if not _is_verified(request):
		withdraw(request, (KAM_FINANCE,))


def _is_verified(request) -> bool:
	precision = request.precision("total_collected")
	return flt(request.verified_collected, precision) == flt(request.total_collected, precision)


def _check_verified(request) -> None:
	if not request.verified_by:
		frappe.throw(
			_(
				"Verified Collected: finance has not verified the collected amount yet. Ask the role {0} to verify."
			).format(_(KAM_FINANCE)),
			title=_("Not Verified"),
		)
	if not _is_verified(request):
		frappe.throw(
			_(
				"Verified Collected {0} differs from Total Collected {1}. Correct the receipts, or verify again."
			).format(
				fmt_money(request.verified_collected, currency=request.currency),
				fmt_money(request.total_collected, currency=request.currency),
			),
			title=_("Not Verified"),
		)
