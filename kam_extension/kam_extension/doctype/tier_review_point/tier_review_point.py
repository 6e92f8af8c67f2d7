from frappe.model.document import Document


class TierReviewPoint(Document):
	pass
