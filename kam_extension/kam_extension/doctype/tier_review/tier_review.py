from frappe.model.document import Document

from kam_extension.integration import tier_reviews


class TierReview(Document):
	"""A proposed tier with its points; takes effect when approved (R18; S2)."""

	def validate(self):
		tier_reviews.prepare(self)

	def before_submit(self):
		tier_reviews.check_approval(self)

	def on_submit(self):
		tier_reviews.apply_review(self)

	def on_cancel(self):
		tier_reviews.revert_review(self)
