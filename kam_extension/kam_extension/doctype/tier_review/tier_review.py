from frappe.model.document import Document


class TierReview(Document):
	pass
