"""Reminders that an agreement with a key account ends and nothing renews it: Notifications, seeded once (R2, R9).

An administrator may change, switch off or delete them. They carry the module, so that Frappe removes them on uninstall.
"""

import frappe

from kam_extension.setup.roles import KAM_MANAGER

DOCTYPE = "Key Account Agreement"
DAYS_BEFORE = (90, 30)
NOT_RENEWED = "doc.docstatus == 1 and not doc.renewed_by and not doc.terminated_on"
SUBJECT = "{% include 'kam_extension/templates/notifications/account_agreement_ends.html' %}"


def seed_agreement_notifications() -> None:
	"""Create those that are not there yet."""
	for days in DAYS_BEFORE:
		name = f"KAM {DOCTYPE} Ends in {days} Days"
		if not frappe.db.exists("Notification", name):
			_create(name, days)


def _create(name: str, days: int) -> None:
	notification = frappe.new_doc("Notification")
	notification.update(
		{
			"name": name,
			"document_type": DOCTYPE,
			"module": "KAM Extension",
			"channel": "System Notification",
			"subject": SUBJECT,
			"message": "{{ doc.customer_name | e }}, {{ doc.title | e }}",
			"event": "Days Before",
			"date_changed": "valid_to",
			"days_in_advance": days,
			"condition": NOT_RENEWED,
			"enabled": 1,
		}
	)
	notification.append("recipients", {"receiver_by_document_field": "account_manager"})
	notification.append("recipients", {"receiver_by_role": KAM_MANAGER})
	notification.insert(ignore_permissions=True)
