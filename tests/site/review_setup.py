"""Tier Reviews for the tests: made by a person, or by the recompute with a level that a person has to judge."""

import frappe
from frappe.utils import getdate

from kam_extension import tiers
from kam_extension.integration.tiers.scorecards import score_account
from kam_extension.integration.tiers.tier_evidence import review_values
from tests.site.books import AS_OF


def make_review(account, submit: bool = False, **fields):
	"""A person's review of the account: tier A proposed unless told otherwise."""
	values = {"key_account": account.name, "as_of_date": AS_OF, "proposed_tier": "A", "reason": "Judged"}
	review = frappe.get_doc({"doctype": "Tier Review", **values | fields}).insert()
	return review.submit() if submit else review


def machine_review(account, **fields):
	"""A review as the recompute writes it, with `fields` in place of what the scorecard says."""
	review = frappe.new_doc("Tier Review")
	run = tiers.recompute(AS_OF, [])
	review.update(review_values(score_account(account.name, getdate(AS_OF))) | {"tier_run": run} | fields)
	review.flags.kam_system = True
	review.insert()
	review.flags.kam_system = False
	return frappe.get_doc("Tier Review", review.name)


def level_review(account, **fields):
	"""A proposal of level Group that needs a judgement, and Subsidiary without one."""
	values = {
		"proposed_tier": account.tier,
		"current_level": account.account_level,
		"proposed_level": "Group",
		"level_reason": "Two contracts",
		"level_needs_judgement": 1,
		"level_without_judgement": "Subsidiary",
	}
	return machine_review(account, **values | fields)


def judge(review, answer: str = "Confirmed", grounds: str = "Framework contract for ten years"):
	review = frappe.get_doc("Tier Review", review.name)
	review.update({"level_judgement": answer, "level_judgement_reason": grounds})
	return review.save()


def services(review) -> dict[str, tuple[str, str]]:
	return {row.service: (row.current_value, row.proposed_value) for row in review.services}


def stored_account(account, *fields: str):
	return frappe.db.get_value("Key Account", account.name, fields or ("tier", "account_level"))


def shown_at_customer(account) -> dict:
	fields = (
		"kam_tier", "kam_credit_limit", "kam_shipping_priority", "default_price_list", "kam_previous_price_list",
		"kam_tier_price_list", "kam_currency",
	)  # fmt: skip
	return frappe.db.get_value("Customer", account.customer, fields, as_dict=True)
