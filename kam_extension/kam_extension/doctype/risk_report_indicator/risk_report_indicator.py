from frappe.model.document import Document


class RiskReportIndicator(Document):
	pass
