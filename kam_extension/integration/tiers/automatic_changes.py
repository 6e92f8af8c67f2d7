"""Which proposals take effect without an approval, by the policy's *Automatic Tier Changes* (R18)."""

import frappe

from kam_extension.integration.tiers.review_services import UPGRADE

UPGRADES, ALL = "Upgrades", "All"


def applies_by_itself(review) -> bool:
	"""Whether a saved proposal of the recompute is to be submitted at once; never while a person has to judge."""
	if review.level_needs_judgement:
		return False
	mode = frappe.get_cached_value("KAM Policy", review.policy, "automatic_tier_changes")
	return mode == ALL or (mode == UPGRADES and review.direction == UPGRADE)
