from frappe.model.document import Document


class RiskReportMeasure(Document):
	pass
