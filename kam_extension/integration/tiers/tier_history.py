"""Who changed an account's tier or level, when, why and from which review (R19)."""

from dataclasses import dataclass

import frappe
from frappe.utils import now_datetime

from kam_extension.integration.accounts.account_file import effective_tier, is_overridden
from kam_extension.policy.codes import TierChangeCause


@dataclass(frozen=True)
class TierChange:
	"""Tier and level before and after."""

	from_tier: str | None
	to_tier: str | None
	from_level: str | None = None
	to_level: str | None = None

	@classmethod
	def of_file(cls, before, after) -> "TierChange":
		"""From the own tier and level of one state of the Key Account (document or row) to those of another."""
		return cls(
			before.tier or None,
			after.tier or None,
			before.account_level or None,
			after.account_level or None,
		)

	@property
	def is_change(self) -> bool:
		return self.from_tier != self.to_tier or self.from_level != self.to_level


def record_tier_change(
	key_account: str,
	change: TierChange,
	cause: TierChangeCause,
	reason: str | None,
	tier_review: str | None = None,
) -> str | None:
	"""Write one KAM Tier Change by the session's user and return its name; None when nothing changed.

	A manual tier that begins or ends is written even where it equals the account's own: the history shows its days.
	"""
	if not change.is_change and cause not in (TierChangeCause.OVERRIDE, TierChangeCause.OVERRIDE_ENDED):
		return None
	record = frappe.new_doc("KAM Tier Change")
	record.update(
		{
			"key_account": key_account,
			"changed_on": now_datetime(),
			"changed_by": frappe.session.user,
			"cause": str(cause),
			"from_tier": change.from_tier,
			"to_tier": change.to_tier,
			"from_level": change.from_level,
			"to_level": change.to_level,
			"reason": reason,
			"tier_review": tier_review,
		}
	)
	record.flags.kam_system = True
	# The right to the change was checked where it was made; the record itself is nobody's to write.
	return record.insert(ignore_permissions=True).name


def record_saved_change(account) -> None:
	"""Record what saving a Key Account did: to its own tier and level, and by a manual tier that began or ended."""
	before = account.get_doc_before_save()
	own = TierChange.of_file(before or frappe._dict(), account)
	record_tier_change(account.name, own, TierChangeCause.MANUAL, None)
	_record_override(account, before)


def _record_override(account, before) -> None:
	was = before.tier_override if before and is_overridden(before) else None
	now = account.tier_override if is_overridden(account) else None
	if was == now:
		return
	cause = TierChangeCause.OVERRIDE if now else TierChangeCause.OVERRIDE_ENDED
	reason = account.tier_override_reason if now else before.tier_override_reason
	change = TierChange(was or account.tier or None, effective_tier(account))
	record_tier_change(account.name, change, cause, reason)


def last_reviewed_change(key_account: str) -> str | None:
	"""The Tier Review behind the latest change that a review made or took back."""
	reviews = frappe.get_all(
		"KAM Tier Change",
		filters={"key_account": key_account, "tier_review": ("is", "set")},
		pluck="tier_review",
		order_by="changed_on desc, creation desc",
		limit=1,
	)
	return reviews[0] if reviews else None


def forget_history(key_account: str) -> None:
	"""Delete the changes of an account that is deleted, so that no later file inherits them."""
	frappe.db.delete("KAM Tier Change", {"key_account": key_account})
