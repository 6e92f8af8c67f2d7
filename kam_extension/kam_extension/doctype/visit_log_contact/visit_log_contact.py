from frappe.model.document import Document


class VisitLogContact(Document):
	pass
