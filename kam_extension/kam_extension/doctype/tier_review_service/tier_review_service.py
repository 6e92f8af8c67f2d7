from frappe.model.document import Document


class TierReviewService(Document):
	"""One service that the approval of a Tier Review changes or leaves: now and then (R18)."""
