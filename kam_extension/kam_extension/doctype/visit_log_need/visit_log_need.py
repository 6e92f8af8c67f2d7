from frappe.model.document import Document


class VisitLogNeed(Document):
	pass
