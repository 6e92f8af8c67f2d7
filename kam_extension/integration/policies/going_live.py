"""One click from Warn to Block (R81): a policy is frozen, so the click makes its successor (R13)."""

import frappe
from frappe import _
from frappe.utils import add_days, getdate

from kam_extension.policy.codes import Action

RULE_ACTIONS = (
	"price_action",
	"margin_action",
	"credit_action",
	"unknown_cost_action",
	"unlisted_item_action",
	"unknown_exchange_rate_action",
)


def start_blocking(policy) -> str:
	"""Submit a successor of the policy in which every rule that warns blocks; returns its name.

	It begins today, or on the day after the policy's first day when that is today, and ends when the policy would have
	ended. Rules that are off stay off.
	"""
	warning = [field for field in RULE_ACTIONS if policy.get(field) == Action.WARN]
	if policy.docstatus != 1 or not warning:
		frappe.throw(
			_("Only a submitted policy with rules that warn can be switched to Block."),
			title=_("Nothing to Switch"),
		)
	frappe.has_permission("KAM Policy", "submit", throw=True)
	successor = frappe.copy_doc(policy)
	first_day = max(getdate(), getdate(add_days(policy.valid_from, 1)))
	successor.update(dict.fromkeys(warning, str(Action.BLOCK)))
	successor.update({"supersedes": policy.name, "valid_from": first_day, "superseded_valid_to": None})
	successor.flags.kam_system = True
	successor.insert()
	successor.submit()
	return successor.name
