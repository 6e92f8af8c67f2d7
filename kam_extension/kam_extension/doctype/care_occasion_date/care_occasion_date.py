from frappe.model.document import Document


class CareOccasionDate(Document):
	pass
