"""What the tier review form (升降级评审表) shows besides the review's fields (R12; S2)."""

import frappe

from kam_extension.integration.tiers.tier_reviews import values_without_cost


def review_form(review) -> dict:
	"""`account`: class, manager and unit of the file; `unit` and tiers as people call them; `figures` of the criteria,
	those that tell of cost left out (R82).
	"""
	fields = ["account_class", "account_manager", "responsible_unit"]
	account = frappe.db.get_value("Key Account", review.key_account, fields, as_dict=True)
	titles = dict(frappe.get_all("KAM Tier", fields=["name", "title"], as_list=True))
	unit = account.responsible_unit
	return {
		"account": account,
		"unit": frappe.db.get_value("Department", unit, "department_name") if unit else None,
		"current_tier": titles.get(review.current_tier),
		"proposed_tier": titles.get(review.proposed_tier),
		"figures": values_without_cost(review),
	}
