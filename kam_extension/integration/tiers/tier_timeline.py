"""An account's tier over time, for the chart and the list on its form (R19)."""

from collections.abc import Sequence
from itertools import pairwise

import frappe
from frappe.utils import get_fullname

from kam_extension.policy.codes import TierChangeCause

LATEST_CHANGES = 200
CHANGE_FIELDS = (
	"name", "changed_on", "changed_by", "cause", "from_tier", "to_tier", "from_level", "to_level", "reason", "tier_review",
)  # fmt: skip
REVIEW_FIELDS = (
	"name", "review_type", "status", "as_of_date", "total_points", "current_tier", "proposed_tier", "direction",
)  # fmt: skip


def tier_timeline(key_account: str) -> dict:
	"""What a reader of the Key Account may know of its tier so far; raises PermissionError for others.

	`tiers`: all tiers, the best first (`name`, `rank`, `color`). `periods`: oldest first, `since`, `until` (None: still),
	`tier` as it applied, `is_override`. `changes`: latest first, with the full name of who made them. `latest_review`:
	the last review that the reader may see, or None.
	"""
	frappe.has_permission("Key Account", "read", doc=key_account, throw=True)
	changes = _changes(key_account)
	return {
		"tiers": frappe.get_all("KAM Tier", fields=["name", "rank", "color"], order_by="`rank`"),
		"periods": periods(changes),
		"changes": [change | {"full_name": get_fullname(change.changed_by)} for change in reversed(changes)],
		"latest_review": _latest_review(key_account),
	}


def periods(changes: Sequence) -> list[dict]:
	"""The tier that applied, from change to change (oldest first): a manual tier while it lasts, else the own one."""
	own = override = None
	found: list[dict] = []
	for change in changes:
		if change.cause == TierChangeCause.OVERRIDE:
			override = change.to_tier or None
		elif change.cause == TierChangeCause.OVERRIDE_ENDED:
			override = None
		else:
			own = change.to_tier or None
		period = {"tier": override or own, "is_override": bool(override)}
		if not found or period.items() - found[-1].items():
			found.append(period | {"since": change.changed_on, "until": None})
	for earlier, later in pairwise(found):
		earlier["until"] = later["since"]
	return found


def _changes(key_account: str) -> list:
	# Whoever may read the file may read what became of it; the records themselves are for all roles of the app.
	changes = frappe.get_all(
		"KAM Tier Change",
		filters={"key_account": key_account},
		fields=CHANGE_FIELDS,
		order_by="changed_on desc, creation desc",
		limit=LATEST_CHANGES,
	)
	return changes[::-1]


def _latest_review(key_account: str) -> dict | None:
	if not frappe.has_permission("Tier Review", "read"):
		return None
	reviews = frappe.get_list(
		"Tier Review",
		filters={"key_account": key_account, "docstatus": ("<", 2)},
		fields=REVIEW_FIELDS,
		order_by="as_of_date desc, creation desc",
		limit=1,
	)
	return reviews[0] if reviews else None
