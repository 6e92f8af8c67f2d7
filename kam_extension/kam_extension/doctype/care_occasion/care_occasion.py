from frappe.model.document import Document


class CareOccasion(Document):
	pass
