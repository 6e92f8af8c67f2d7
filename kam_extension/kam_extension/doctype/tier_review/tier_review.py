import frappe
from frappe.model.document import Document

from kam_extension.integration.tiers import bulk_decisions, review_form, review_notices, tier_reviews


class TierReview(Document):
	"""A proposed tier and level with points and consequences; takes effect when approved (R18; S2)."""

	def onload(self):
		self.set_onload("values", tier_reviews.values_without_cost(self))

	def validate(self):
		tier_reviews.prepare(self)

	def review_form(self) -> dict:
		"""What the print format Tier Review Form shows besides the fields."""
		return review_form.review_form(self)

	def before_submit(self):
		tier_reviews.check_approval(self)

	def on_submit(self):
		tier_reviews.apply_review(self)
		review_notices.tell_of_approval(self)

	def on_cancel(self):
		tier_reviews.revert_review(self)


@frappe.whitelist(methods=["POST"])
def decide_reviews(names: list | str, action: str, reason: str | None = None) -> dict:
	"""Approve or reject many reviews; which went through and which not, and why (see `bulk_decisions.decide`)."""
	return bulk_decisions.decide(names, action, reason)
