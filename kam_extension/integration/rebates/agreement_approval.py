"""Who approves a Rebate Agreement: manager, director and executive, never one's own (R37, R70; S4 2.1)."""

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from kam_extension.integration.rebates.approval_steps import (
	approve_step,
	refuse_author,
	restore_approvals,
	steps_of,
	withdraw,
)
from kam_extension.integration.rebates.approval_terms import got_worse
from kam_extension.integration.rebates.approval_workflow import is_sent_back, role_of_step_taken
from kam_extension.integration.security.roles import DIRECTOR_AND_ABOVE, EXECUTIVE_ONLY, require_role
from kam_extension.setup.roles import KAM_EXECUTIVE


def keep_agreement_approvals(agreement) -> None:
	"""Approvals hold until the terms get worse or the agreement is sent back; nothing of them is the client's (R75)."""
	restore_approvals(agreement)
	before = agreement.get_doc_before_save()
	if is_sent_back(agreement) or (before and got_worse(before, agreement)):
		withdraw(agreement, steps_of(agreement.doctype))
	role = role_of_step_taken(agreement)
	if role:
		approve_step(agreement, role)


def check_agreement_approval(agreement) -> None:
	"""Refuse the submit unless an executive approves what manager and director approved before."""
	require_role(EXECUTIVE_ONLY, agreement.doctype)
	refuse_author(agreement)
	approve_step(agreement, KAM_EXECUTIVE)
	agreement.approved_by = frappe.session.user


def end_agreement(agreement, valid_to) -> None:
	"""Shorten an approved agreement; a longer one, or one that ends in the past, needs a new approval (R37, R75).

	Nothing is taken back: orders up to that day keep their rebate.
	"""
	require_role(DIRECTOR_AND_ABOVE, _("End {0}").format(_(agreement.doctype)))
	agreement.check_permission("write")
	fields = ["docstatus", "valid_from", "valid_to"]
	stored = frappe.db.get_value(agreement.doctype, agreement.name, fields, as_dict=True, for_update=True)
	day = getdate(valid_to)
	if stored.docstatus != 1 or not max(getdate(), stored.valid_from) <= day < stored.valid_to:
		frappe.throw(
			_(
				"End On has to be a day from today on and before {0}, the present end of an approved agreement."
			).format(formatdate(stored.valid_to)),
			title=_("Wrong Date"),
		)
	agreement.db_set("valid_to", day)
	agreement.add_comment(
		"Info", _("Ends on {0} instead of {1}").format(formatdate(day), formatdate(stored.valid_to))
	)
