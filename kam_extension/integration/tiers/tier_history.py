"""Who changed an account's tier, when, why and from which review (R19)."""

import frappe
from frappe.utils import now_datetime

from kam_extension.integration.accounts.account_file import effective_tier


def record_tier_change(
	key_account: str,
	from_tier: str | None,
	to_tier: str | None,
	reason: str | None,
	tier_review: str | None = None,
) -> str | None:
	"""Write one KAM Tier Change by the session's user and return its name; None when nothing changed."""
	if (from_tier or None) == (to_tier or None):
		return None
	change = frappe.new_doc("KAM Tier Change")
	change.update(
		{
			"key_account": key_account,
			"changed_on": now_datetime(),
			"changed_by": frappe.session.user,
			"from_tier": from_tier,
			"to_tier": to_tier,
			"reason": reason,
			"tier_review": tier_review,
		}
	)
	change.flags.kam_system = True
	# The right to the change was checked where it was made; the record itself is nobody's to write.
	return change.insert(ignore_permissions=True).name


def record_saved_change(account) -> None:
	"""Record what saving a Key Account did to its effective tier.

	A process that sets `account.tier` passes its reason in `account.flags.tier_change_reason` and its review in
	`account.flags.tier_review` before it saves.
	"""
	before = account.get_doc_before_save()
	record_tier_change(
		account.name,
		effective_tier(before) if before else None,
		effective_tier(account),
		account.flags.tier_change_reason or account.tier_override_reason,
		account.flags.tier_review,
	)


def forget_history(key_account: str) -> None:
	"""Delete the changes of an account that is deleted, so that no later file inherits them."""
	frappe.db.delete("KAM Tier Change", {"key_account": key_account})
