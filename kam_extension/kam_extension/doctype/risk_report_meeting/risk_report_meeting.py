from frappe.model.document import Document


class RiskReportMeeting(Document):
	pass
