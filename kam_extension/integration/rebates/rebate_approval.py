"""Who may verify and approve a Rebate Request: finance, then an executive, and never one's own (R39, R70;
S4 2.2)."""

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, now_datetime

from kam_extension.integration.rebates.rebate_requests import rows_signature
from kam_extension.integration.security.roles import (
	EXECUTIVE_ONLY,
	has_any_role,
	require_other_person,
	require_role,
)
from kam_extension.setup.roles import KAM_EXECUTIVE, KAM_FINANCE

REQUEST_STATUS = {"Draft": "Draft", "Rejected": "Rejected"}


def keep_verification(request) -> None:
	"""Only finance sets the verified figure; who and when are the server's; a change of the rows clears it."""
	before = request.get_doc_before_save()
	if before is None:
		_clear(request)
		return
	changed = flt(request.verified_collected) != flt(before.verified_collected)
	if request.flags.pop("verifying", None) or changed:
		_stamp(request)
		return
	request.verified_by, request.verified_on = before.verified_by, before.verified_on
	if before.verified_by and rows_signature(request) != rows_signature(before):
		_clear(request)
		frappe.msgprint(_("The receipts have changed: finance has to verify them again."), alert=True)


def check_approval(request) -> None:
	"""Refuse the submit unless an executive approves a request of others that finance has verified."""
	_check_approver(request)
	_check_verified(request)
	if flt(request.total_rebate, request.precision("total_rebate")) <= 0:
		frappe.throw(
			_(
				"Total Rebate is {0}: there is nothing to settle. What the customer owes back is carried forward and "
				"netted in the next request."
			).format(fmt_money(request.total_rebate, currency=request.currency)),
			title=_("Nothing to Settle"),
		)


def draft_status(request) -> str:
	"""Status of a request that is not submitted, from its place in the workflow."""
	return REQUEST_STATUS.get(request.get("workflow_state") or "Draft", "Pending")


def _clear(request) -> None:
	request.update({"verified_collected": 0, "verified_by": None, "verified_on": None})


def _stamp(request) -> None:
	if not has_any_role((KAM_FINANCE,)):
		frappe.throw(
			_("Verified Collected is set by finance. Ask a user with the role {0} to verify.").format(
				_(KAM_FINANCE)
			),
			exc=frappe.PermissionError,
			title=_("Not Permitted"),
		)
	user = frappe.session.user
	if user != "Administrator" and user == (request.owner or user):
		frappe.throw(
			_("Verified By: you made this request. Another user with the role {0} has to verify it.").format(
				_(KAM_FINANCE)
			),
			exc=frappe.PermissionError,
			title=_("Four Eyes"),
		)
	request.update({"verified_by": user, "verified_on": now_datetime()})


def _check_approver(request) -> None:
	require_role(EXECUTIVE_ONLY, request.doctype)
	require_other_person(request.owner or frappe.session.user, request.doctype)
	if frappe.session.user != "Administrator" and frappe.session.user == request.verified_by:
		frappe.throw(
			_("You verified this request. Another user with the role {0} has to approve it.").format(
				_(KAM_EXECUTIVE)
			),
			exc=frappe.PermissionError,
			title=_("Four Eyes"),
		)


def _check_verified(request) -> None:
	if not request.verified_by:
		frappe.throw(
			_(
				"Verified Collected: finance has not verified the collected amount yet. Ask the role {0} to verify."
			).format(_(KAM_FINANCE)),
			title=_("Not Verified"),
		)
	precision = request.precision("total_collected")
	if flt(request.verified_collected, precision) != flt(request.total_collected, precision):
		frappe.throw(
			_(
				"Verified Collected {0} differs from Total Collected {1}. Correct the receipts, or verify again."
			).format(
				fmt_money(request.verified_collected, currency=request.currency),
				fmt_money(request.total_collected, currency=request.currency),
			),
			title=_("Not Verified"),
		)
