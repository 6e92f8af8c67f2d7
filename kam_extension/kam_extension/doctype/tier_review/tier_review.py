from frappe.model.document import Document

from kam_extension.integration.tiers import tier_reviews


class TierReview(Document):
	"""A proposed tier with its points; takes effect when approved (R18; S2)."""

	def onload(self):
		self.set_onload("values", tier_reviews.values_without_cost(self))

	def validate(self):
		tier_reviews.prepare(self)

	def before_submit(self):
		tier_reviews.check_approval(self)

	def on_submit(self):
		tier_reviews.apply_review(self)

	def on_cancel(self):
		tier_reviews.revert_review(self)
