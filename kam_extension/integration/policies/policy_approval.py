"""A policy is approved by somebody else than those who wrote it (R79)."""

import frappe
from frappe import _

from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.security.authorship import DRAFTED_BY
from kam_extension.integration.security.roles import DIRECTOR_AND_ABOVE


def check_policy_approval(policy) -> None:
	"""Refuse the submit by an author of the policy. Who else may submit one is for the permissions to say.

	Set-up scripts run as Administrator and are let through, as for agreements; so is a switch to Block, which writes no
	terms of its own (`flags.kam_system`).
	"""
	user = frappe.session.user
	if user == "Administrator" or policy.flags.kam_system:
		return
	if user in {policy.owner, *(policy.get(DRAFTED_BY) or "").split()}:
		frappe.throw(
			_("You wrote this policy or changed its terms, so somebody else has to approve it."),
			frappe.PermissionError,
			title=_("Four Eyes"),
		)


def tell_approvers(policy) -> None:
	"""Whoever drafts a policy needs somebody else to submit it: tell those who can."""
	user = frappe.session.user
	if user == "Administrator" or policy.flags.kam_system:
		return
	subject = _("KAM Policy {0} was drafted. Somebody else than {1} has to approve it.").format(
		frappe.bold(policy.name), frappe.utils.get_fullname(user)
	)
	approvers = set(users_with_role(*DIRECTOR_AND_ABOVE)) - {user}
	notify(sorted(approvers), policy, subject, policy.title)
