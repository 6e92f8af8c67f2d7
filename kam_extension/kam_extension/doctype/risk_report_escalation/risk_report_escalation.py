from frappe.model.document import Document


class RiskReportEscalation(Document):
	pass
