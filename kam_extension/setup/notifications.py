"""Reminders of rebate documents that wait or run out: Frappe's Notifications, seeded once (R2, R39).

An administrator may change, switch off or delete them. They carry the module, so that Frappe removes them on uninstall.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import frappe

from kam_extension.setup.roles import KAM_DIRECTOR, KAM_EXECUTIVE, KAM_FINANCE, KAM_MANAGER, ROLES
from kam_extension.setup.workflows import STATE_FIELD

AGREEMENT, REQUEST = "Rebate Agreement", "Rebate Request"
PROSPECT, ACCESS = "Prospect Registration", "Access Request"
DAYS_WAITING = 3
PROSPECT_DAYS, ACCESS_DAYS = 7, 14
EXPIRY_NOTICES = (60, 30)

# State in which a document waits → the role that is asked.
WAITING = {
	REQUEST: {
		"Pending Finance": KAM_FINANCE,
		"Pending Director": KAM_DIRECTOR,
		"Pending Executive": KAM_EXECUTIVE,
	},
	AGREEMENT: {"Manager Approved": KAM_DIRECTOR, "Director Approved": KAM_EXECUTIVE},
}

_TEMPLATE = "{%% include 'kam_extension/templates/notifications/%s.html' %%}"
_MESSAGE = "{{ doc.customer_name }}, {{ doc.company }}"


@dataclass(frozen=True)
class Reminder:
	"""One Notification. `template`: a file of templates/notifications. `recipients`: pairs of a role, or a
	field that names a user, and a condition that may be empty."""

	name: str
	document_type: str
	template: str
	condition: str
	recipients: tuple[tuple[str, str], ...]
	event: str
	field: str
	days: int = 0
	message: str = _MESSAGE


def reminders() -> Iterable[Reminder]:
	"""All that are seeded."""
	for doctype, states in WAITING.items():
		asked = tuple((role, f"doc.{STATE_FIELD} == {state!r}") for state, role in states.items())
		waits = f"doc.docstatus == 0 and doc.{STATE_FIELD} in {tuple(states)!r}"
		name = f"KAM {doctype} Waits"
		yield Reminder(name, doctype, "waits", waits, asked, "Value Change", STATE_FIELD)
		yield Reminder(
			f"{name} {DAYS_WAITING} Days",
			doctype,
			"still_waits",
			waits,
			asked,
			"Days After",
			"modified",
			DAYS_WAITING,
		)
	told = (("owner", ""), (KAM_MANAGER, ""))
	for days in EXPIRY_NOTICES:
		name = f"KAM {AGREEMENT} Ends in {days} Days"
		yield Reminder(
			name, AGREEMENT, "agreement_ends", "doc.docstatus == 1", told, "Days Before", "valid_to", days
		)
	yield Reminder(
		f"KAM {PROSPECT} Ends in {PROSPECT_DAYS} Days",
		PROSPECT,
		"prospect_ends",
		"doc.status == 'Protected'",
		told,
		"Days Before",
		"protected_until",
		PROSPECT_DAYS,
		"{{ doc.prospect_name }}, {{ doc.unit }}",
	)
	yield Reminder(
		f"KAM {ACCESS} Ends in {ACCESS_DAYS} Days",
		ACCESS,
		"access_ends",
		"doc.docstatus == 1",
		(("owner", ""),),
		"Days Before",
		"valid_until",
		ACCESS_DAYS,
		"{{ doc.customer_name }}, {{ doc.unit }}",
	)


def seed_notifications(doctypes: Iterable[str] = ()) -> None:
	"""Create those that are not there yet, of `doctypes` or of all; after the workflows, whose state field they read."""
	create_missing(one for one in reminders() if not doctypes or one.document_type in doctypes)


def create_missing(declared: Iterable[Reminder]) -> None:
	"""Create those of `declared` that the site doesn't have."""
	for reminder in declared:
		if not frappe.db.exists("Notification", reminder.name):
			_create(reminder)


def _create(reminder: Reminder) -> None:
	field = "value_changed" if reminder.event == "Value Change" else "date_changed"
	notification = frappe.new_doc("Notification")
	notification.update(
		{
			"name": reminder.name,
			"document_type": reminder.document_type,
			"module": "KAM Extension",
			"channel": "System Notification",
			"subject": _TEMPLATE % reminder.template,
			"message": reminder.message,
			"event": reminder.event,
			field: reminder.field,
			"days_in_advance": reminder.days,
			"condition": reminder.condition,
			"enabled": 1,
		}
	)
	for recipient, condition in reminder.recipients:
		by = "receiver_by_role" if recipient in ROLES else "receiver_by_document_field"
		notification.append("recipients", {by: recipient, "condition": condition})
	notification.insert(ignore_permissions=True)
