from frappe.model.document import Document


class RiskReport(Document):
	pass
