"""Policies come into force and go one at a time, so that never two are in force for a company on a day (R13)."""

import frappe
from frappe import _

from kam_extension.integration.turns import take_turn, turns_taken

POLICY_TURN = "KAM Policy"


def take_policy_turn(policy) -> None:
	"""Hold every other submit and cancel of a policy back until this transaction ends.

	Whoever waited saw the policies as they were before the one that it waited for; its checks of days would not find
	that one. So it is refused, and finds it when it is tried again.
	"""
	seen = turns_taken(POLICY_TURN)
	if take_turn(POLICY_TURN) != seen + 1:
		frappe.throw(
			_(
				"Another policy was submitted or cancelled at the same moment. Reload {0} and try again."
			).format(frappe.bold(policy.name)),
			title=_("Policy Not Submitted") if policy.docstatus == 1 else _("Policy Not Cancelled"),
		)
