"""Requests of before get the state that their document's status says; reminders of this issue are seeded (R10, R11)."""

import frappe

from kam_extension.policy.codes import AccessStatus
from kam_extension.setup.notifications import ACCESS, PROSPECT, seed_notifications

STATES = {1: AccessStatus.GRANTED, 2: AccessStatus.REVOKED}


def execute() -> None:
	for docstatus, status in STATES.items():
		filters = {"docstatus": docstatus, "status": ("!=", status)}
		frappe.db.set_value(ACCESS, filters, "status", status, update_modified=False)
	seed_notifications((PROSPECT, ACCESS))
