"""Who started a replay is told when it ends (R66)."""

import frappe
from frappe import _
from frappe.translate import get_user_lang

from kam_extension.policy.codes import ReplayStatus

TITLE_LENGTH = 140


def tell_starter(replay: str, status: str) -> None:
	"""One Notification Log, in the starter's list of notifications and language."""
	fields = ("started_by", "policy", "orders_done", "orders_blocked", "before_orders_blocked")
	record = frappe.db.get_value("Policy Replay", replay, fields, as_dict=True)
	language = get_user_lang(record.started_by)
	policy = frappe.db.get_value("KAM Policy", record.policy, "title") or record.policy
	if status == ReplayStatus.COMPLETED:
		subject = _("Replay of {0} completed: {1} orders, {2} blocked (before: {3})", language).format(
			policy, record.orders_done, record.orders_blocked, record.before_orders_blocked
		)
	else:
		subject = _("Replay of {0} failed. Open it to see why.", language).format(policy)
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"subject": subject[:TITLE_LENGTH],
			"for_user": record.started_by,
			"type": "Alert",
			"document_type": "Policy Replay",
			"document_name": replay,
		}
		# Nobody may write notifications by hand; this one goes to whoever started the replay.
	).insert(ignore_permissions=True)
