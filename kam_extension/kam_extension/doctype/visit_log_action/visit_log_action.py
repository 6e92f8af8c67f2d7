from frappe.model.document import Document


class VisitLogAction(Document):
	pass
