from frappe.model.document import Document


class VisitLogColleague(Document):
	pass
