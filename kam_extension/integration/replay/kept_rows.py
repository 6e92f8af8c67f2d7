"""Rows of a replay's result are its own: nobody makes, changes or deletes one (R62)."""

import frappe
from frappe import _


def refuse_by_hand(row) -> None:
	frappe.throw(
		_("The result of a Policy Replay stays as it is. Delete the whole replay, or run another one."),
		frappe.PermissionError,
		title=_("Policy Replay"),
	)
