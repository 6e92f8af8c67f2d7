from frappe.model.document import Document


class VisitLog(Document):
	pass
